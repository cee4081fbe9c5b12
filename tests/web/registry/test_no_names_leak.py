"""Personal data stays with those who may see it: people with unmistakable names are planted into a village that has
lived, then everything that a stranger can reach is searched for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.test import Client

from tests.web.registry.somebody import browser
from tests.web.site.crawl import Answer, getter, walk
from tests.web.site.people import sign_in
from tests.web.site.village import present
from wikivillage.connectors.kinds import Register
from wikivillage.flows.wire import read_entry
from wikivillage.web.accounts.models import Account
from wikivillage.web.diary.actions import put_occurrence
from wikivillage.web.ledger.actions import record
from wikivillage.web.meters.actions import add_meters
from wikivillage.web.meters.describe import DescribedMeter, DescribedRegister
from wikivillage.web.notices.actions import queue_letter
from wikivillage.web.registry.actions import add_agent, issue_token
from wikivillage.web.registry.consent_actions import give_consent, name_guardian
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.people_actions import add_household, join, make_circle
from wikivillage.web.registry.permits import OPEN, PERMITS
from wikivillage.web.registry.role_actions import give_role
from wikivillage.web.registry.words import PURPOSES

SECRETS = (
    *("Zoltan Quixberg", "Quixberg", "zoltan_q_handle", "zoltan@quix.example", "+33 6 98 76 54 32", "zoltans remark"),
    *("Ximena Quixberg", "ximena_q_handle", "ximena@quix.example", "Haus Quixberg", "haus_q_handle", "his role text"),
    *("ledger remark of Q", "letter to Q", "token of Q", "dinner of Q"),
)
"""What nobody may find who is not let in."""

STARTS = (
    *("/", "/building/", "/building/shared_houses/", "/building/places.csv", "/flows.csv", "/meters/", "/plans/"),
    *(
        "/ledger/",
        "/ledger/events/",
        "/ledger/events.csv",
        "/ledger/stocks/",
        "/ledger/stocks.csv",
        "/ledger/promises/",
    ),
    *("/ledger/calendar/", "/ledger/calendar/village.ics", "/meters/meters.csv", "/village/about/", "/village/people/"),
    *("/village/circles/", "/village/circles/circle-q/", "/village/roles/", "/letters/", "/jobs/", "/api/openapi.json"),
    *("/ledger/events/q-work/", "/ledger/events/q-raise/", "/ledger/stocks/q-apples/", "/ledger/trace/q-apples/"),
    *("/meters/q-flat/", "/meters/q-flat/readings.csv", "/meters/q-flat/sums.csv", "/ledger/events/?q=Quixberg"),
    *("/village/people/?q=quixberg", "/village/people.csv", "/village/people/{zoltan}/", "/village/people/{home}/"),
    *("/prices/", "/prices/mine/", "/prices/bands/", "/village/agreements/", "/village/qualifications/"),
    *("/diary/", "/diary/village.ics", "/diary/openings/", "/diary/calendars/", "/diary/dates/q-dinner/"),
    *("/diary/dates/q-open/", "/diary/dates/q-dinner.ics", "/diary/dates/q-open.ics"),
    *("/ledger/events/?agent={zoltan}", "/ledger/events/?agent=zoltan_q_handle", "/api/agents", "/api/roles", "/me/"),
)
"""Where the walk begins: every list and feed, and what was planted by its own address."""


def plant(at: datetime) -> dict[str, Agent]:
    """A family that does everything one can do here; what they are called by."""
    zoltan = add_agent(
        handle="zoltan_q_handle", kind="person", name="Zoltan Quixberg", email="zoltan@quix.example",
        phone="+33 6 98 76 54 32", note="zoltans remark", at=at,
    )  # fmt: skip
    ximena = add_agent(
        handle="ximena_q_handle", kind="person", name="Ximena Quixberg", email="ximena@quix.example", at=at
    )
    home = add_household(name="Haus Quixberg", handle="haus_q_handle", members=[zoltan, ximena], at=at)
    circle = make_circle(name_en="Q", name_fr="Q", at=at)
    join(agent=zoltan, circle=circle, role="his role text", at=at)
    for word in ("member", "steward", "treasurer"):
        give_role(agent=zoltan, word=word, at=at)
    give_role(agent=zoltan, word="circle_lead", scope_kind="circle", scope=circle.pk, at=at)
    name_guardian(ward=ximena, guardian=zoltan, at=at)
    for purpose in PURPOSES:
        give_consent(agent=zoltan, purpose=purpose, at=at, by=zoltan.pk)
    issue_token(agent=zoltan, scopes=["read"], label="token of Q", at=at)
    queue_letter(to="zoltan@quix.example", subject="letter to Q", text="Dear Zoltan Quixberg", at=at, agent=zoltan.pk)
    Account.objects.create_user("zoltan@quix.example", agent=zoltan)
    register = DescribedRegister(Register("q-flat", "use", "electricity", "kWh"), "hour", None, "test")
    add_meters(meters=[DescribedMeter("q-flat", "Flat", "shared_houses", zoltan.pk, (register,), "test")], at=at)
    _record(zoltan.pk, home.pk, at)
    for uid, title, seen_by in (("q-dinner", "dinner of Q", "private"), ("q-open", "Open house", "public")):
        put_occurrence(
            uid=uid, title=title, kind="event", begin=at, end=at + timedelta(hours=2), visibility=seen_by,
            owner=zoltan.pk, at=at,
        )  # fmt: skip
    return {"zoltan": zoltan, "home": home}


def _record(zoltan: str, home: str, at: datetime) -> None:
    """Events with their names: a stock of their own, work in a process that all see, and a gift."""
    amount = {"value": "3", "unit": "kg"}
    moment = at.isoformat()
    bodies = [
        {
            "id": "q-raise", "action": "raise", "provider": zoltan, "receiver": zoltan, "at": moment,
            "newResource": {"id": "q-apples", "unit": "kg", "spec": "apples"}, "quantity": amount,
        },
        {
            "id": "q-work", "action": "work", "provider": zoltan, "receiver": "etic", "at": moment,
            "effort": {"value": "2", "unit": "h"}, "resourceSpec": "work",
        },
        {
            "id": "q-gift", "action": "transfer", "provider": zoltan, "receiver": home, "resource": "q-apples",
            "newToResource": {"id": "q-more", "unit": "kg", "spec": "apples"},
            "quantity": amount, "at": moment,
        },
    ]  # fmt: skip
    entries = [read_entry(body, "event") for body in bodies]
    record(entries=entries, at=at, by=zoltan, notes={"q-work": "ledger remark of Q"})


def reached(client: Client, planted: dict[str, Agent]) -> Iterator[Answer]:
    """Everything that somebody reaches by links and by guessing what was planted."""
    words = {name: agent.pk for name, agent in planted.items()}
    return walk(getter(client), [start.format(**words) for start in STARTS], of_each=6)


def leaks(answers: Iterator[Answer]) -> list[str]:
    """Where something personal is read, and what; what was asked for in the address itself is no leak."""
    found = []
    for answer in answers:
        said = answer.content.decode("utf-8", "replace").casefold()
        asked = answer.path.casefold()
        found += [
            f"{answer.path}: {word}" for word in SECRETS if word.casefold() in said and word.casefold() not in asked
        ]
    return found


@pytest.fixture
def planted(lived_quickly: datetime) -> Iterator[dict[str, Agent]]:
    """A village with the family in it, at its present."""
    with present():
        yield plant(lived_quickly)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_stranger_finds_nobody(planted: dict[str, Agent], lang: str) -> None:
    answers = list(reached(browser(lang=lang), planted))
    pages = [answer for answer in answers if answer.status == 200]
    assert len(pages) > 40
    assert not leaks(iter(answers))


def test_whoever_signed_up_and_is_no_member_finds_nobody(planted: dict[str, Agent]) -> None:
    guest = add_agent(handle="guest", kind="person", at=planted["zoltan"].created_at)
    account = Account.objects.create_user("guest@example.org", agent=guest)
    client = Client()
    sign_in(client, account, second_factor=True)
    assert not leaks(reached(client, planted))


def test_a_page_that_says_a_name_is_found(planted: dict[str, Agent]) -> None:
    """Otherwise the tests above would hold for a search that finds nothing."""
    with patch.dict(PERMITS, {"person": {**PERMITS["person"], "see": OPEN}}):
        found = leaks(reached(browser(), planted))
    assert any("Quixberg" in leak for leak in found)


def test_a_member_finds_what_was_agreed_to(planted: dict[str, Agent]) -> None:
    at = planted["zoltan"].created_at
    member = add_agent(handle="mona", kind="person", at=at)
    give_role(agent=member, word="member", at=at)
    found = leaks(reached(browser(member), planted))
    assert any("zoltan@quix.example" in leak for leak in found)
    assert not [
        leak for leak in found if "ximena@quix.example" in leak or ("+33" not in leak and "zoltans remark" in leak)
    ]
