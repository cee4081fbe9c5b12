"""People for the tests of this room, in one line each."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from wikivillage.base.problems import ProblemError
from wikivillage.web.accounts.models import Account
from wikivillage.web.registry.actions import add_agent
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.role_actions import give_role
from wikivillage.web.registry.viewer import METHODS, SECOND_FACTOR

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 4, 1, 9, tzinfo=UTC)
MUCH_LATER = datetime(2026, 6, 1, 9, tzinfo=UTC)


def person(handle: str) -> Agent:
    """Somebody new."""
    return add_agent(handle=handle, kind="person", at=AT)


def holder(handle: str, word: str, **scope: str) -> Agent:
    """Somebody new with a role."""
    agent = person(handle)
    give_role(agent=agent, word=word, at=AT, **scope)
    return agent


def browser(agent: Agent | None = None, *, second_factor: bool = True, lang: str = "en") -> Client:
    """A browser in which somebody signed in, with a second factor unless told; without somebody, a stranger's."""
    client = Client(headers={"accept-language": lang})
    if agent is not None:
        account, _made = Account.objects.get_or_create(agent=agent, defaults={"email": f"{agent.pk}@example.org"})
        client.force_login(account)
        session = client.session
        session[METHODS] = [{"method": "password"}, *([{"method": SECOND_FACTOR}] if second_factor else [])]
        session.save()
    return client


def text_of(response: Any) -> str:
    """What a page says, with one plain space for several."""
    return re.sub(r"[ \n\t]+", " ", response.content.decode())


def codes(action: Callable[..., Any], **words: Any) -> list[str]:
    """The codes of the problems that an action finds."""
    with pytest.raises(ProblemError) as refused:
        action(**words)
    return [problem.code for problem in refused.value.problems]
