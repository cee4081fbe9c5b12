"""Leaving in two phases: hidden and signed out at once, erased after thirty days in which one may stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.web.accounts.people import account, browser, newest_letter, sign_in, sign_in_steward, sign_up
from wikivillage.base.problems import ProblemError
from wikivillage.flows.kinds import Commitment, Event, Measure
from wikivillage.web.accounts import departures, errands
from wikivillage.web.accounts.models import Account, Departure, Remembered, SignIn
from wikivillage.web.ledger.actions import record, set_note
from wikivillage.web.ledger.models import Note
from wikivillage.web.ledger.models import Record as LedgerRecord
from wikivillage.web.notices.models import Letter
from wikivillage.web.registry.actions import issue_token
from wikivillage.web.registry.models import Identity, RoleGrant
from wikivillage.web.registry.queries import access_token
from wikivillage.web.registry.role_actions import give_role

pytestmark = pytest.mark.usefixtures("ledger")

ZOE = "zoe@example.org"
AT = datetime(2026, 4, 16, 9, tzinfo=UTC)


def quiet(label: str, done: int = 0, total: int = 0) -> None:
    """Nobody watches."""


def zoe_pseudonym() -> str:
    """Zoé's, who has signed up."""
    agent = account(ZOE).agent
    assert agent is not None
    return agent.pk


def promise(provider: str, receiver: str, id: str = "bread") -> None:
    """A promise of an hour of work."""
    hour = Measure(Decimal(1), "h")
    record(entries=[Commitment(id, "work", provider, receiver, spec="work", effort=hour)], at=AT)


def leave(client: Client) -> str:
    """Say that one wants to leave; the page that follows."""
    return client.post("/me/leave/", {"sure": "yes"}, follow=True).content.decode()


def test_whoever_asks_is_hidden_and_signed_out_at_once() -> None:
    here, there = sign_up(ZOE, "Zoé d’Arc"), sign_in(ZOE)
    agent = account(ZOE).agent
    assert agent is not None
    secret = issue_token(agent=agent, scopes=["read"], at=AT)[1]
    give_role(agent=agent, word="treasurer", at=AT)
    give_role(agent=agent, word="member", at=AT)
    assert "Your name is hidden now and erased in 30 days." in leave(here)
    assert here.get("/me/").status_code == there.get("/me/").status_code == 302
    identity = Identity.objects.get()
    assert (identity.name, identity.handle) == ("quelqu’un (départ demandé)", f"leaving_{agent.pk[-16:]}")
    assert access_token(secret) is None
    assert [grant.word for grant in RoleGrant.objects.filter(until=None)] == ["member"]


def test_nothing_happens_without_the_tick() -> None:
    client = sign_up(ZOE)
    shown = client.post("/me/leave/", {}).content.decode()
    assert "Tick the box to go on." in shown
    assert account(ZOE).leaving_at is None


def test_whoever_comes_back_sees_one_page_and_may_stay() -> None:
    leave(sign_up(ZOE, "Zoé d’Arc"))
    client = sign_in(ZOE)
    for path in ("/me/", "/ledger/", "/me/profile/"):
        assert client.get(path).headers["Location"] == "/me/leave/"
    assert "You are about to leave." in client.get("/me/leave/").content.decode()
    assert client.get("/me/export.json").status_code == 200
    assert client.post("/me/leave/stay/").headers["Location"] == "/me/"
    identity = Identity.objects.get()
    assert (identity.name, identity.handle) == ("Zoé d’Arc", "zoe_d_arc")
    assert client.get("/me/").status_code == 200
    assert client.post("/me/leave/stay/").status_code == 302, "twice does no harm"
    assert not Departure.objects.exists()


def test_a_handle_that_was_taken_meanwhile_is_not_taken_back() -> None:
    leave(sign_up(ZOE, "Zoé"))
    sign_up("other@example.org", "Zoé")
    sign_in(ZOE).post("/me/leave/stay/")
    assert Identity.objects.get(email=ZOE).handle.startswith("zoe_")
    assert Identity.objects.get(email="other@example.org").handle == "zoe"


