"""Making the village in which booking and sharing are measured: ``python -m benchmarks.sharing_tasks NAME JSON``.

``build`` makes it through the actions of the site, but for the bookings: those are promised in the ledger in batches,
with every check, and their rows are written at once, for one after the other they would take twenty minutes.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from benchmarks.fresh import ROOT
from benchmarks.tasks import shortened
from wikivillage.model import load_village
from wikivillage.web.setup import migrate, setup

VILLAGE = ROOT / "villages" / "saint_blaise.yaml"
PEOPLE = 300
AT_ONCE = 1000
LENGTH = timedelta(hours=2)
KINDS = (("room", 8, 1), ("room", 20, 1), ("desk", 1, 12), ("studio", 10, 1), ("machine", 1, 1))
"""Kinds of units, for how many people, and how many there are of each."""
MATTERS = ("wood_offcuts", "wood_scrap", "paper_waste", "plastic_sorted")


def build(url: str, units: int, bookings: int, lots: int, at: str, seed: int = 2026) -> dict[str, Any]:
    """A village with so many units, bookings and lots around a moment."""
    setup(url)
    migrate()
    now, rng, begun = datetime.fromisoformat(at), random.Random(seed), time.perf_counter()
    people = _found(now)
    names = [_add_unit(number, now) for number in range(units)]
    _book(names, people, bookings, now, rng)
    _drop(lots, people, now, rng)
    return {"seconds": time.perf_counter() - begun}


def _found(at: datetime) -> list[str]:
    """The village, its plan of a week, prices, and people."""
    from wikivillage.web.plans.actions import plan_now
    from wikivillage.web.prices.actions import propose_defaults
    from wikivillage.web.registry.actions import add_agent
    from wikivillage.web.registry.role_actions import give_role
    from wikivillage.web.registry.village_actions import record_village

    record_village(village=shortened(load_village(VILLAGE), 168), base=VILLAGE.parent, at=at)
    propose_defaults(at=at)
    plan_now(at=at)
    people = []
    for number in range(PEOPLE):
        person = add_agent(handle=f"neighbour_{number}", kind="person", name=f"Neighbour {number}", at=at)
        give_role(agent=person, word="member", at=at)
        people.append(person.pk)
    return people


def _add_unit(number: int, at: datetime) -> str:
    from wikivillage.web.bookings.unit_actions import add_unit

    kind, persons, size = KINDS[number % len(KINDS)]
    policy = {"horizon_days": 365, "step_minutes": 30, "min_minutes": 30, "max_minutes": 240}
    name = {"name_en": f"Unit {number}", "name_fr": f"Lieu {number}"}
    more = {"service": "rooms", "item": "room"} if kind in ("room", "studio") else {}
    add_unit(
        id=f"u{number}", kind=kind, **name, run_by="etic", at=at, persons=persons, size=size, power_kw=0.4,
        policy=policy, **more,
    )  # fmt: skip
    return f"u{number}"


def _slots(now: datetime, number: int) -> Iterator[datetime]:
    """When a unit is booked: from a month ago on, in turn, some days with more of it than others."""
    day = (now - timedelta(days=30)).replace(hour=6, minute=0, second=0, microsecond=0)
    while True:
        for hour in (0, 3, 6, 9, 12)[: 1 + (number + day.toordinal()) % 5]:
            yield day + timedelta(hours=hour)
        day += timedelta(days=1)


def _book(units: list[str], people: list[str], bookings: int, now: datetime, rng: random.Random) -> None:
    from wikivillage.web.bookings.models import Booking, Unit, UnitPart
    from wikivillage.web.bookings.writing import promises, use_entries
    from wikivillage.web.diary.models import Occurrence
    from wikivillage.web.ledger.actions import record

    rows, stocks = Unit.objects.in_bulk(units), dict(UnitPart.objects.values_list("unit_id", "stock"))
    assert set(stocks) == set(units), "every unit takes one stock"
    made = []
    for number, unit in enumerate(units):
        slots = _slots(now, number)
        for turn in range(bookings // len(units)):
            begin, who = next(slots), rng.choice(people)
            row = Booking(id=f"{number:x}q{turn:x}", unit=rows[unit], agent_id=who, made_by=who, begin=begin)
            row.end, row.state, row.made_at = begin + LENGTH, "confirmed" if begin + LENGTH > now else "done", now
            row.occurrence = f"booking-{row.pk}"
            made.append(row)
    for first in range(0, len(made), AT_ONCE):
        some = made[first : first + AT_ONCE]
        record(entries=[entry for row in some for entry in promises(row)], at=now)
        over = [row for row in some if row.state == "done"]
        used = [entry for row in over for entry in use_entries(row, began=row.begin, ended=row.end, at=now)]
        record(entries=used, at=now)
        Booking.objects.bulk_create(some)
        Occurrence.objects.bulk_create(_occurrence(row, Occurrence, now) for row in some)


def _occurrence(row: Any, table: Any, now: datetime) -> Any:
    said = {"uid": row.occurrence, "kind": "booking", "title": row.unit.name_fr, "subject": row.unit_id}
    when = {"begin": row.begin, "end": row.end, "zone": "Europe/Paris", "made_at": now, "changed_at": now}
    return table(**said, **when, owner_id=row.agent_id, path=f"/bookings/{row.pk}/")


def _drop(lots: int, people: list[str], now: datetime, rng: random.Random) -> None:
    from django.db import transaction

    from wikivillage.web.exchange.lot_actions import drop_lot
    from wikivillage.web.exchange.lot_rules import Described
    from wikivillage.web.exchange.lot_words import RAW

    for first in range(0, lots, AT_ONCE):
        with transaction.atomic():
            for number in range(first, min(first + AT_ONCE, lots)):
                drop_lot(
                    id=f"lot-{number}",
                    spec=MATTERS[number % len(MATTERS)],
                    kg=Decimal(rng.randint(1, 400)) / 10,
                    place=("fablab", "recyclab")[number % 2],
                    given_by=rng.choice(people),
                    said=Described(title=f"Chute {number}", treated=RAW),
                    at=now - timedelta(minutes=rng.randint(0, 20_000)),
                )


def confirm(url: str, units: int, number: int, at: str, lane: int, lanes: int) -> dict[str, Any]:
    """Hold and confirm so many free slots, one after the other; each lane has other hours, each number of lanes other
    days."""
    setup(url)
    from wikivillage.web.bookings.actions import confirm as confirm_one
    from wikivillage.web.bookings.actions import hold
    from wikivillage.web.registry.models import Agent

    now = datetime.fromisoformat(at)
    day = (now + timedelta(days=200 + 20 * lanes)).replace(hour=8, minute=0, second=0, microsecond=0)
    people = list(Agent.objects.filter(kind="person").order_by("pk")[:PEOPLE])
    rooms = range(0, units, len(KINDS))
    begun = time.perf_counter()
    for turn in range(number):
        begin = day + timedelta(days=turn // len(rooms), hours=2 * lane)
        who = people[(turn * lanes + lane) % len(people)]
        held = hold(
            unit=f"u{rooms[turn % len(rooms)]}",
            agent=who,
            begin=begin,
            end=begin + timedelta(hours=1),
            at=now,
            by=who.pk,
        )
        assert confirm_one(booking=held, at=now, by=who.pk).booked
    return {"rate": number / (time.perf_counter() - begun)}


TASKS: dict[str, Callable[..., dict[str, Any]]] = {"build": build, "confirm": confirm}

if __name__ == "__main__":
    print(json.dumps(TASKS[sys.argv[1]](**json.loads(sys.argv[2]))))
