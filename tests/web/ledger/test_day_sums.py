"""The sums of the days: incremental, made again and by brute force they are the same, on both databases."""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from tests.flows.any_life import AnyLife
from tests.flows.machine import AGENTS
from tests.flows.story import BEGIN, Story
from tests.web.ledger.plants import run
from tests.web.ledger.stories import tell_story
from wikivillage.flows.kinds import Entry, State
from wikivillage.flows.wire import read_entry
from wikivillage.web.ledger import day_sums, queries
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.day_sums import KEY, added, bring_up_to_date, flows_between, flows_by_day
from wikivillage.web.ledger.errands import sum_days
from wikivillage.web.ledger.models import DaySum, Event, Head, Stock, SummedUntil
from wikivillage.web.registry.actions import add_agent

PARIS = "Europe/Paris"
SECOND = timedelta(seconds=1)
MANY = settings(
    max_examples=10,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
Sums = dict[tuple[Any, ...], tuple[Decimal, Decimal, int]]


def by_hand(zone: str) -> Sums:
    """Every sum, added up event by event in Python."""
    specs = dict(Stock.objects.values_list("pk", "spec"))
    events = {event.id: event for event in Event.objects.all()}
    totals: dict[tuple[Any, ...], list[Any]] = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    for event in events.values():
        first = events[event.corrects] if event.corrects else event
        spec = event.spec or specs.get(event.resource or event.to_resource) or ""
        unit, effort_unit = event.unit or first.unit or "", event.effort_unit or first.effort_unit or ""
        key = (
            (first.happened_at - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date(),
            *(event.action, spec, unit, effort_unit, event.resource or "", event.to_resource or ""),
            *(event.input_of or "", event.output_of or "", event.provider_id, event.receiver_id),
        )
        total = totals[key]
        total[0] += event.quantity or 0
        total[1] += event.effort or 0
        total[2] += 1
    return {key: tuple(total) for key, total in totals.items()}


def kept() -> Sums:
    """Every sum as its table has it."""
    rows = DaySum.objects.values_list(*KEY, "quantity", "effort", "events")
    return {row[: len(KEY)]: row[len(KEY) :] for row in rows}


class TablesBook:
    """The ledger in the database at hand."""

    def write(self, entry: Entry, at: datetime) -> None:
        """Record an entry."""
        record(entries=[entry], at=at)

    def state(self) -> State:
        """What the tables say."""
        return queries.whole_state()


class DaysMachine(AnyLife):
    """Any life of a village, with the days added up now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.scope: Any = transaction.atomic()
        self.scope.__enter__()
        for agent in AGENTS:
            add_agent(handle=f"{agent}_handle", name=agent, kind="person", at=BEGIN, pseudonym=agent)
        self.story = Story(TablesBook())

    @rule(limit=st.integers(1, 9))
    def the_days_are_added_up(self, limit: int) -> None:
        bring_up_to_date(zone=PARIS, limit=limit)

    def teardown(self) -> None:
        try:
            while bring_up_to_date(zone=PARIS, limit=7):
                pass
            grown = kept()
            assert grown == by_hand(PARIS)
            day_sums.rebuild(zone=PARIS)
            assert kept() == grown
        finally:
            transaction.set_rollback(True)
            self.scope.__exit__(None, None, None)


@pytest.mark.usefixtures("ledger")
def test_grown_made_again_and_by_hand_are_the_same() -> None:
    run_state_machine_as_test(DaysMachine, settings=MANY)


def eat(id: str, at: str, amount: str, **more: Any) -> dict[str, Any]:
    """The café consumes some apples."""
    quantity = {"value": amount, "unit": "kg"}
    party = {"provider": "cafe", "receiver": "cafe", "inputOf": "cooking"}
    return {"id": id, "action": "consume", "resource": "cafe_apples", "quantity": quantity, "at": at, **party, **more}


def write(*bodies: dict[str, Any], at: datetime = datetime(2026, 5, 9, tzinfo=UTC)) -> None:
    """Record some entries."""
    record(entries=[read_entry(body) for body in bodies], at=at, by="cafe")


def eaten() -> dict[date, Decimal]:
    """Kilograms eaten by day."""
    flows = flows_by_day(date(2026, 1, 1), date(2026, 12, 31), of=["cooking"])
    return {flow.day: flow.quantity for flow in flows if flow.day}


def test_a_day_is_one_of_the_villages_clock_and_a_correction_counts_on_the_day_it_corrects(ledger: None) -> None:
    tell_story()
    write(
        eat("late", "2026-05-03T23:30:00+02:00", "0.5"),
        eat("midnight", "2026-05-04T00:00:00+02:00", "1.5"),
        eat("later", "2026-05-04T00:30:00+02:00", "0.25"),
        {**eat("less", "2026-05-08T12:00:00+02:00", "-0.125"), "corrects": "late"},
    )
    bring_up_to_date(zone=PARIS)
    assert eaten() == {
        date(2026, 5, 1): Decimal(2),
        date(2026, 5, 3): Decimal("1.875"),
        date(2026, 5, 4): Decimal("0.25"),
    }
    bring_up_to_date(zone="Asia/Tokyo")
    assert eaten()[date(2026, 5, 4)] == Decimal("2.125"), "by another clock all days are cut again"
    assert SummedUntil.objects.get().zone == "Asia/Tokyo"


def test_what_ends_at_midnight_is_of_the_day_before(ledger: None) -> None:
    tell_story()
    hour = {"begin": "2026-05-03T00:00:00+02:00", "end": "2026-05-04T00:00:00+02:00"}
    whole = {key: value for key, value in eat("day", "", "0.5").items() if key != "at"}
    write({**whole, **hour}, eat("first", "2026-05-04T00:00:01+02:00", "0.25"))
    bring_up_to_date(zone=PARIS)
    assert {day: eaten()[day] for day in (date(2026, 5, 3), date(2026, 5, 4))} == {
        date(2026, 5, 3): Decimal("0.5"),
        date(2026, 5, 4): Decimal("0.25"),
    }


def test_what_no_clock_knows_counts_in_the_year_1000(ledger: None) -> None:
    add_agent(handle="cafe", name="Café", kind="organisation", at=BEGIN, pseudonym="cafe")
    work = {"action": "work", "provider": "cafe", "receiver": "cafe", "effort": {"value": "1", "unit": "h"}}
    write({**work, "id": "w", "at": "0001-01-01T00:00:00Z", "resourceSpec": "labour"})
    bring_up_to_date(zone="America/New_York")
    assert day_sums.days_known() == (date(999, 12, 31), date(999, 12, 31))


def test_days_are_added_up_over_a_span(ledger: None) -> None:
    tell_story()
    write(eat("a", "2026-05-03T12:00:00Z", "0.5"), eat("b", "2026-05-04T12:00:00Z", "0.25"))
    bring_up_to_date(zone=PARIS)
    assert day_sums.days_known() == (date(2026, 4, 30), date(2026, 5, 4))
    (flow,) = flows_between(date(2026, 5, 3), date(2026, 5, 4), of=["cooking"])
    assert (flow.quantity, flow.events, flow.spec, flow.unit, flow.day) == (Decimal("0.75"), 2, "apple", "kg", None)
    assert added(flows_by_day(date(2026, 5, 3), date(2026, 5, 4), of=["cooking"])) == flow
    assert flows_between(date(2026, 6, 1), date(2026, 6, 30)) == []
    (moved,) = flows_between(date(2026, 4, 30), date(2026, 4, 30), of=["cafe_apples"])
    assert (moved.action, moved.resource, moved.to_resource, moved.receiver) == (
        "transfer",
        "apples",
        "cafe_apples",
        "cafe",
    )


def test_nothing_recorded_is_nothing_summed(ledger: None) -> None:
    assert bring_up_to_date(zone=PARIS) == 0
    assert day_sums.rebuild(zone=PARIS) == 0
    assert (day_sums.days_known(), day_sums.summed_until()) == (None, 0)


def test_a_limit_leaves_the_rest_for_the_next_time(ledger: None) -> None:
    tell_story()
    taken = [bring_up_to_date(zone=PARIS, limit=4) for _ in range(4)]
    assert (taken, day_sums.summed_until()) == ([4, 4, 3, 0], Head.objects.get().number)
    assert kept() == by_hand(PARIS)


def test_what_was_tampered_with_is_healed_and_the_ledger_does_not_mind(ledger: None) -> None:
    tell_story()
    bring_up_to_date(zone=PARIS)
    DaySum.objects.filter(action="consume").update(quantity=99, events=7)
    DaySum.objects.filter(action="raise").delete()
    assert check_ledger().ok, "they are derived"
    day_sums.rebuild(zone=PARIS)
    assert kept() == by_hand(PARIS)


def test_sums_may_outgrow_what_an_amount_can_be(ledger: None) -> None:
    tell_story()
    hours = {"value": "9000000000", "unit": "h"}
    work = {"action": "work", "provider": "cafe", "receiver": "cafe", "resourceSpec": "labour", "effort": hours}
    write(*({**work, "id": f"w{number}"} for number in range(4)))
    bring_up_to_date(zone=PARIS)
    day = date(2026, 5, 9)
    (flow,) = [one for one in flows_between(day, day) if one.action == "work"]
    assert (flow.effort, flow.effort_unit, flow.events) == (Decimal(36_000_000_000), "h", 4)


def test_two_at_a_time_count_everything_once(database: str) -> None:
    tell_story()
    problems: list[Exception] = []

    def sum_up() -> None:
        try:
            for _ in range(6):
                bring_up_to_date(zone=PARIS, limit=2)
        except Exception as error:  # told to the test below
            problems.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=sum_up) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert problems == []
    assert kept() == by_hand(PARIS)


def test_the_errand_counts_all_and_says_how_far_it_is(ledger: None) -> None:
    tell_story()
    said: list[tuple[str, int, int]] = []
    assert sum_days(lambda label, done=0, total=0: said.append((label, done, total)), {}) == {"records": 11}
    assert said == [("Adding up the days", 11, 11)]
    assert sum_days(lambda *_: None, {}) == {"records": 0}
    assert kept() == by_hand(PARIS)


def test_an_increment_reads_only_what_is_new(ledger: None) -> None:
    tell_story()
    bring_up_to_date(zone=PARIS)
    run("UPDATE ledger_daysum SET quantity = quantity + 1000000000 WHERE action = 'raise'")
    write(eat("a", "2026-05-03T12:00:00Z", "0.5"))
    assert bring_up_to_date(zone=PARIS) == 1
    (raised,) = DaySum.objects.filter(action="raise")
    assert raised.quantity == Decimal("13.123456789"), "old days are not read again"
