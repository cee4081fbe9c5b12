"""A village that has lived adds up: the ledger, the balances of every day, what stores hold, and what went wrong."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.web.lived import LIVED_FROM, LIVED_NOW
from wikivillage.base.problems import Problem
from wikivillage.web.bookings.models import Booking, UseSession
from wikivillage.web.demonstration.bad_days import SILENT
from wikivillage.web.demonstration.facts import NETWORKS
from wikivillage.web.demonstration.gestures import Gesture, do_in_turn, table_of
from wikivillage.web.demonstration.lot_life import BROUGHT
from wikivillage.web.demonstration.people import everybody, pseudonym_of
from wikivillage.web.demonstration.telling import Stretch
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.exchange.models import HourGift, Loan, Lot, RepairDay, Transformation, Wish
from wikivillage.web.ledger import queries as ledger_queries
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.day_sums import bring_up_to_date, flows_by_day
from wikivillage.web.ledger.models import Event, Promise, Record, Stock
from wikivillage.web.meters import queries as meter_queries
from wikivillage.web.meters.actions import close_intervals, rebuild
from wikivillage.web.meters.models import Conflict, Correction, Meter, Quarantine, Register
from wikivillage.web.registry.actions import refuse_with
from wikivillage.web.registry.models import Identity, Membership, RoleGrant

ZONE = "Europe/Paris"
Sums = dict[tuple[date, str], Decimal]


def sums_of_days() -> Sums:
    """What came into each pipe or wire less what left it, on each day."""
    bring_up_to_date(zone=ZONE)
    sums: Sums = defaultdict(Decimal)
    for flow in flows_by_day(LIVED_FROM, date(2027, 1, 1)):
        assert flow.day is not None
        if flow.resource in NETWORKS:
            sums[flow.day, flow.resource] += flow.quantity if flow.action == "produce" else -flow.quantity
        if flow.to_resource in NETWORKS:
            sums[flow.day, flow.to_resource] += flow.quantity
    return {key: total for key, total in sums.items() if key[1] in NETWORKS}


def whole_days(now: datetime) -> list[date]:
    """The days that are over, but the last one, on which a meter fell silent."""
    count = (now.date() - LIVED_FROM).days - 1
    return [LIVED_FROM + timedelta(days=one) for one in range(count)]


def test_the_ledger_adds_up(lived_village: datetime) -> None:
    """Whatever life wrote, the check of the whole ledger finds nothing."""
    audit = check_ledger()
    assert audit.ok, audit.differences


def test_every_balance_of_every_day_closes(lived_village: datetime) -> None:
    """Electricity, heat, water and all that flows in pipes: nothing is left over on a day that is over."""
    sums = sums_of_days()
    days = whole_days(lived_village)
    assert {resource for day, resource in sums if day == days[0]} >= {"electricity", "heat", "drinking_water"}
    assert {key: total for key, total in sums.items() if key[0] in days and total != 0} == {}


def test_only_the_silent_meter_leaves_something_open(lived_village: datetime) -> None:
    """Yesterday more electricity came than is accounted for: what the studio used after its meter fell silent."""
    sums, yesterday = sums_of_days(), lived_village.date() - timedelta(days=1)
    assert sums[yesterday, "electricity"] > 0
    assert {key for key, total in sums.items() if key[0] == yesterday and total != 0} == {(yesterday, "electricity")}


def test_no_store_holds_less_than_nothing(lived_village: datetime) -> None:
    """Only what stands for a pipe or for the outside may owe."""
    holding = Stock.objects.filter(allow_negative=False, elsewhere=False)
    assert holding.count() > 30
    assert not [one.id for one in holding if one.onhand < 0 or one.accounting < 0]
    brought = {row[0] for row in table_of(BROUGHT)} | {"tool"}
    outside = set(Stock.objects.filter(elsewhere=True).values_list("spec", flat=True))
    assert outside <= brought, "all else is between known stocks"


def test_people_book_bring_lend_and_repair(lived_village: datetime) -> None:
    """In these few days there is some of everything, and in ``ledger check`` each of it agrees with the ledger."""
    assert {"done", "confirmed", "no_show"} <= set(Booking.objects.values_list("state", flat=True))
    assert Booking.objects.filter(series__isnull=False).count() > 20
    assert UseSession.objects.exclude(kwh=None).exists()
    assert Lot.objects.filter(state="free").count() > 3
    assert Transformation.objects.exists()
    assert Loan.objects.exclude(out_at=None).exists()
    assert RepairDay.objects.exclude(closed_at=None).get().tickets.count() == 8
    assert HourGift.objects.filter(state="confirmed").exists()
    assert Wish.objects.filter(state="open").exists()
    assert Occurrence.objects.filter(kind="training", begin__gt=lived_village).exists()


def test_what_a_rule_refuses_is_not_done_and_told() -> None:
    """Else a life could be empty, and nobody would see it."""
    yes = Gesture(LIVED_NOW, lambda at: None)
    no = Gesture(LIVED_NOW, lambda at: refuse_with([Problem("taken", "", "")]))
    stretch = Stretch(LIVED_NOW - timedelta(days=1), LIVED_NOW, begins=True)
    later = Gesture(LIVED_NOW + timedelta(seconds=1), lambda at: None)
    assert do_in_turn([yes, no, later, yes], stretch) == (2, ("taken",))


def test_about_forty_five_meters_tell(lived_village: datetime) -> None:
    """Every register that is used has readings up to now, but the silent one."""
    assert 45 <= Meter.objects.count() <= 50
    read = Register.objects.exclude(meter=SILENT)
    late = [
        (one.meter_id, one.name)
        for one in read
        if one.last_at is None or lived_village - one.last_at > timedelta(minutes=one.interval_minutes + 1)
    ]
    assert late == []


def test_bad_days_are_there(lived_village: datetime) -> None:
    """A silent meter, a gap, a reading that cannot be, two that disagree, and a late batch that corrected two days."""
    health = list(meter_queries.health(lived_village))
    assert [one.meter for one in health if one.silent_since] == [SILENT]
    assert [one.meter for one in health if one.gaps] == ["power-labs"]
    assert [(row.code, row.is_reading) for row in Quarantine.objects.all()] == [("implausible-jump", True)]
    assert [row.register.meter_id for row in Conflict.objects.all()] == ["pv-school"]
    corrections = Correction.objects.order_by("at", "number")
    assert {row.interval.register.meter_id for row in corrections} == {"power-cafe"}
    assert sum(row.amount for row in corrections) == 0, "what came late was only on the wrong day"


def test_sums_of_meters_can_be_made_again(lived_quickly: datetime) -> None:
    """Closing again adds nothing, and the sums are what the readings say."""
    before = meter_queries.closed_hash()
    assert close_intervals(at=lived_quickly).events == 0
    rebuild()
    assert meter_queries.closed_hash() == before


def test_no_name_is_in_the_ledger(lived_quickly: datetime) -> None:
    """People are pseudonyms there: no name and no handle in any record."""
    words = {word for person in everybody() for word in (person.handle, person.name)}
    assert Identity.objects.filter(name__in=words).count() == len(everybody())
    for body in Record.objects.values_list("body", flat=True):
        assert not [word for word in words if word in body]


def test_people_belong_together_and_look_after_things(lived_quickly: datetime) -> None:
    """Households, circles with somebody who leads each, and a treasurer."""
    home = Membership.objects.filter(body=pseudonym_of("home_lilas"))
    assert home.count() == 3
    assert RoleGrant.objects.filter(word="circle_lead").count() == 5
    assert RoleGrant.objects.filter(word="member").count() == len(everybody())


def test_shifts_are_promised_and_kept(lived_quickly: datetime) -> None:
    """Past shifts were worked by who promised them, mostly; coming ones are wanted, and promised in part."""
    worked = Event.objects.filter(action="work", provider__kind="person")
    assert worked.count() > 10
    coming = Promise.objects.filter(kind="commitment", begin__gt=lived_quickly)
    assert coming.count() > 5
    needs = ledger_queries.promises(kind="intent", open=True)
    assert len(list(needs)) > 5


def test_a_slip_of_the_pen_is_corrected(lived_quickly: datetime) -> None:
    """A weighing was corrected the next morning, and the correction names it."""
    wrong = Event.objects.filter(output_of="fablab_wood", corrects__isnull=False)
    assert [row.quantity for row in wrong] == [Decimal(-9)]


def test_the_homes_have_baskets(lived_quickly: datetime) -> None:
    """Each household takes its own."""
    assert Event.objects.filter(input_of="vegetables", action="consume").count() == 10


@pytest.mark.parametrize("stock", ["compost", "compost_outside", "grid", "battery", "rain_tank"])
def test_stocks_are_called_as_agreed(lived_quickly: datetime, stock: str) -> None:
    """Resources, stores and exchanges by their ids, and an exchange that is called like its resource ``_outside``."""
    assert Stock.objects.filter(pk=stock).exists()
