"""Writing that something closes for a time: everybody whom it meets is moved or cancelled, and told, in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings.actions import cancel, move
from wikivillage.web.bookings.closing import DESPITE, Meeting, preview
from wikivillage.web.bookings.facts import name_of
from wikivillage.web.bookings.models import Booking, Unit
from wikivillage.web.bookings.refusals import say
from wikivillage.web.bookings.writing import about, find_unit, tell_about
from wikivillage.web.diary.actions import close_period, closure_problems
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.words import Text
from wikivillage.web.shell.templatetags.village import language

CANCEL, KEEP = "cancel", "keep"
"""What may be decided for a booking instead of where it goes: it does not take place, or it does all the same."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing did: the units that are closed now, who was moved where, and who was cancelled."""

    units: tuple[Unit, ...]
    moved: tuple[Booking, ...] = ()
    cancelled: tuple[Booking, ...] = ()
    kept: tuple[Booking, ...] = ()


@retrying
@transaction.atomic
def close_units(
    *,
    subject: str,
    begin: datetime,
    end: datetime,
    at: datetime,
    by: str = "",
    why_en: str = "",
    why_fr: str = "",
    decided: Mapping[str, str],
) -> Closing:
    """Close a unit or a place. ``decided``: for each booking that it meets, the unit to which it goes, or ``cancel``.

    Everybody is told. All of it happens, or nothing: somebody may have booked since it was looked at.
    Raises ProblemError: nothing-to-close, backwards, bad-words, not-decided, not-to-be-moved, and those of moving.
    """
    refuse_with(closure_problems(subject=subject, begin=begin, end=end, why_en=why_en, why_fr=why_fr))
    found = preview(subject, begin, end, at=at)
    if not found.units:
        what = _("There is nothing to book under this name.")
        raise ProblemError([Problem("nothing-to-close", subject[:64], what, _("Choose one of the list."))])
    refuse_with(_undecided(found.meetings, decided))
    words = {"why_en": why_en.strip() or why_fr.strip(), "why_fr": why_fr.strip() or why_en.strip()}
    for unit in found.units:
        close_period(subject=unit.pk, begin=begin, end=end, at=at, by=by, **words)
    why = Text(words["why_en"], words["why_fr"])
    done = Closing(found.units)
    moved, cancelled, kept = [], [], []
    for meeting in found.meetings:
        choice = decided[meeting.booking.pk]
        if choice == CANCEL:
            cancelled.append(_cancel(meeting.booking, why, at=at, by=by))
        elif choice == KEEP:
            kept.append(meeting.booking)
        else:
            moved.append(_move(meeting.booking, choice, why, at=at, by=by))
    cancelled += [_cancel(row, why, at=at, by=by) for row in found.unsure]
    record_change("close_units", subject, at=at, by=by)
    return Closing(done.units, tuple(moved), tuple(cancelled), tuple(kept))


def _undecided(meetings: tuple[Meeting, ...], decided: Mapping[str, str]) -> list[Problem]:
    """Those for whom nobody has decided, as when they booked meanwhile."""
    hint = _("Look at the list again and decide for them.")
    return [
        Problem("not-decided", one.booking.pk, _("This booking was not on the list that you saw."), hint)
        for one in meetings
        if one.booking.pk not in decided
    ]


def _cancel(row: Booking, why: Text, *, at: datetime, by: str) -> Booking:
    """Cancelled by the house, so at no cost. Whose it is is told once, with the reason."""
    Booking.objects.filter(pk=row.pk).update(total_cents=0)
    done: Booking = cancel(booking=row, at=at, by=by, why=why.words(language()), quiet=True)
    title = say("Cancelled: {unit} is closed", "Annulé : fermeture ({unit})", unit=name_of(row.unit))
    text = say(
        "{unit} is closed and your booking cannot take place: {when}. {why} It costs you nothing. Nothing equal was"
        " free at that time.",
        "{unit} : fermeture. Votre réservation ne peut pas avoir lieu : {when}. {why} Vous ne payez rien. Rien"
        " d’équivalent n’était libre à ce moment.",
        **about(row),
        why=why,
    )
    tell_about(done, title, text, at=at, kind="blackout", key="closed", agent=row.agent_id)
    return done


def _move(row: Booking, to: str, why: Text, *, at: datetime, by: str) -> Booking:
    target = find_unit(to)
    before = about(row)
    paid = row.total_cents
    try:
        done: Booking = move(
            booking=row, unit=target.pk, begin=row.begin, end=row.end, at=at, by=by, despite=DESPITE, quiet=True
        )
    except ProblemError as error:
        what = _("%(unit)s cannot be given to booking %(id)s any more.")
        named = {"unit": name_of(target).words(language()), "id": row.pk}
        hint = _("Choose another place for it, or cancel it.")
        raise ProblemError([Problem("not-to-be-moved", row.pk, what % named, hint), *error.problems]) from None
    if done.total_cents > paid:
        done.total_cents = paid
        done.save(update_fields=["total_cents"])
    title = say("Moved: {unit} is closed", "Déplacé : fermeture ({unit})", unit=before["unit"])
    text = say(
        "{unit} is closed: {why} Your booking ({when}) now takes place in: {to}. You do not pay more. If that does not"
        " suit you, cancel it: it costs nothing.",
        "{unit} : fermeture. {why} Votre réservation ({when}) aura lieu ici : {to}. Vous ne payez pas plus. Si cela ne"
        " vous va pas, annulez-la : c’est sans frais.",
        **before,
        why=why,
        to=name_of(target),
    )
    tell_about(done, title, text, at=at, kind="blackout", key="moved-away")
    return done
