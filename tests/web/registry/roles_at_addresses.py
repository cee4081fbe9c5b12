"""Every address of the site asked as every role: what the test of addresses compares with its list."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.test import Client

from tests.web.registry.somebody import browser
from tests.web.site.nasty import patterns
from wikivillage.web.bookings.models import Booking, BookingSeries
from wikivillage.web.exchange.models import HourGift, Loan, Lot, RepairDay, RepairTicket, Reservation, Tool, Wish
from wikivillage.web.labels.models import Label
from wikivillage.web.ledger.models import Event
from wikivillage.web.meters.models import Meter
from wikivillage.web.notices.models import Notice
from wikivillage.web.registry.actions import add_agent
from wikivillage.web.registry.models import Agent, Membership
from wikivillage.web.registry.people_actions import join, make_circle
from wikivillage.web.registry.role_actions import give_role
from wikivillage.web.registry.roles import CIRCLE_LEAD, ROLES

LIST = Path(__file__).with_name("addresses.csv")
NOT_ASKED = ("api/",)
"""The API has its own matrix, of tokens and scopes."""

WHO = ("visitor", "guest", *ROLES)
Line = tuple[str, str, str]
Statuses = dict[str, str]


def expected() -> dict[Line, Statuses]:
    """What the list says: method, pattern and example, and the status for each role."""
    with LIST.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return {(row["method"], row["pattern"], row["example"]): {who: row[who] for who in WHO} for row in rows}


def asked() -> set[str]:
    """Every pattern of the site that has to be in the list."""
    return {route for route, _converters in patterns() if not route.startswith(NOT_ASKED)}


def people(at: Any) -> dict[str, Agent | None]:
    """Somebody for each role, in a village with one circle and one member of it."""
    circle = make_circle(name_en="Energy", name_fr="Énergie", at=at)
    found: dict[str, Agent | None] = {"visitor": None}
    for who in WHO[1:]:
        agent = add_agent(handle=f"as_{who}", kind="person", at=at)
        scope = {"scope_kind": "circle", "scope": circle.pk} if who == CIRCLE_LEAD else {}
        if who in ROLES:
            give_role(agent=agent, word=who, at=at, **scope)
        found[who] = agent
    other = add_agent(handle="somebody_else", kind="person", at=at)
    join(agent=other, circle=circle, at=at)
    return found


def examples() -> dict[str, str]:
    """What stands for a word in braces in the examples of the list."""
    return {
        "event": Event.objects.order_by("pk").values_list("id", flat=True)[0],
        "meter": Meter.objects.order_by("pk").values_list("pk", flat=True)[0],
        "person": Agent.objects.get(identity__handle="somebody_else").pk,
        "membership": str(Membership.objects.get(agent__identity__handle="somebody_else").pk),
        **{
            word: str(rows.order_by(*order).values_list("pk", flat=True)[0]) for word, (rows, order) in things().items()
        },
    }


def things() -> dict[str, tuple[QuerySet[Any], tuple[str, ...]]]:
    """Things of others than those who ask, and by what the first of them is found."""
    return {
        "booking": (Booking.objects.filter(state="confirmed", visibility="members", series=None), ("-begin", "unit")),
        "series": (BookingSeries.objects.all(), ("uid",)),
        "lot": (Lot.objects.filter(state="free"), ("pk",)),
        "kept": (Reservation.objects.all(), ("pk",)),
        "wish": (Wish.objects.filter(state="open"), ("made_at", "pk")),
        "tool": (Tool.objects.filter(state="ready"), ("pk",)),
        "loan": (Loan.objects.filter(state="reserved"), ("begin", "pk")),
        "repair_day": (RepairDay.objects.all(), ("begin",)),
        "ticket": (RepairTicket.objects.all(), ("made_at", "pk")),
        "hours": (HourGift.objects.all(), ("told_at", "pk")),
        "label": (Label.objects.filter(retired_at=None), ("pk",)),
        "notice": (Notice.objects.all(), ("pk",)),
    }


def status_of(client: Client, method: str, address: str) -> str:
    """What an address answers; what the request wrote is taken back."""
    with transaction.atomic():
        status = getattr(client, method.lower())(address).status_code
        transaction.set_rollback(True)
    return str(status)


def statuses(line: Line, clients: dict[str, Client], words: dict[str, str]) -> Statuses:
    """What an address answers to each role."""
    method, _pattern, example = line
    address = example.format(**words)
    return {who: status_of(client, method, address) for who, client in clients.items()}


def clients(at: Any) -> dict[str, Client]:
    """A browser for each role."""
    return {who: browser(agent) for who, agent in people(at).items()}


def differences(found: dict[Line, Statuses], wanted: dict[Line, Statuses]) -> Iterator[str]:
    """Lines of the list that do not say what is so, with what would."""
    for line, answers in found.items():
        if answers != wanted[line]:
            yield f"{';'.join(line)} answers {';'.join(answers.values())}, not {';'.join(wanted[line].values())}"
