"""Repairs: tickets with their outcome, days that add up and are closed once, tools that work again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.web.exchange.helped import (
    DAY,
    HOUR,
    NOW,
    drill,
    etic,
    in_english,
    lent,
    person,
    repair_day,
    ticket,
    told,
)
from tests.web.registry.somebody import codes
from wikivillage.base.problems import ProblemError
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.exchange.loan_actions import take_back
from wikivillage.web.exchange.models import RepairTicket, Tool
from wikivillage.web.exchange.repair_actions import bring_thing, close_day, put_repair_day, set_outcome
from wikivillage.web.exchange.repair_queries import sums_of_all, sums_of_day, waiting_tickets
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.queries import find_process

pytestmark = pytest.mark.usefixtures("house_of_repairs")


@pytest.fixture
def house_of_repairs(ledger: None) -> Iterator[None]:
    """A house."""
    with in_english():
        yield


def test_a_day_adds_up_and_is_closed_once() -> None:
    alice, sarah, day = person("alice"), etic(), repair_day()
    assert Occurrence.objects.get(uid=day.pk).visibility == "public"
    toaster = ticket(alice, day=day.pk, weight_kg=Decimal("1.2"))
    lamp = ticket(alice, "Lampe", category="lighting", day=day.pk)
    radio = ticket(alice, "Radio", category="audio_video", day=day.pk)
    set_outcome(ticket=toaster.pk, outcome="fixed", minutes=40, at=NOW)
    set_outcome(ticket=lamp.pk, outcome="fixed", unweighed=True, minutes=20, at=NOW)
    set_outcome(ticket=radio.pk, outcome="end_of_life", barrier="parts_missing", weight_kg=Decimal(3), at=NOW)
    closed = close_day(day=day.pk, at=NOW + 5 * HOUR, by=sarah.pk)
    sums = sums_of_day(closed)
    assert (sums.things, sums.fixed, sums.end_of_life, sums.unweighed) == (3, 2, 1, 1)
    assert (sums.kg_kept, sums.kg_all, sums.minutes) == (Decimal("1.2"), Decimal("4.2"), 60)
    assert sums_of_all([closed]).kg_kept == Decimal("1.2")
    assert (
        find_process(day.pk)["effort"][0]["value"].startswith("1.0")
        or find_process(day.pk)["effort"][0]["value"] == "1"
    )
    with pytest.raises(ProblemError) as refused:
        close_day(day=day.pk, at=NOW + 6 * HOUR, by=sarah.pk)
    assert refused.value.problems[0].code == "closed-already"
    assert "was closed on" in refused.value.problems[0].what
    assert codes(set_outcome, ticket=radio.pk, outcome="fixed", unweighed=True, at=NOW) == ["day-closed"]
    assert codes(bring_thing, device="A", category="other", agent=alice.pk, day=day.pk, at=NOW) == ["day-closed"]
    assert check_ledger().ok


def test_a_day_with_open_questions_is_not_closed() -> None:
    alice, day = person("alice"), repair_day()
    ticket(alice, "Radio", day=day.pk)
    lamp = ticket(alice, "Lampe", day=day.pk, at=NOW + HOUR)
    assert codes(set_outcome, ticket=lamp.pk, outcome="fixed", at=NOW) == ["no-weight"]
    RepairTicket.objects.filter(pk=lamp.pk).update(state="fixed")
    with pytest.raises(ProblemError) as refused:
        close_day(day=day.pk, at=NOW - HOUR)
    assert [(one.code, one.where) for one in refused.value.problems] == [
        ("not-begun", ""),
        ("no-outcome", "Radio"),
        ("no-weight", "Lampe"),
    ]
    assert sums_of_day(day).waiting == 1


def test_absurd_numbers_are_refused() -> None:
    alice = person("alice")
    for weight in ("-1", "0", "301", "0.0001", "NaN"):
        said = {"device": "A", "category": "other", "agent": alice.pk, "weight_kg": Decimal(weight), "at": NOW}
        assert codes(bring_thing, **said) == ["bad-amount"]
    one = ticket(alice)
    for minutes in (0, -5, 601):
        assert codes(set_outcome, ticket=one.pk, outcome="repairable", minutes=minutes, at=NOW) == ["bad-minutes"]
    wrong = {"outcome": "magic", "barrier": "rain", "weight_kg": Decimal(-1), "minutes": -1, "said": "x" * 301}
    assert codes(set_outcome, ticket=one.pk, at=NOW, **wrong) == [
        "unknown-word",
        "unknown-word",
        "bad-amount",
        "bad-minutes",
        "bad-words",
    ]
    found = codes(bring_thing, device="", category="?", problem="a\0b", agent=alice.pk, at=NOW)
    assert found == ["bad-words", "bad-words", "unknown-word"]


def test_a_day_has_a_title_and_goes_forward() -> None:
    words = {"begin": NOW, "end": NOW - HOUR, "at": NOW}
    assert codes(put_repair_day, title=" ", **words) == ["bad-words"]
    assert codes(put_repair_day, title="A", **words) == ["backwards"]
    assert codes(put_repair_day, title="A", place="moon", begin=NOW, end=NOW + HOUR, at=NOW) == ["unknown-place"]


def test_a_broken_tool_is_repaired_and_lent_again() -> None:
    alice, tool = person("alice"), drill()
    take_back(loan=lent(tool, alice).pk, condition="unusable", at=NOW + DAY)
    one = ticket(alice, "Perceuse", tool=tool.pk, category="tool")
    assert [row.pk for row in waiting_tickets()] == [one.pk]
    set_outcome(ticket=one.pk, outcome="fixed", weight_kg=Decimal(2), minutes=30, at=NOW + 2 * DAY)
    assert (Tool.objects.get().state, Tool.objects.get().condition) == ("ready", "good")
    assert told(alice, "repair") == ["Repaired: Perceuse"]


def test_an_outcome_can_be_said_anew_until_the_day_is_closed() -> None:
    alice = person("alice")
    one = ticket(alice, day=repair_day().pk, weight_kg=Decimal(1))
    for outcome in ("repairable", "fixed", "fixed"):
        set_outcome(ticket=one.pk, outcome=outcome, at=NOW + timedelta(minutes=5))
    assert told(alice, "repair") == ["Not repaired yet: Grille-pain", "Repaired: Grille-pain"]


def test_a_second_press_is_one_ticket_and_one_day() -> None:
    alice = person("alice")
    assert ticket(alice, key="t" * 24).pk == ticket(alice, key="t" * 24).pk
    assert repair_day(key="d" * 24).pk == repair_day(key="d" * 24).pk
