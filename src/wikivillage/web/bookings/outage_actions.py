"""Writing what is out of order: somebody reports it, who has it booked is told what to do, somebody mends it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings import use_queries
from wikivillage.web.bookings.closing import nearest_for
from wikivillage.web.bookings.facts import name_of
from wikivillage.web.bookings.models import Booking, Outage, Unit
from wikivillage.web.bookings.refusals import say
from wikivillage.web.bookings.session_actions import break_off
from wikivillage.web.bookings.writing import about, find_unit, tell_about
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.notices.actions import tell
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import Agent, RoleGrant
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.roles import CIRCLE_LEAD, STEWARD
from wikivillage.web.registry.words import Text

TOLD_AHEAD = timedelta(days=7)
"""How far ahead people are told of an outage whose end nobody knows; later ones are told when their week comes."""
LONGEST_WORDS = 500


@retrying
@transaction.atomic
def report_outage(
    *,
    unit: str,
    said: str,
    at: datetime,
    reporter: Agent | None = None,
    by: str = "",
    until: datetime | None = None,
    key: str = "",
) -> Outage:
    """Something does not work. What runs on it is closed, who has it booked in the week is told what to do.

    What is out of order already stays so. Raises ProblemError: no-unit, bad-words, backwards.
    """
    made: Outage | None = made_before(key, Outage, at=at)
    if made is not None:
        return made
    row = find_unit(unit, lock=True)
    refuse_with([*_word_problems(said), *_until_problems(until, at)])
    found = use_queries.outage_of(row.pk)
    if found is None:
        session = break_off(row, at=at, by=by)
        words = said.replace("\0", "").strip()[:LONGEST_WORDS]
        found = Outage.objects.create(
            unit=row, session=session, said=words, reported_by=reporter, begin=at, until=until
        )
        record_change("report_outage", row.pk, at=at, by=by)
        if session is not None:
            _tell_who_used(session.booking, at)
        _tell_keepers(found, at)
        tell_touched(found, at=at)
    remember(key, found)
    return found


def _word_problems(said: str) -> list[Problem]:
    if said.strip() and len(said) <= LONGEST_WORDS:
        return []
    what = _("must be said in at most %(most)s characters.") % {"most": LONGEST_WORDS}
    return [Problem("bad-words", "said", what, _("Say what you saw: it helps whoever mends it."))]


def _until_problems(until: datetime | None, at: datetime) -> list[Problem]:
    if until is None or until > at:
        return []
    return [Problem("backwards", "until", _("That moment is over."), _("Choose a later one, or leave it open."))]


def _tell_who_used(row: Booking, at: datetime) -> None:
    title = Text("It broke while you used it", "Une panne pendant votre usage")
    text = say(
        "{unit} was reported as out of order while you used it. Your session is closed; what you used until then"
        " counts, the rest of your booking is free of charge.",
        "{unit} a été signalée en panne pendant que vous vous en serviez. Votre session est close ; seul le temps"
        " utilisé compte.",
        **about(row),
    )
    tell_about(row, title, text, at=at, kind="blackout", key="broke")


def _tell_keepers(found: Outage, at: datetime) -> None:
    """Those who lead its circle or place, else the stewards."""
    held = RoleGrant.objects.filter(holding(at))
    scopes = [scope for scope in (found.unit.circle, found.unit.place) if scope]
    leads = held.filter(word=CIRCLE_LEAD, scope__in=scopes) if scopes else held.none()
    rows = leads if leads.exists() else held.filter(word=STEWARD)
    title = say("Out of order: {unit}", "En panne : {unit}", unit=name_of(found.unit))
    words = Text(found.said, found.said)
    text = say("What was seen: {said}", "Ce qui a été vu : {said}", said=words)
    for agent in sorted(set(rows.values_list("agent_id", flat=True))):
        path = "/bookings/outages/"
        tell(agent=agent, kind="approval", title=title, text=text, path=path, at=at, key=f"bookings-outage-{found.pk}")


def tell_touched(found: Outage, *, at: datetime) -> int:
    """Tell those who have it booked while it is out of order, each once, with what they can do. Returns how many."""
    until = found.until if found.until is not None else at + TOLD_AHEAD
    rows = [row for row in use_queries.troubled(found.unit_id, at, until) if row.begin >= at]
    for row in rows:
        _tell_touched(found, row, at)
    return len(rows)


def _tell_touched(found: Outage, row: Booking, at: datetime) -> None:
    other = nearest_for(row, at=at)
    title = say("Out of order: {unit}", "En panne : {unit}", unit=name_of(row.unit))
    facts = {**about(row), "what": _way_out(other)}
    text = say(
        "{unit} is out of order, and you have it booked: {when}. {what} If it works again in time, you are told. If it"
        " does not, your booking is cancelled at no cost.",
        "{unit} est en panne, et vous l’aviez réservé : {when}. {what} Si la réparation vient à temps, nous vous le"
        " dirons. Sinon, votre réservation sera annulée sans frais.",
        **facts,
    )
    tell_about(row, title, text, at=at, kind="blackout", key=f"outage-{found.pk}")


def _way_out(other: Unit | None) -> Text:
    if other is None:
        return Text(
            "Nothing equal is free at that time: you may move or cancel your booking.",
            "Rien d’équivalent n’est libre à ce moment : vous pouvez déplacer ou annuler votre réservation.".replace(
                " :", "\u00a0:"
            ),
        )
    return say(
        "{other} is free at that time: you may move your booking there.",
        "{other} est libre au même moment : vous pouvez y déplacer votre réservation.",
        other=name_of(other),
    )


@transaction.atomic
def end_outage(*, outage: int, at: datetime, by: str = "", mended: str = "") -> Outage:
    """It works again; whoever was told that it did not is told so. Ended again, nothing changes.

    Raises ProblemError: no-outage, bad-words.
    """
    row: Outage | None = (
        Outage.objects.select_for_update(of=("self",), no_key=True).select_related("unit").filter(pk=outage).first()
    )
    if row is None:
        what = _("There is no such outage.")
        raise ProblemError([Problem("no-outage", str(outage), what, _("Load the list again."))])
    if row.ended_at is not None:
        return row
    refuse_with(_word_problems(mended) if mended.strip() else [])
    row.ended_at, row.ended_by, row.mended = at, by, mended.replace("\0", "").strip()
    row.save(update_fields=["ended_at", "ended_by", "mended"])
    record_change("end_outage", row.unit_id, at=at, by=by)
    title = say("It works again: {unit}", "De nouveau en marche : {unit}", unit=name_of(row.unit))
    for booking in use_queries.troubled(row.unit_id, at, at + TOLD_AHEAD):
        if booking.begin >= at:
            text = say(
                "{unit} works again. Your booking stands: {when}.",
                "{unit} : réparé. Votre réservation tient : {when}.",
                **about(booking),
            )
            tell_about(booking, title, text, at=at, kind="blackout", key=f"mended-{row.pk}")
    return row


@transaction.atomic
def foresee_end(*, outage: int, until: datetime | None, at: datetime, by: str = "") -> Outage:
    """Say until when something is out of order, or that nobody knows. Raises ProblemError: no-outage, backwards."""
    refuse_with(_until_problems(until, at))
    row: Outage | None = (
        Outage.objects.select_for_update(of=("self",), no_key=True).select_related("unit").filter(pk=outage).first()
    )
    if row is None:
        what = _("There is no such outage.")
        raise ProblemError([Problem("no-outage", str(outage), what, _("Load the list again."))])
    if row.until != until:
        row.until = until
        row.save(update_fields=["until"])
        record_change("foresee_end", row.unit_id, at=at, by=by)
        tell_touched(row, at=at)
    return row
