"""Intervals become events once: late readings correct them, dips give back, closed periods stay as they were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.connectors.streams import M1, NOW, START, counters, reading, series
from tests.web.meters.rooms import FROM_GRID, close, events, ingest, meter, net, shown
from wikivillage.connectors.differences import differences
from wikivillage.connectors.exact import total
from wikivillage.connectors.intervals import cut, interval_id
from wikivillage.connectors.kinds import Interval, Reading, Register, Step
from wikivillage.connectors.local_time import Grid
from wikivillage.flows.kinds import Closing, Event, Measure, NewStock
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.models import Event as Recorded
from wikivillage.web.ledger.models import Stock
from wikivillage.web.ledger.queries import event_of
from wikivillage.web.meters import actions, closing, queries
from wikivillage.web.meters.describe import Link
from wikivillage.web.meters.models import ClosedInterval, Correction, RollUp
from wikivillage.web.meters.models import Register as Row

pytestmark = pytest.mark.usefixtures("ledger")


def test_invariant_13_an_interval_is_one_event_that_points_to_its_readings() -> None:
    meter()
    ingest(series("100", "100.5", "101"))
    done = close()
    assert (done.closed, done.events, done.corrected) == (2, 2, 0)
    first, second = events()
    assert first.id == str(interval_id("m1", "import", START, START + timedelta(minutes=15)))
    event = event_of(first)
    assert (event.action, event.provider, event.resource, event.begin, event.end) == (
        *("consume", "grid", "mains"),
        *(START, START + timedelta(minutes=15)),
    )
    assert event.basis == (
        "m1/import 100 at 2026-03-01T00:00:00Z to 100.5 at 2026-03-01T00:15:00Z: difference; measured; rule 1"
    )
    evidence = queries.find_evidence(second.id)
    assert evidence is not None
    assert [value for _, value in evidence.readings] == [Decimal("100.5"), Decimal(101)]
    assert queries.find_evidence("something-else") is None
    assert check_ledger().ok


def test_invariant_13_closing_again_adds_nothing() -> None:
    meter()
    ingest(series("100", "100.5", "101"))
    close()
    before = (queries.closed_hash(), Recorded.objects.count())
    again = close()
    ingest(series("100", "100.5", "101"))
    after_replay = close()
    assert (again.closed, again.events, after_replay.events) == (0, 0, 0)
    assert (queries.closed_hash(), Recorded.objects.count()) == before


def test_an_interval_closes_when_a_reading_is_past_its_end() -> None:
    meter()
    ingest([reading(0, "1"), reading(900, "2"), reading(1500, "3")])
    assert close().closed == 1
    ingest([reading(2100, "5")])
    assert close().closed == 1
    assert shown(events()) == [("consume", "1.000000000"), ("consume", "2.000000000")], "1, and half of 2"


def test_until_holds_back_and_nothing_is_forgotten() -> None:
    meter()
    ingest(series(*"123456"))
    assert close(until=START + timedelta(minutes=31)).closed == 2
    assert close(until=START + timedelta(minutes=31)).closed == 0
    assert close().closed == 3
    assert net() == 5


def test_a_late_reading_corrects_the_event_it_belongs_to() -> None:
    meter()
    ingest([reading(0, "10"), reading(2700, "16")])
    assert close().events == 3
    assert {one.quality for one in ClosedInterval.objects.all()} == {"estimated"}
    assert "estimate, gap; estimated" in str(event_of(events()[0]).basis)
    ingest([reading(900, "11")])
    done = close()
    assert (done.closed, done.corrected, done.events) == (0, 3, 3)
    original, *_ = events()
    correction = Recorded.objects.get(corrects=original.id)
    assert correction.quantity == -1, "2 were estimated, and 1 it was"
    assert [one.net for one in ClosedInterval.objects.order_by("begin")] == [1, Decimal("2.5"), Decimal("2.5")]
    assert net() == 6
    evidence = queries.find_evidence(correction.id)
    assert evidence is not None
    assert (evidence.quantity, evidence.net, evidence.quality) == (2, 1, "measured")
    assert [amount for _, amount in evidence.corrections] == [-1]
    assert check_ledger().ok


def test_corrections_of_corrections_form_a_chain() -> None:
    meter()
    ingest([reading(0, "10"), reading(2700, "16")])
    close()
    for late in (reading(900, "11"), reading(450, "10.2"), reading(1800, "15")):
        ingest([late])
        close()
    chain = list(Correction.objects.filter(interval__begin=START + timedelta(minutes=15)))
    assert [one.number for one in chain] == [1, 2]
    assert [chain[0].corrects, chain[1].corrects] == [chain[0].interval_id, chain[0].pk]
    assert [one.net for one in ClosedInterval.objects.order_by("begin")] == [1, 4, 1]
    assert net() == 6
    assert check_ledger().ok


def test_a_dip_is_given_back_by_an_event_of_its_own_and_corrected_away() -> None:
    meter()
    ingest(series("20", "21", "20.5", "23"))
    close()
    assert shown(events()) == [
        *(("consume", "1.000000000"), ("raise", "0.500000000"), ("consume", "2.500000000")),
    ]
    ingest([reading(1200, "21.4"), reading(1300, "20.2")])
    close()
    assert net() == 3
    assert check_ledger().ok


def test_an_amount_that_changes_its_sign_has_an_event_of_each_side() -> None:
    meter(kind=replace(M1, kind="interval"))
    ingest([reading(900, "-2"), reading(1800, "3")])
    close()
    assert net() == 1
    ingest([reading(450, "5")])
    close()
    assert [one.net for one in ClosedInterval.objects.order_by("begin")] == [
        *(Decimal("2.5"), Decimal("0.5"), Decimal(3)),
    ]
    assert net() == 6
    assert check_ledger().ok


def test_what_is_made_and_what_is_stored_are_events_of_their_own_kind() -> None:
    meter("pv", Link("produce", "flat", "flat", "roof"), kind=replace(M1, resource="electricity"))
    meter("battery", Link("transfer", "flat", "grid", "roof", to_stock="cells"))
    ingest([reading(900 * number, Decimal(number), "pv") for number in range(5)])
    close()
    ingest([reading(900 * number, Decimal(number) / 2, "battery") for number in range(5)])
    close()
    roof, cells = (Stock.objects.get(pk=name) for name in ("roof", "cells"))
    assert (roof.onhand, cells.onhand, cells.primary_accountable_id) == (2, 2, "grid")
    assert (roof.allow_negative, cells.spec) == (False, "electricity")
    ingest([reading(4500, "1.9", "battery"), reading(4500, "3.9", "pv")])
    close()
    assert shown(events("cells")) == [("transfer", "0.100000000")], "a dip of a battery goes back to where it came from"
    assert Stock.objects.get(pk="roof").onhand == Decimal("2.0")
    assert check_ledger().ok


def test_what_the_ledger_refuses_stays_open_is_told_and_closes_later() -> None:
    meter("flat-1", Link("consume", "flat", "flat", "roof"))
    meter("pv", Link("produce", "flat", "flat", "roof"))
    ingest([reading(900 * number, Decimal(number), "flat-1") for number in range(4)])
    done = actions.close_intervals(at=NOW)
    assert (done.closed, done.events) == (0, 0)
    owned, held = done.problems
    assert (owned.code, owned.where) == ("insufficient", "flat-1/import 2026-03-01 00:00 to 00:15 UTC")
    assert held.what == "the ledger refuses it: roof has 0 kWh on hand; 1 is too much."
    ingest([reading(900 * number, Decimal(number), "pv") for number in range(3)])
    done = actions.close_intervals(at=NOW)
    assert {one.code for one in done.problems} == {"insufficient"}, "it comes before the roof in the order"
    done = actions.close_intervals(at=NOW)
    assert (done.closed, len(done.problems)) == (2, 2), "two of three are there by now"
    assert Stock.objects.get(pk="roof").onhand == 0
    assert check_ledger().ok


def test_a_closed_period_stays_as_it_was_and_its_correction_is_of_today() -> None:
    meter()
    ingest([reading(0, "10"), reading(2700, "16")])
    close()
    record(entries=[Closing("march", START + timedelta(days=31))], at=NOW)
    as_closed = [(row.happened_at, row.quantity) for row in events()]
    ingest([reading(900, "11"), reading(3600, "17")])
    assert close().corrected == 3
    rows = events()
    assert [(row.happened_at, row.quantity) for row in rows[:3]] == as_closed
    assert {row.happened_at for row in rows[3:]} == {NOW}
    assert "2026-03-01T00:45:00Z to 17 at 2026-03-01T01:00:00Z" in str(event_of(rows[-1]).basis)
    assert net() == 7
    assert check_ledger().ok


def test_a_stock_that_is_there_is_used_as_it_is() -> None:
    meter("m1", replace(FROM_GRID, allow_negative=False))
    stock = Event("e", "raise", "grid", "grid", new_resource=_stock("mains"), quantity=Measure(Decimal(5), "kWh"))
    record(entries=[stock], at=START)
    ingest(series("1", "2", "4"))
    close()
    assert Stock.objects.get(pk="mains").onhand == 2


def test_a_register_without_the_ledger_is_summed_and_makes_no_event() -> None:
    meter(link=None)
    ingest(series("1", "2", "4"))
    assert close().closed == 2
    assert Recorded.objects.count() == 0
    assert [plain_sum.quantity for plain_sum in RollUp.objects.filter(grid="hour")] == [3]


def test_a_gauge_is_kept_and_never_summed() -> None:
    meter(link=None, kind=replace(M1, kind="gauge", unit="degC"))
    ingest(series("-1", "20", "19"))
    assert (close().closed, RollUp.objects.count(), actions.rebuild()) == (0, 0, 0)


def test_a_retired_meter_closes_its_last_interval_and_takes_nothing_more() -> None:
    meter()
    ingest([reading(0, "1"), reading(900, "2"), reading(1500, "3")])
    actions.retire_meter(meter="m1", at=START + timedelta(seconds=1600))
    report = ingest([reading(1700, "4"), reading(1550, "3.5")])
    assert (report.counts["new"], [one.problem.code for one in report.quarantined]) == (1, ["meter-retired"])
    close()
    assert (net(), ClosedInterval.objects.get(begin=START + timedelta(minutes=15)).quality) == (
        Decimal("2.5"),
        "partial",
    )


def test_sums_that_could_not_be_kept_are_told_and_nothing_of_them_is() -> None:
    meter(link=None, kind=replace(M1, kind="interval", interval_minutes=1))
    ingest([reading(60 * number, "8000000000") for number in range(1, 16)])
    (problem,) = actions.close_intervals(at=NOW).problems
    assert (problem.code, problem.where) == ("interval-too-large", "m1/import")
    assert (ClosedInterval.objects.count(), RollUp.objects.count()) == (0, 0)


@pytest.mark.parametrize("dip", ["negative", "quarantine"])
def test_months_of_readings_close_week_by_week(dip: str) -> None:
    """Every six hours for ten weeks, a dip in the fifth, a silence of three weeks, a reset at its end."""
    kind = replace(M1, dip=dip, interval_minutes=360, gap_after=2)
    meter(kind=kind, grid="day")
    values = [Decimal(1000 + number) - (40 if 140 <= number < 150 else 0) for number in range(200)]
    stream = [reading(21_600 * number, value) for number, value in enumerate(values)]
    stream += [reading(21_600 * (284 + number), Decimal(number)) for number in range(20)]
    ingest(stream)
    close()
    expected = [one for one in cut(differences(stream, kind), kind, "day") if one.end <= stream[-1].at]
    rows = ClosedInterval.objects.order_by("begin")
    assert [(one.begin, one.net, one.quality) for one in rows] == [
        (one.begin, one.quantity, one.quality) for one in expected
    ]
    before = queries.closed_hash()
    actions.rebuild()
    assert queries.closed_hash() == before
    assert Row.objects.get().stale_from is None
    assert check_ledger().ok


def test_a_long_silence_is_cut_once_and_not_in_each_of_its_weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten weeks: each quarter of an hour is cut for the week that it begins in, once for all weeks within, and once
    for the week that it ends in; so are its hours and days. Nothing is asked for a single interval."""
    count, made, silence = 10 * 7 * 96, [0], [reading(450, "1"), reading(900 * 10 * 7 * 96 + 450, "8")]

    def counted(steps: Iterable[Step], register: Register, grid: Grid) -> Iterator[Interval]:
        for one in cut(steps, register, grid):
            made[0] += 1
            yield one

    monkeypatch.setattr(closing, "cut", counted)
    meter(link=None)
    ingest(silence)
    with CaptureQueriesContext(connection) as asked:
        assert close().closed == count
    assert made[0] < 3 * 1.3 * count
    assert len(asked) < 11 * 30
    expected = cut(differences(silence, M1), M1, "quarter-hour")
    rows = ClosedInterval.objects.order_by("begin").values_list("id", "net", "quality")
    assert list(rows) == [(one.id, one.quantity, one.quality) for one in expected][:count]
    before = queries.closed_hash()
    actions.rebuild()
    assert queries.closed_hash() == before


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    readings=counters(most=10),
    order=st.randoms(use_true_random=False),
    size=st.integers(1, 8),
    dip=st.sampled_from(["negative", "quarantine"]),
)
def test_events_come_to_the_last_less_the_first_of_the_cycles_whatever_came_late(
    readings: list[Reading], order: Random, size: int, dip: str
) -> None:
    """In any order, in any parts, closed in between or only at the end: the same intervals, the same net sum."""
    kind = replace(M1, dip=dip)
    aligned = [replace(one, at=_quarter(one.at)) for one in readings]
    stream = list({one.at: one for one in aligned}.values())
    shuffled = order.sample(stream, len(stream))
    with _taken_back():
        meter(kind=kind)
        ingest(stream)
        close()
        once = queries.closed_hash()
        assert net() == total(step.amount for step in differences(stream, kind))
    with _taken_back():
        meter(kind=kind)
        for begin in range(0, len(shuffled), size):
            ingest(shuffled[begin : begin + size])
            close()
        assert queries.closed_hash() == once
        assert net() == total(step.amount for step in differences(stream, kind))
        before = queries.closed_hash()
        actions.rebuild()
        assert queries.closed_hash() == before
        assert not events() or check_ledger().ok


def _quarter(at: datetime) -> datetime:
    return START + (at - START) // timedelta(minutes=15) * timedelta(minutes=15)


def _stock(id: str) -> NewStock:
    return NewStock(id, "kWh", spec="electricity", primary_accountable="grid")


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
