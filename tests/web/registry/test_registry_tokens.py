"""Tokens: shown once, kept as a digest, good for what they say until they are revoked."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from wikivillage.base.problems import ProblemError
from wikivillage.web.registry.actions import add_agent, erase_agent, issue_token, record_token_use, revoke_token
from wikivillage.web.registry.models import Agent, Token
from wikivillage.web.registry.queries import access_token

pytestmark = pytest.mark.usefixtures("ledger")

AT = datetime(2025, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2025, 4, 1, 9, tzinfo=UTC)


def an_agent() -> Agent:
    """Somebody to give tokens to."""
    return add_agent(handle="fablab", kind="organisation", at=AT)


def test_a_secret_opens_and_is_kept_nowhere() -> None:
    agent = an_agent()
    token, secret = issue_token(agent=agent, scopes=["write", "read", "read"], label="laser cutter", at=AT)
    assert re.fullmatch(r"wv_[\w-]{40}", secret)
    assert token.scopes == ["read", "write"]
    found = access_token(secret)
    assert found == token
    assert found is not None
    assert found.agent == agent
    assert secret[3:] not in str(list(Token.objects.values()))


@pytest.mark.parametrize("secret", ["", "wv_", "wv_" + "a" * 40, "é\0"])
def test_another_secret_opens_nothing(secret: str) -> None:
    issue_token(agent=an_agent(), scopes=["read"], at=AT)
    assert access_token(secret) is None


def test_two_tokens_have_two_secrets() -> None:
    agent = an_agent()
    (first, one), (second, other) = (issue_token(agent=agent, scopes=["read"], at=AT) for _ in range(2))
    assert one != other
    revoke_token(token=first, at=LATER)
    assert access_token(one) is None
    assert access_token(other) == second


def test_a_token_without_a_good_scope_is_not_made() -> None:
    agent = an_agent()
    with pytest.raises(ProblemError) as refused:
        issue_token(agent=agent, scopes=["wriet", "root"], label="\0", at=AT)
    assert [problem.code for problem in refused.value.problems] == ["unknown-scope", "unknown-scope", "bad-name"]
    assert 'Did you mean "write"?' in str(refused.value)
    with pytest.raises(ProblemError) as refused:
        issue_token(agent=agent, scopes=[], at=AT)
    assert [problem.code for problem in refused.value.problems] == ["no-scope"]
    assert not Token.objects.exists()


def test_revoking_twice_keeps_the_first_time() -> None:
    token, _ = issue_token(agent=an_agent(), scopes=["read"], at=AT)
    assert revoke_token(token=token, at=LATER).revoked_at == LATER
    assert revoke_token(token=token, at=LATER + timedelta(days=1)).revoked_at == LATER


def test_who_is_erased_opens_nothing() -> None:
    agent = an_agent()
    _, secret = issue_token(agent=agent, scopes=["read"], at=AT)
    erase_agent(agent=agent, at=LATER)
    assert access_token(secret) is None


def test_use_is_noted_to_the_minute() -> None:
    token, secret = issue_token(agent=an_agent(), scopes=["read"], at=AT)
    for seconds, noted in ((0, 0), (59, 0), (60, 60)):
        found = access_token(secret)
        assert found is not None
        record_token_use(token=found, at=LATER + timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.last_used_at == LATER + timedelta(seconds=noted)
