"""What every action on a booking does: lock it, promise or free it in the ledger, keep the diary, tell people."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.kinds import Commitment, Ending, Entry, Event, Measure
from wikivillage.web.bookings.asked import Asked, Thing, Who
from wikivillage.web.bookings.energy import Energy, by_hour, estimate, mixes
from wikivillage.web.bookings.facts import name_of, promise_ids, things
from wikivillage.web.bookings.models import Booking, Unit, UnitPart
from wikivillage.web.bookings.refusals import raise_all, when
from wikivillage.web.bookings.rules import refusals
from wikivillage.web.diary.actions import cancel_occurrence, move_occurrence, put_occurrence
from wikivillage.web.diary.kinds import CONFIRMED as SURE
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.diary.series import from_wall
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.models import Promise
from wikivillage.web.notices.actions import tell
from wikivillage.web.plans.queries import hours_ahead
from wikivillage.web.prices.facts import Item, Sun
from wikivillage.web.prices.models import FrozenQuote
from wikivillage.web.prices.quote_actions import freeze_quote
from wikivillage.web.registry.models import Agent, Place
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.registry.words import Text
from wikivillage.web.shell.templatetags.village import language

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
HOUR = timedelta(hours=1)
MOST_PARTS = 16
"""How many stocks a unit takes at most."""
DECIMALS = Decimal("0.001")


def new_id() -> str:
    """An id for a booking, short enough to be read out: eight characters without look-alikes."""
    return "".join(secrets.choice(LETTERS) for _n in range(8))


def find_unit(id: str, *, lock: bool = False) -> Unit:
    """The unit of an id. Raises ProblemError no-unit."""
    rows = Unit.objects.select_for_update(no_key=True) if lock else Unit.objects.all()
    found: Unit | None = None if "\0" in id else rows.filter(pk=id[:64]).first()
    if found is None:
        raise ProblemError([Problem("no-unit", "unit", _("There is no such thing to book."), _("Look at the list."))])
    return found


def locked(booking: Booking | str) -> Booking:
    """A booking, locked until the transaction ends. Raises ProblemError no-booking."""
    pk = booking if isinstance(booking, str) else booking.pk
    rows = Booking.objects.select_for_update(of=("self",), no_key=True).select_related("unit", "agent", "quote")
    found: Booking | None = None if "\0" in pk else rows.filter(pk=pk[:16]).first()
    if found is None:
        hint = _("Look at your bookings.")
        raise ProblemError([Problem("no-booking", "booking", _("There is no such booking."), hint)])
    return found


def refuse_rules(thing: Thing, asked: Asked, who: Who, *, but: Sequence[str] = ()) -> None:
    """Ask every rule. Raises ProblemError with every reason."""
    raise_all((one for one in refusals(thing, asked, who) if one.code not in but), language())


def thing_of(unit: Unit, begin: datetime, end: datetime, *, at: datetime, but: Collection[str] = ()) -> Thing:
    """One unit as rules see it."""
    return things([unit], begin, max(end, begin), at=at, but=but)[unit.pk]


def energy_of(unit: Unit, begin: datetime, end: datetime, amount: int = 1) -> Energy:
    """What a booking would take of electricity, and from where, by the plan."""
    power = unit.power_kw * (amount if unit.size > 1 else 1)
    whole = int((end - begin) / HOUR) + 2
    return estimate(power, begin, end, by_hour(mixes(hours_ahead(begin, whole))) if power else {})


def sun_of(energy: Energy) -> Sun | None:
    """The same as prices take it; None where there is nothing to tell."""
    if not energy.known or energy.kwh <= 0:
        return None
    return Sun(_exact(energy.own), _exact(energy.kwh))


def _exact(kwh: float) -> Decimal:
    return Decimal(kwh).quantize(DECIMALS)


def amount_for(unit: Unit, persons: int) -> int:
    """How many of a pool so many people need: one each where it is for one."""
    return persons if unit.size > 1 and unit.persons == 1 else 1


def items_of(unit: Unit, begin: datetime, end: datetime, amount: int = 1) -> list[Item]:
    """What a booking is priced by: hours or minutes of its item, once for each of a pool."""
    minutes = int((end - begin).total_seconds() // 60)
    much = Decimal(minutes) if unit.service == "machines" else Decimal(minutes) / 60
    return [Item(unit.item, round(much * amount, 6))]


def promise_price(
    unit: Unit, agent: Agent, begin: datetime, end: datetime, amount: int, energy: Energy, *, at: datetime, by: str
) -> FrozenQuote | None:
    """A price that is promised for a quarter of an hour; None where the unit costs nothing."""
    if not unit.service:
        return None
    items, days = items_of(unit, begin, end, amount), days_of(begin, end) * amount
    return freeze_quote(agent=agent, service=unit.service, items=items, sun=sun_of(energy), days=days, at=at, by=by)


def days_of(begin: datetime, end: datetime) -> int:
    """Over how many days of the village something goes."""
    zone = village_here().zone
    return (from_wall(end - timedelta(seconds=1), zone).date() - from_wall(begin, zone).date()).days + 1


def promises(booking: Booking, *, expires: datetime | None = None) -> list[Entry]:
    """The commitments of a booking's present revision, one for each stock that its unit takes."""
    buffer = timedelta(minutes=int(booking.unit.policy.get("buffer_minutes", 0)))
    stocks = list(UnitPart.objects.filter(unit=booking.unit_id).order_by("pk").values_list("stock", flat=True))
    return [
        Commitment(
            id=f"{promise_ids(booking)}{number}",
            action="use",
            provider=booking.unit.run_by_id,
            receiver=booking.agent_id,
            resource=stock,
            quantity=Measure(Decimal(booking.amount), "one"),
            begin=booking.begin,
            end=booking.end + buffer,
            expires=expires,
        )
        for number, stock in enumerate(stocks, 1)
    ]