def test_asked_twice_the_first_day_stands() -> None:
    sign_up(ZOE)
    departures.ask_to_leave(account=account(ZOE), at=AT)
    departures.ask_to_leave(account=account(ZOE), at=AT + timedelta(days=20))
    assert account(ZOE).leaving_at == AT + timedelta(days=30)


def test_after_thirty_days_nothing_says_who_they_were() -> None:
    client = sign_up(ZOE, "Zoé d’Arc", password1="twelve signs at least")
    kept = account(ZOE)
    Authenticator.objects.create(user=kept, type="totp", data={"secret": "s"})
    zoe = zoe_pseudonym()
    record(entries=[hour_of(zoe)], at=AT, by=zoe)
    set_note(entry="hour", text="Zoé was here", at=AT, by=zoe)
    leave(client)
    assert errands.erase_who_left(quiet, {}) == {"erased": 0, "kept": 0}
    Account.objects.update(leaving_at=timezone.now() - timedelta(seconds=1))
    assert errands.erase_who_left(quiet, {}) == {"erased": 1, "kept": 0}
    for table in (Account, EmailAddress, Authenticator, SignIn, Departure, Letter, Identity, Note):
        assert not table.objects.exists(), table
    assert LedgerRecord.objects.count() == 1, "what they did stays"
    assert errands.erase_who_left(quiet, {}) == {"erased": 0, "kept": 0}
    assert client.post("/accounts/login/", {"login": ZOE}).status_code == 302
    assert "It has no account here." in newest_letter(ZOE).text


def hour_of(agent: str) -> Event:
    """An hour that somebody worked."""
    return Event("hour", "work", agent, agent, spec="work", effort=Measure(Decimal(1), "h"), at=AT)


def test_everything_that_keeps_them_is_told_at_once() -> None:
    steward = sign_in_steward()
    other = sign_up(ZOE)
    stew, zoe = account("steward@example.org").agent, zoe_pseudonym()
    assert stew is not None
    promise(stew.pk, zoe, "bread")
    promise(zoe, stew.pk, "soup")
    shown = steward.get("/me/leave/").content.decode()
    assert "You are the only steward" in shown
    assert "bread" in shown
    assert "soup" in shown
    assert 'name="sure"' not in shown
    with pytest.raises(ProblemError) as refused:
        departures.ask_to_leave(account=account("steward@example.org"), at=AT)
    assert sorted(one.code for one in refused.value.problems) == ["last-steward", "open-promise", "open-promise"]
    assert "You are the only steward" not in other.get("/me/leave/").content.decode()


def test_what_comes_up_meanwhile_keeps_them_until_it_is_over() -> None:
    leave(sign_up(ZOE))
    sign_up("ali@example.org", "Ali")
    ali = account("ali@example.org").agent
    assert ali is not None
    promise(ali.pk, zoe_pseudonym())
    Account.objects.filter(email=ZOE).update(leaving_at=AT)
    assert errands.erase_who_left(quiet, {}) == {"erased": 0, "kept": 1}
    assert account(ZOE).agent is not None


def test_an_open_form_of_before_does_nothing() -> None:
    here, there = sign_up(ZOE), sign_in(ZOE)
    leave(here)
    assert there.post("/me/profile/", {"name": "Back", "handle": "back", "language": "fr"}).status_code == 302
    assert Identity.objects.get().name != "Back"


def test_tidying_forgets_sessions_that_are_over() -> None:
    sign_up(ZOE)
    Session.objects.update(expire_date=AT)
    told = errands.tidy_accounts(quiet, {})
    assert (told["sessions"], told["accounts"]) == (1, 0)
    assert Account.objects.count() == 1


def test_tidying_forgets_tries_that_are_over_and_keeps_those_that_count() -> None:
    """Their keys hold the address of the machine that tried."""
    browser().post("/accounts/login/", {"login": ZOE, "password": "guess"})
    over, counting = list(Remembered.objects.filter(cache_key__contains="127.0.0.1").order_by("pk"))[:2]
    Remembered.objects.filter(pk=over.pk).update(expires=AT)
    assert errands.tidy_accounts(quiet, {})["tries"] == 1
    assert not Remembered.objects.filter(pk=over.pk).exists()
    assert Remembered.objects.filter(pk=counting.pk).exists()
