"""Everything that writes units: adding one with its stock in the ledger, changing its rules, taking it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.flows.kinds import Event, Measure, NewStock
from wikivillage.web.bookings.models import Booking, Unit, UnitPart
from wikivillage.web.bookings.policies import policy_tree, read_policy
from wikivillage.web.bookings.states import FEATURES, KINDS, OPEN
from wikivillage.web.bookings.writing import find_unit
from wikivillage.web.labels.actions import put_label, retire_label
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.models import Stock
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.models import Agent, Circle, Place

CLASS = "https://wikivillage.org/booking-unit"
"""What the stocks of units are classified as: they are of no kind of resource."""
MOST_PERSONS, MOST_KW = 5000, 1000.0
CHANGEABLE = frozenset(
    ("name_en", "name_fr", "about_en", "about_fr", "persons", "features", "service", "item", "power_kw", "place")
)


@dataclass(frozen=True, slots=True)
class Changed:
    """A unit with other rules, and the bookings to come that they do not fit any more; those stay as they are."""

    unit: Unit
    touched: tuple[Booking, ...] = ()


@retrying
@transaction.atomic
def add_unit(
    *,
    id: str,
    kind: str,
    name_en: str,
    name_fr: str,
    run_by: str,
    at: datetime,
    by: str = "",
    place: str = "",
    about_en: str = "",
    about_fr: str = "",
    persons: int = 1,
    size: int = 1,
    features: Sequence[str] = (),
    service: str = "",
    item: str = "",
    power_kw: float = 0.0,
    policy: Mapping[str, Any] | None = None,
    policy_why: str = "",
    parts: Sequence[str] = (),
    circle: str = "",
    position: int = 0,
) -> Unit:
    """Something new that can be booked. The same id again answers with what is there.

    ``parts``: units whose stocks it takes, as a hall takes its halves; without them it gets a stock of its own.
    Raises ProblemError: bad-id, bad-words, unknown-word, unknown-place, unknown-agent, unknown-circle, bad-number,
    no-unit, and those of its policy.
    """
    there = None if "\0" in id else Unit.objects.filter(pk=id[:64]).first()
    if there is not None:
        return there
    said = {"name_en": name_en, "name_fr": name_fr, "about_en": about_en, "about_fr": about_fr}
    rules = policy_tree(read_policy(policy or {}))
    problems = [*_id_problems(id), *_word_problems(said), *_known(kind, features, place, circle, run_by)]
    refuse_with([*problems, *_numbers(persons, size, power_kw)])
    facts = {"kind": kind, "place": place, "persons": persons, "size": size, "power_kw": power_kw, "circle": circle}
    facts |= {"features": [word for word in FEATURES if word in set(features)], "service": service, "item": item}
    facts |= {"policy": rules, "policy_at": at, "policy_why": policy_why[:200], "run_by_id": run_by, "made_at": at}
    words = {name: text.strip() for name, text in said.items()}
    row: Unit = Unit.objects.create(id=id, position=position, **facts, **words)
    stocks = _stocks_of(parts) if parts else [_own_stock(row, at, by)]
    UnitPart.objects.bulk_create([UnitPart(unit=row, stock=stock) for stock in stocks])
    put_label(kind="unit", thing=row.pk, path=f"/bookings/units/{row.pk}/here/", title=row.name_fr, at=at, by=by)
    record_change("add_unit", row.pk, at=at, by=by)
    return row


def stock_id(unit: str) -> str:
    """The stock of a unit in the ledger."""
    return f"unit-{unit}"


def _own_stock(row: Unit, at: datetime, by: str) -> str:
    stock = stock_id(row.pk)
    if not Stock.objects.filter(pk=stock).exists():
        made = NewStock(id=stock, unit="one", spec="", classified_as=(CLASS,), effort_unit="h", location=None)
        raised = Event(
            id=f"{stock}-made",
            action="raise",
            provider=row.run_by_id,
            receiver=row.run_by_id,
            new_resource=made,
            quantity=Measure(Decimal(row.size), "one"),
            at=at,
        )
        record(entries=[raised], at=at, by=by or None)
    return stock


def _stocks_of(parts: Sequence[str]) -> list[str]:
    for part in parts:
        find_unit(part)
    rows = UnitPart.objects.filter(unit__in=parts).order_by("unit__position", "unit", "pk")
    return list(dict.fromkeys(rows.values_list("stock", flat=True)))


@transaction.atomic
def change_policy(*, unit: str, policy: Mapping[str, Any], at: datetime, why: str = "", by: str = "") -> Changed:
    """Other rules from now on. What is booked stays booked; what would not be allowed any more is listed.

    Raises ProblemError: no-unit, unknown-rule, bad-rule-value.
    """
    row = find_unit(unit, lock=True)
    rules: Any = policy_tree(read_policy(policy))
    if rules == row.policy:
        return Changed(row)
    row.policy, row.policy_at, row.policy_why = rules, at, why.replace("\0", "")[:200]
    row.save(update_fields=["policy", "policy_at", "policy_why"])
    record_change("change_policy", row.pk, at=at, by=by)
    return Changed(row, _no_longer(row, at))


def _no_longer(row: Unit, at: datetime) -> tuple[Booking, ...]:
    """Bookings to come that last longer or shorter, or are of fewer, than the rules of now say."""
    policy = read_policy(row.policy)
    to_come = Booking.objects.filter(unit=row, state__in=OPEN, begin__gt=at).order_by("begin")

    def fits(one: Booking) -> bool:
        minutes = (one.end - one.begin).total_seconds() / 60
        return policy.min_minutes <= minutes <= policy.max_minutes and one.persons >= policy.min_persons

    return tuple(one for one in to_come if not fits(one))


@transaction.atomic
def change_unit(*, unit: str, at: datetime, by: str = "", **facts: Any) -> Unit:
    """Other words, places, features, price or power. Raises ProblemError: no-unit, and those of ``add_unit``."""
    allowed = {
        "name_en",
        "name_fr",
        "about_en",
        "about_fr",
        "persons",
        "features",
        "service",
        "item",
        "power_kw",
        "place",
    }
    assert facts.keys() <= allowed, "the rest has an action of its own"
    row = find_unit(unit, lock=True)
    for name, value in facts.items():
        setattr(row, name, value)
    words = {name: getattr(row, name) for name in ("name_en", "name_fr", "about_en", "about_fr")}
    problems = [*_word_problems(words), *_known(row.kind, row.features, row.place, row.circle, row.run_by_id)]
    refuse_with([*problems, *_numbers(row.persons, row.size, row.power_kw)])
    row.save(update_fields=list(facts) or None)
    record_change("change_unit", row.pk, at=at, by=by)
    return row


@transaction.atomic
def retire_unit(*, unit: str, at: datetime, by: str = "") -> Changed:
    """It is booked no more. What is booked stays, and is listed for somebody to decide. Raises ProblemError no-unit."""
    row = find_unit(unit, lock=True)
    if row.retired_at is None:
        row.retired_at = at
        row.save(update_fields=["retired_at"])
        retire_label(kind="unit", thing=row.pk, at=at, by=by)
        record_change("retire_unit", row.pk, at=at, by=by)
    return Changed(row, tuple(Booking.objects.filter(unit=row, state__in=OPEN, end__gt=at).order_by("begin")))


def _id_problems(id: str) -> list[Problem]:
    fine = 0 < len(id) <= 48 and id.isascii() and all(part.isalnum() and part == part.lower() for part in id.split("-"))
    hint = _("Small letters, digits and hyphens, at most 48.")
    return [] if fine else [Problem("bad-id", "id", _("This cannot be an id."), hint)]


def _word_problems(said: Mapping[str, str]) -> list[Problem]:
    problems = []
    for name, text in said.items():
        most = 120 if name.startswith("name") else 1000
        empty = name.startswith("name") and not text.strip()
        if empty or len(text) > most or "\0" in text:
            what = _("must be said in at most %(most)d characters.") % {"most": most}
            problems.append(Problem("bad-words", name, what, _("Say it in both languages.")))
    return problems


def _known(kind: str, features: Sequence[str], place: str, circle: str, run_by: str) -> list[Problem]:
    known, choose = _("There is: %(words)s."), _("Choose one of the list.")
    problems = []
    if kind not in KINDS:
        problems.append(Problem("unknown-word", "kind", _("is no kind of unit."), known % {"words": ", ".join(KINDS)}))
    for word in features:
        if word not in FEATURES:
            hint = known % {"words": ", ".join(FEATURES)}
            problems.append(Problem("unknown-word", "features", _("is no feature that we know."), hint))
    if place and ("\0" in place or not Place.objects.filter(pk=place).exists()):
        problems.append(
            Problem("unknown-place", "place", _("is no place of the village."), _("Choose one of the list."))
        )
    if circle and ("\0" in circle or not Circle.objects.filter(pk=circle).exists()):
        problems.append(Problem("unknown-circle", "circle", _("is no circle."), choose))
    if "\0" in run_by or not Agent.objects.filter(pk=run_by, erased_at=None).exists():
        problems.append(Problem("unknown-agent", "run_by", _("is nobody here."), _("Choose who looks after it.")))
    return problems


def _numbers(persons: int, size: int, power_kw: float) -> list[Problem]:
    limits = {"persons": (persons, 1, MOST_PERSONS), "size": (size, 1, 1000), "power_kw": (power_kw, 0, MOST_KW)}
    hint = _("From %(least)d to %(most)d.")
    return [
        Problem("bad-number", name, _("This number cannot be."), hint % {"least": least, "most": most})
        for name, (value, least, most) in limits.items()
        if not least <= value <= most
    ]