def open_promises(booking: Booking) -> list[Promise]:
    """Commitments of a booking's present revision that nobody ended."""
    ids = [f"{promise_ids(booking)}{number}" for number in range(1, MOST_PARTS + 1)]
    return list(Promise.objects.filter(pk__in=ids, ended__isnull=True).order_by("pk"))


def endings(booking: Booking, how: str, at: datetime) -> list[Entry]:
    """The end of whatever commitments of a booking's present revision still hold."""
    rows = open_promises(booking)
    return [Ending(f"{row.pk}-end", row.pk, how) for row in rows if row.expires is None or row.expires > at]


def promise_again(booking: Booking, *, at: datetime, by: str, expires: datetime | None = None) -> None:
    """End the commitments of a booking and make new ones in one go. Raises ProblemError taken."""
    ended = endings(booking, "cancelled", at)
    booking.revision += 1
    write([*ended, *promises(booking, expires=expires)], at=at, by=by)


def write(entries: Sequence[Entry], *, at: datetime, by: str) -> None:
    """Write into the ledger; its word for a time that somebody else has is told in ours."""
    if not entries:
        return
    try:
        record(entries=entries, at=at, by=by or None)
    except ProblemError as error:
        if not any(one.code == "conflict" for one in error.problems):
            raise
        what = _("Somebody was quicker: this time was taken a moment ago.")
        raise ProblemError([Problem("taken", "begin", what, _("Choose another time, or wait for it."))]) from None


def use_entries(booking: Booking, *, began: datetime, ended: datetime, at: datetime) -> list[Entry]:
    """That it was used, from when to when: an event for each stock keeps its commitment and sets the rest free."""
    rows = [row for row in open_promises(booking) if row.expires is None or row.expires > at]
    hours = Decimal((ended - began).total_seconds() / 3600).quantize(DECIMALS)
    used: list[Entry] = [
        Event(
            id=f"{row.pk}-use",
            action="use",
            provider=booking.unit.run_by_id,
            receiver=booking.agent_id,
            resource=row.resource,
            quantity=Measure(Decimal(booking.amount), "one"),
            effort=Measure(hours, "h"),
            begin=began,
            end=ended,
            fulfills=(row.pk,),
        )
        for row in rows
    ]
    return [*used, *(Ending(f"{row.pk}-end", row.pk, "finished") for row in rows)]


def put_in_diary(booking: Booking, *, at: datetime, by: str, **changes: Any) -> None:
    """The entry of a booking in the diary, new or as it is now."""
    uid = booking.occurrence or f"booking-{booking.pk}"
    said = {
        "title": diary_title(booking),
        "kind": "booking",
        "begin": booking.begin,
        "end": booking.end,
        "subject": booking.unit_id,
        "place": booking.unit.place if _place_known(booking.unit.place) else "",
        "owner": booking.agent_id,
        "visibility": booking.visibility,
        "state": SURE,
        "path": f"/bookings/{booking.pk}/",
        **changes,
    }
    if booking.series_id is not None and booking.occurrence:
        where = {name: said[name] for name in ("begin", "end", "subject", "place")}
        move_occurrence(uid=uid, at=at, by=by, **where)
        return
    put_occurrence(uid=uid, at=at, by=by, **said)
    booking.occurrence = uid


def diary_title(booking: Booking) -> str:
    """What stands in the diary: its title, and what is booked."""
    name = booking.unit.name_fr
    return f"{booking.title} ({name})" if booking.title else name


def _place_known(place: str) -> bool:
    return bool(place) and Place.objects.filter(pk=place).exists()


def take_from_diary(booking: Booking, *, at: datetime, by: str) -> None:
    """It does not take place; calendars learn of it."""
    if booking.occurrence and Occurrence.objects.filter(uid=booking.occurrence).exists():
        cancel_occurrence(uid=booking.occurrence, at=at, by=by)


def when_text(begin: datetime, end: datetime) -> Text:
    """When something is by the village's clocks, in both languages."""
    zone = village_here().zone
    return when(from_wall(begin, zone), from_wall(end, zone))


def tell_about(
    booking: Booking, title: Text, text: Text, *, at: datetime, kind: str = "booking", agent: str = "", key: str = ""
) -> None:
    """Tell its owner, or somebody else, of a booking; the key makes that it is told once for each revision."""
    tell(
        agent=agent or booking.agent_id,
        kind=kind,
        title=title,
        text=text,
        path=f"/bookings/{booking.pk}/",
        at=at,
        key=key and f"bookings-{key}-{booking.pk}-{booking.revision}",
    )


def about(booking: Booking) -> dict[str, Text]:
    """What stands in sentences about a booking: its unit and its time."""
    return {"unit": name_of(booking.unit), "when": when_text(booking.begin, booking.end)}
