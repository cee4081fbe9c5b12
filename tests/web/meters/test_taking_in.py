"""Readings come in once, whatever is sent how often, in which order and by how many at the same time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from tests.connectors.streams import M1, NOW, START, reading, series
from tests.web.meters.rooms import close, ingest, meter, net
from tests.web.meters.torn_streams import torn
from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.meters import actions, queries
from wikivillage.web.meters.guards import guard_names
from wikivillage.web.meters.incoming import Refused
from wikivillage.web.meters.models import Batch, Conflict, Quarantine, Reading, Register


@pytest.mark.usefixtures("ledger")
def test_a_batch_is_reported_and_nothing_is_dropped() -> None:
    meter(largest_step_per_hour=Decimal(20))
    unreadable = Refused("garbage", Problem("payload-json", "mqtt x", "neither JSON nor a number"))
    batch = [*series("1", "2"), reading(900, "2"), reading(900, "3"), reading(1800, "999"), reading(0, "1", "m2")]
    report = actions.ingest(readings=batch, at=NOW, source="test", refused=[unreadable])
    assert report.counts == {"new": 2, "duplicate": 1, "conflicting": 1, "quarantined": 2}
    row = Batch.objects.get()
    assert (row.new, row.duplicate, row.conflicting, row.quarantined) == (2, 1, 1, 3)
    aside = Quarantine.objects.order_by("pk")
    assert [one.code for one in aside] == ["implausible-jump", "unknown-meter", "payload-json"]
    assert [one.is_reading for one in aside] == [True, True, False]
    assert aside[2].raw == "garbage"


@pytest.mark.usefixtures("ledger")
def test_trouble_of_one_meter_leaves_the_others_as_they_are() -> None:
    """Two meters are ordinary, one sends a value twice and one a time again: the report is in the order of arrival."""
    for number in range(4):
        meter(f"m{number}")
    ingest([reading(0, "1", f"m{number}") for number in range(4)])
    batch = [reading(900 * step, Decimal(step + 1), f"m{number}") for step in (1, 2) for number in range(4)]
    batch = [*batch, reading(1800, "3", "m1"), reading(900, "7", "m2"), reading(2700, "4", "m3", unit="kWh")]
    report = ingest(batch)
    assert report.new == (*batch[:8], batch[10])
    assert (report.duplicate, [one.reading for one in report.conflicting]) == ((batch[8],), [batch[9]])
    assert {row.meter_id: (row.last_value, row.last_at) for row in Register.objects.all()} == {
        **{f"m{number}": (3, batch[4].at) for number in range(3)},
        "m3": (4, batch[10].at),
    }
    assert {row.stale_from for row in Register.objects.all()} == {START - timedelta(minutes=15)}


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("microsecond", [0, 1, 120_000])
def test_times_are_kept_as_django_writes_them(microsecond: int) -> None:
    at = datetime(2001, 2, 28, 23, 59, 59, microsecond, UTC)
    meter()
    ingest([replace(reading(0, "1"), at=at)])
    assert Reading.objects.filter(at=at, received_at=NOW).count() == 1
    assert Register.objects.get(last_at=at, stale_until=at).last_at == at


@pytest.mark.usefixtures("ledger")
def test_what_is_refused_again_is_counted_and_kept_once() -> None:
    meter()
    for _ in range(3):
        ingest([reading(0, "1", "m2"), reading(-(10**9), "1")], at=NOW)
    assert [(one.code, one.times) for one in Quarantine.objects.order_by("pk")] == [
        *(("unknown-meter", 3), ("wrong-clock", 3)),
    ]


@pytest.mark.usefixtures("ledger")
def test_a_unit_is_converted_before_values_are_kept_and_compared() -> None:
    meter()
    assert ingest([reading(0, "1234.5", unit="Wh")]).counts["new"] == 1
    assert ingest([reading(0, "1.2345", unit="kWh")]).counts["duplicate"] == 1
    assert Reading.objects.get().value == Decimal("1.2345")


@pytest.mark.usefixtures("ledger")
def test_a_jump_is_judged_against_what_is_stored_before_it() -> None:
    meter(largest_step_per_hour=Decimal(20))
    ingest([reading(0, "100"), reading(86_400, "300")])
    assert ingest([reading(87_300, "400")]).quarantined[0].problem.code == "implausible-jump"
    assert ingest([reading(900, "104")]).counts["new"] == 1
    assert ingest([reading(1800, "150")]).quarantined[0].problem.code == "implausible-jump"


@pytest.mark.usefixtures("ledger")
def test_a_jump_that_is_real_is_released_once() -> None:
    meter(largest_step_per_hour=Decimal(20))
    ingest([reading(0, "100"), reading(900, "200")])
    row = Quarantine.objects.get()
    assert actions.release(id=row.pk, at=NOW) == "new"
    assert Reading.objects.count() == 2
    close()
    assert net() == 100
    assert _codes_of_release(row.pk) == ["already-resolved"]
    assert list(queries.quarantine()) == []
    assert [one.resolution for one in queries.quarantine(resolved=True)] == ["new"]


@pytest.mark.usefixtures("ledger")
def test_a_reading_of_a_meter_that_was_unknown_is_released_when_it_is_described() -> None:
    meter("m1")
    unreadable = Refused("garbage", Problem("payload-json", "x", "no JSON"))
    actions.ingest(readings=[reading(0, "7", "m2")], at=NOW, source="test", refused=[unreadable])
    row, garbage = Quarantine.objects.order_by("pk")
    assert _codes_of_release(row.pk) == ["unknown-meter"]
    meter("m2")
    assert actions.release(id=row.pk, at=NOW) == "new"
    assert _codes_of_release(garbage.pk) == ["not-a-reading"]
    assert _codes_of_release(10**6) == ["not-found"]


@pytest.mark.usefixtures("ledger")
def test_amounts_beyond_every_sum_are_set_aside() -> None:
    meter("m1")
    meter("m2", multiplier=Decimal(1000))
    report = ingest([reading(0, "9000000001"), reading(0, "9000001", "m2"), reading(0, "9000000", "m2")])
    assert report.counts["new"] == 1
    assert {one.problem.code for one in report.quarantined} == {"too-large"}
    assert {one.what for one in Quarantine.objects.all()} == {
        "m1/import: 9,000,000,001 kWh is more than the 9,000,000,000 that can be kept.",
        "m2/import: 9,000,001 kWh is more than the 9,000,000 that can be kept.",
    }
    assert ingest([reading(0, "9000.001", "m2", unit="GWh")]).quarantined[0].problem.code == "too-large"
    assert Conflict.objects.count() == 0


@pytest.mark.usefixtures("ledger")
def test_names_and_texts_that_no_database_keeps_are_kept_as_they_can_be() -> None:
    meter()
    wrong = [reading(0, "1", "m\0"), replace(reading(0, "1"), register="\ud800"), reading(0, "1" * 5000)]
    assert ingest(wrong).counts["quarantined"] == 3
    assert [one.is_reading for one in Quarantine.objects.order_by("pk")] == [True, True, False]


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meters_reading SET value = 1",
        "DELETE FROM meters_reading",
        "UPDATE meters_reading SET at = received_at",
        "DELETE FROM meters_batch",
        "DELETE FROM meters_quarantine",
        "DELETE FROM meters_conflict",
        "DELETE FROM meters_closedinterval",
        "UPDATE meters_correction SET amount = 0",
        "DELETE FROM meters_correctionevent",
    ],
)
def test_invariant_12_no_statement_changes_or_removes_what_was_read(statement: str) -> None:
    meter()
    ingest([reading(0, "1"), reading(900, "2"), reading(900, "3"), reading(2700, "4"), reading(0, "1", "m2")])
    close()
    ingest([reading(1800, "2.5")])
    close()
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        Reading.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Reading.objects.update(value=Decimal(0))


@pytest.mark.usefixtures("ledger")
def test_invariant_12_a_reading_cannot_be_replaced() -> None:
    """SQLite's REPLACE would remove the old row without a word where recursive triggers are off."""
    meter()
    ingest([reading(0, "1")])
    row = Reading.objects.get()
    values = [row.pk, row.register_id, row.at, 2, row.received_at, "x", False, row.batch_id]
    names = "id, register_id, at, value, received_at, source, stamped, batch_id"
    replacing = {
        "sqlite": f"INSERT OR REPLACE INTO meters_reading ({names}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        "postgresql": f"""INSERT INTO meters_reading ({names}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (id) DO UPDATE SET value = excluded.value""",
    }[connection.vendor]
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(replacing, values)
    assert Reading.objects.get().value == 1


@pytest.mark.usefixtures("ledger")
def test_the_guards_are_in_the_database() -> None:
    listing = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(listing)
        assert guard_names(connection.vendor) <= {name for (name,) in cursor.fetchall()}


@pytest.mark.usefixtures("ledger")
def test_invariant_12_five_thousand_messages_in_any_order_come_to_the_same_hash() -> None:
    """Test method T9: duplicate, shuffle, cut and replay one stream of ten meters."""
    hashes = set()
    for seed in (1, 2):
        with transaction.atomic():
            for number in range(10):
                meter(f"m{number}", link=None, grid="hour")
            received = sum(ingest(batch).received for batch in torn(seed, size=4000))
            assert received == 5000
            close()
            hashes.add((queries.readings_hash(), queries.closed_hash()))
            transaction.set_rollback(True)
    assert len(hashes) == 1
    meter("m0")
    ingest([reading(0, "1", "m0")])
    before = queries.readings_hash()
    ingest([reading(900, "2", "m0")])
    assert queries.readings_hash() != before, "the hash sees a single reading"


@pytest.mark.usefixtures("ledger")
def test_health_tells_who_is_silent_and_what_is_missing() -> None:
    meter("m1")
    meter("m2")
    ingest([reading(0, "1"), reading(900, "2"), reading(7200, "3"), reading(8100, "4")])
    at = START + timedelta(seconds=9000)
    first, second = queries.health(at)
    assert (first.last_value, first.silent_since) == (4, None)
    assert first.gaps == ((START + timedelta(seconds=900), START + timedelta(seconds=7200)),)
    assert (second.last_at, second.silent_since, second.gaps) == (None, None, ())
    (later, _) = queries.health(at + timedelta(hours=1))
    assert later.silent_since == START + timedelta(seconds=8100)


@pytest.mark.usefixtures("ledger")
def test_a_register_that_has_readings_keeps_what_its_sums_rest_on() -> None:
    meter()
    meter(kind=replace(M1, gap_after=3))
    ingest([reading(0, "1")])
    meter(kind=replace(M1, gap_after=4, largest_step_per_hour=Decimal(5)))
    assert Register.objects.get().gap_after == 4
    with pytest.raises(ProblemError) as refused, transaction.atomic():
        meter(kind=replace(M1, multiplier=Decimal(2)))
    assert [one.code for one in refused.value.problems] == ["register-in-use"]
    assert "m1/import has readings, so multiplier cannot change." in str(refused.value)


def _codes_of_release(id: int) -> list[str]:
    with pytest.raises(ProblemError) as refused:
        actions.release(id=id, at=NOW)
    return [one.code for one in refused.value.problems]
