"""Writing when machines run: started with a booking or while free, stopped by somebody, or by itself when forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings import use_queries
from wikivillage.web.bookings.facts import name_of
from wikivillage.web.bookings.machine_rules import refusals
from wikivillage.web.bookings.models import Booking, Unit, UseSession
from wikivillage.web.bookings.refusals import raise_all, say
from wikivillage.web.bookings.start_facts import Starting, starting
from wikivillage.web.bookings.states import CHECKED_IN, CONFIRMED
from wikivillage.web.bookings.use_actions import finish
from wikivillage.web.bookings.use_models import BROKEN, FORGOTTEN, STOPPED
from wikivillage.web.bookings.writing import (
    about,
    energy_of,
    find_unit,
    locked,
    new_id,
    promise_price,
    promises,
    put_in_diary,
    tell_about,
    write,
)
from wikivillage.web.diary.series import from_wall
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.prices.quote_actions import use_quote
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.viewer import viewer
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.registry.words import Text
from wikivillage.web.shell.templatetags.village import language

FIRST_PAID = timedelta(minutes=1)
"""What is stopped sooner than this was a mistake, and costs nothing."""
MOST_KWH, MOST_GRAMS = Decimal(1000), Decimal(1_000_000)
FORGOT = Text("You forgot to stop", "Vous avez oublié d’arrêter")
STOPPED_FOR_YOU = Text("Somebody stopped it for you", "Quelqu’un a arrêté pour vous")


@dataclass(frozen=True, slots=True)
class Measured:
    """What was read off at the end: kilowatt-hours, and grams of material; None where nobody did."""

    kwh: Decimal | None = None
    grams: Decimal | None = None


NOTHING_READ = Measured()


@retrying
@transaction.atomic
def start_session(
    *, unit: str, agent: Agent, at: datetime, by: str = "", beside: str = "", key: str = ""
) -> UseSession:
    """Start a machine, for a booking of theirs or, where its rules let it, without one. Pressed twice, once counts.

    What somebody forgot to stop is closed first. Raises ProblemError with every reason of ``machine_rules``:
    out-of-order, not-qualified, level-too-low, qualification-over, not-booked, in-use, taken, closed, too-late,
    no-companion, wrong-companion, guardian-missing, adult-missing; and no-unit.
    """
    made: UseSession | None = made_before(key, UseSession, at=at)
    if made is not None:
        return made
    row = find_unit(unit, lock=True)
    seen = viewer(agent.pk, at=at, second_factor=False)
    owners = frozenset({agent.pk, *seen.acts_for})
    _close_overdue(row, at)
    running: UseSession | None = UseSession.objects.filter(unit=row, agent=agent, ended_at=None).first()
    if running is not None:
        remember(key, running)
        return running
    found = starting(row, agent, owners=owners, seen=seen, at=at, beside=beside)
    raise_all(refusals(found.start), language())
    session = _begin(row, agent, found, at=at, by=by)
    remember(key, session)
    return session


def _begin(unit: Unit, agent: Agent, found: Starting, *, at: datetime, by: str) -> UseSession:
    walk_in = found.booking is None
    booking = _walk_in(unit, agent, found.until, at, by) if found.booking is None else locked(found.booking)
    if booking.state == CONFIRMED:
        booking.state, booking.began_at = CHECKED_IN, at
        booking.save(update_fields=["state", "began_at"])
    session = UseSession.objects.create(
        id=new_id(),
        unit=unit,
        booking=booking,
        agent=agent,
        beside=found.beside.pk if found.beside else "",
        walk_in=walk_in,
        began_at=at,
        began_by=by,
        ends_by=booking.end,
    )
    record_change("start_session", session.pk, at=at, by=by)
    return session


def _walk_in(unit: Unit, agent: Agent, until: datetime, at: datetime, by: str) -> Booking:
    """A booking that is made by starting, from now until the machine has to stop. Raises ProblemError taken."""
    energy = energy_of(unit, at, until)
    booking = Booking(
        id=new_id(),
        unit=unit,
        agent=agent,
        made_by=by,
        begin=at,
        end=until,
        state=CONFIRMED,
        kwh=energy.kwh,
        own_kwh=energy.own,
        revision=1,
        made_at=at,
        decided_at=at,
    )
    write(promises(booking), at=at, by="")
    put_in_diary(booking, at=at, by=by)
    booking.save(force_insert=True)
    record_change("walk_in", booking.pk, at=at, by=by)
    return booking


@retrying
@transaction.atomic
def stop_session(*, session: str, at: datetime, by: str = "", measured: Measured = NOTHING_READ) -> UseSession:
    """Stop a machine: its use becomes an event, the rest of the time is free. Pressed twice, once counts.

    Who stops for somebody else is noted, and whose it is is told. Raises ProblemError: no-session, bad-measure.
    """
    row = find_session(session)
    refuse_with(measure_problems(measured))
    if row.ended_at is not None:
        return row
    ended = min(max(at, row.began_at), max(row.ends_by, row.began_at))
    _end(row, ended=ended, how=STOPPED, at=at, by=by, measured=measured)
    if by and by not in (row.agent_id, row.booking.agent_id) and by not in _acting_for(row, at):
        text = say(
            "{unit} was stopped by somebody else: {when}. What you used until then counts.",
            "{unit} a été arrêté par quelqu’un d’autre : {when}. Votre usage compte jusque-là.",
            **about(row.booking),
        )
        tell_about(row.booking, STOPPED_FOR_YOU, text, at=at, key=f"stopped-{row.pk}")
    return row


def find_session(session: str) -> UseSession:
    """The session of an id, locked until the transaction ends. Raises ProblemError no-session."""
    rows = UseSession.objects.select_for_update(of=("self",), no_key=True).select_related("booking__unit", "unit")
    row: UseSession | None = None if "\0" in session else rows.filter(pk=session[:16]).first()
    if row is None:
        what = _("Nothing of that kind runs.")
        raise ProblemError([Problem("no-session", "session", what, _("Look at the page of the machine."))])
    return row


def _acting_for(row: UseSession, at: datetime) -> frozenset[str]:
    return viewer(row.agent_id, at=at, second_factor=False).acts_for


def measure_problems(measured: Measured) -> list[Problem]:
    """What is wrong with what somebody read off."""
    hint = _("Leave it empty if you did not read it.")
    limits = (("kwh", measured.kwh, MOST_KWH, "kWh"), ("grams", measured.grams, MOST_GRAMS, "g"))
    what = _("From 0 to %(most)s %(unit)s.")
    return [
        Problem("bad-measure", name, what % {"most": most, "unit": unit}, hint)
        for name, value, most, unit in limits
        if value is not None and not (value.is_finite() and 0 <= value <= most)
    ]


def _end(
    row: UseSession, *, ended: datetime, how: str, at: datetime, by: str, measured: Measured = NOTHING_READ
) -> None:
    """Close a locked session and its booking. Inside a transaction."""
    row.ended_at, row.ended_by, row.ended_how = ended, by, how
    row.kwh, row.grams = measured.kwh, measured.grams  # type: ignore[assignment]
    row.save(update_fields=["ended_at", "ended_by", "ended_how", "kwh", "grams"])
    record_change(f"session_{how}", row.pk, at=at, by=by)
    booking = locked(row.booking)
    if booking.state == CHECKED_IN:
        if row.walk_in:
            charge_use(booking, row.began_at, ended, at=at, by=by)
        row.booking = finish(booking, ended=ended, at=at, by=by)


def charge_use(booking: Booking, began: datetime, ended: datetime, *, at: datetime, by: str) -> None:
    """The price of what was used without a booking: of the minutes that it ran, by the rule that was shown before."""
    energy = energy_of(booking.unit, began, ended)
    whole = ended - began >= FIRST_PAID
    quote = promise_price(booking.unit, booking.agent, began, ended, 1, energy, at=at, by=by) if whole else None
    if quote is not None:
        used = use_quote(id=quote.pk, agent=booking.agent, used_by=f"booking:{booking.pk}", at=at, by=by)
        booking.quote, booking.total_cents = used.quote, used.quote.total_cents
    booking.kwh, booking.own_kwh = round(energy.kwh, 3), round(energy.own, 3)
    booking.save(update_fields=["quote", "total_cents", "kwh", "own_kwh"])


@retrying
@transaction.atomic
def close_forgotten(*, session: str, at: datetime) -> UseSession | None:
    """Close a session that nobody stopped, at the end of its time, and tell them. None where it still may run."""
    row = find_session(session)
    return _forgotten(row, at) if row.ended_at is None and row.ends_by <= at else None


def _close_overdue(unit: Unit, at: datetime) -> None:
    for row in use_queries.running_on(unit.pk):
        if row.ends_by <= at:
            _forgotten(find_session(row.pk), at)


def _forgotten(row: UseSession, at: datetime) -> UseSession:
    _end(row, ended=row.ends_by, how=FORGOTTEN, at=at, by="")
    text = say(
        "You started {unit} and did not stop it. It counts until the end of your booking, {end}. If you stopped"
        " earlier, tell who runs the place; if it still runs, switch it off.",
        "Vous avez mis en marche {unit} sans signaler l’arrêt. L’usage compte jusqu’à la fin de votre réservation, le"
        " {end}. Si vous aviez fini plus tôt, dites-le à l’accueil ; si la machine tourne encore, éteignez-la.",
        unit=name_of(row.unit),
        end=from_wall(row.ends_by, village_here().zone),
    )
    tell_about(row.booking, FORGOT, text, at=at, key=f"forgot-{row.pk}")
    return row


def break_off(unit: Unit, *, at: datetime, by: str) -> UseSession | None:
    """Close whatever runs on a unit that broke; the one that ran, if there was one. Inside a transaction."""
    found = None
    for row in use_queries.running_on(unit.pk):
        found = find_session(row.pk)
        _end(found, ended=max(min(at, found.ends_by), found.began_at), how=BROKEN, at=at, by=by)
    return found
