"""Writing what becomes of a booking on its day: somebody comes, leaves, does not come; each tells the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings import use_queries
from wikivillage.web.bookings.actions import end_use, release
from wikivillage.web.bookings.check_in_rules import Arrival, why_not_in
from wikivillage.web.bookings.facts import name_of, policy_of
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.refusals import raise_all, say
from wikivillage.web.bookings.states import CHECKED_IN, CONFIRMED, DONE, NO_SHOW
from wikivillage.web.bookings.writing import about, locked, put_in_diary, tell_about
from wikivillage.web.diary.queries import is_open
from wikivillage.web.diary.series import from_wall
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.registry.actions import record_change
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.registry.words import Text
from wikivillage.web.shell.templatetags.village import language

AT_LEAST = timedelta(minutes=1)
"""Whoever comes and leaves at once has used it for a minute."""
FREED = Text("Your place was freed", "Votre place a été libérée")
BROKEN = Text("Cancelled: out of order", "Annulé\u00a0: en panne")


def arrival_of(row: Booking, at: datetime) -> Arrival:
    """What the rules of checking in look at, as it is now."""
    zone = village_here().zone
    other = use_queries.others_there(row.unit, row.pk, at)
    outage = use_queries.outage_of(row.unit_id)
    end = min(row.end, at + AT_LEAST)
    shut = is_open(row.unit_id, at, end, place=row.unit.place, name=name_of(row.unit)) if at < end else ()
    return Arrival(
        unit=name_of(row.unit),
        now=from_wall(at, zone),
        begin=from_wall(row.begin, zone),
        end=from_wall(row.end, zone),
        state=row.state,
        freed=from_wall(row.ended_at, zone) if row.state == NO_SHOW and row.ended_at else None,
        until=from_wall(other.end, zone) if other else None,
        shut=tuple(one for one in shut if one.code == "closed_period"),
        broken=say("Since {since}.", "Depuis le {since}.", since=from_wall(outage.begin, zone)) if outage else None,
        book=f"/bookings/units/{row.unit_id}/",
    )


@transaction.atomic
def check_in(*, booking: str, at: datetime, by: str = "") -> Booking:
    """Somebody is there. Pressed twice, once counts.

    Raises ProblemError: no-booking, too-early, too-late, still-taken, freed-already, not-standing, closed,
    out-of-order.
    """
    row = locked(booking)
    if row.state == CHECKED_IN and at < row.end:
        return row
    raise_all(why_not_in(arrival_of(row, at)), language())
    row.state, row.began_at = CHECKED_IN, at
    row.save(update_fields=["state", "began_at"])
    record_change("check_in", row.pk, at=at, by=by)
    return row


@retrying
@transaction.atomic
def check_out(*, booking: str, at: datetime, by: str = "") -> Booking:
    """They left: what is left of their time is free for others. Pressed twice, once counts.

    Raises ProblemError: no-booking, not-checked-in.
    """
    row = locked(booking)
    if row.state == DONE:
        return row
    if row.state != CHECKED_IN:
        what = _("Nobody has checked in to this booking.")
        raise ProblemError([Problem("not-checked-in", row.pk, what, _("Cancel it, if you do not need it."))])
    return finish(row, ended=min(at, row.end), at=at, by=by)


def finish(row: Booking, *, ended: datetime, at: datetime, by: str) -> Booking:
    """A locked booking is over: its use becomes an event, the rest of its time is free. Inside a transaction."""
    began = min(row.began_at or row.begin, row.end - AT_LEAST)
    Booking.objects.filter(pk=row.pk).update(began_at=began)
    done: Booking = end_use(booking=row, ended=max(ended, began + AT_LEAST), at=at, by=by)
    if done.ended_at is not None and done.ended_at < done.end:
        put_in_diary(done, at=at, by=by, begin=began, end=done.ended_at)
    return done


@retrying
@transaction.atomic
def free_unused(*, booking: str, at: datetime) -> Booking | None:
    """Free a booking to which nobody came in time; where its unit is out of order it is cancelled, at no cost.

    None where it is too early for that or somebody came; done again, it changes nothing.
    """
    row = locked(booking)
    minutes = policy_of(row.unit).check_in_minutes
    if row.state != CONFIRMED or not minutes or at < row.begin + timedelta(minutes=minutes):
        return None
    if use_queries.outage_of(row.unit_id) is not None:
        Booking.objects.filter(pk=row.pk).update(total_cents=0)
        row = release(booking=row, at=at, why=_("out of order"))
        text = say(
            "{unit} is out of order. Your booking ({when}) is cancelled and costs nothing.",
            "{unit} : en panne. Votre réservation ({when}) est annulée et ne coûte rien.",
            **about(row),
        )
        tell_about(row, BROKEN, text, at=at, kind="blackout", key="broken")
        return row
    row = release(booking=row, at=at, no_show=True)
    text = say(
        "You had booked {unit}: {when}. After {minutes} minutes nobody had checked in, so it is free for others now."
        " If you are only late and it is still free, book it again.",
        "Vous aviez réservé {unit} : {when}. Après {minutes} minutes, personne n’avait signalé son arrivée : la place"
        " est de nouveau libre. Si vous êtes seulement en retard et qu’elle l’est encore, réservez-la de nouveau.",
        **about(row),
        minutes=minutes,
    )
    tell_about(row, FREED, text, at=at, key="no-show")
    return row


@retrying
@transaction.atomic
def finish_past(*, booking: str, at: datetime) -> Booking | None:
    """Close a booking whose time is over: used by those who came, or who need not say so. None where it goes on.

    What is kept free after it stays so until then.
    """
    row = locked(booking)
    policy = policy_of(row.unit)
    if at < row.end + timedelta(minutes=policy.buffer_minutes) or row.sessions.filter(ended_at=None).exists():
        return None
    if row.state == CHECKED_IN or (row.state == CONFIRMED and not policy.check_in_minutes):
        return finish(row, ended=row.end, at=at, by="")
    return None
