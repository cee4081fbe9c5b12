"""Everything that reserves and takes: kilograms of a lot, kept for somebody for seven days at most.

The ledger decides who comes first: a reservation is a commitment that reserves, and taking is the event that keeps it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.kinds import Commitment, Ending, Entry, Event
from wikivillage.web.exchange.lot_rules import LONGEST_RESERVATION, kilograms, purpose_problems, weight_problems
from wikivillage.web.exchange.lot_stocks import (
    after_change,
    locked_lot,
    refuse_not_free,
    refuse_short,
    was_done,
    weight,
)
from wikivillage.web.exchange.lot_words import CANCELLED, LAPSED, RESERVED, TAKEN
from wikivillage.web.exchange.models import Lot, Reservation
from wikivillage.web.exchange.tellings import tell_lapsed, tell_soon
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.registry.actions import record_change, refuse_with

SOON = timedelta(days=1)
"""How long before its end somebody is reminded of a reservation."""
AT_ONCE = 500


@retrying
def reserve_lot(
    *,
    id: str,
    lot: str,
    agent: str,
    kg: Decimal | None,
    purpose: str,
    at: datetime,
    by: str = "",
    keep: timedelta = LONGEST_RESERVATION,
) -> Reservation:
    """Keep kilograms of a lot for somebody. The same id again is the same reservation.

    Raises ProblemError: no-lot, quarantined, lot-gone, those of the weight, unknown-word, kept-too-long, not-so-much.
    """
    with transaction.atomic():
        row = locked_lot(lot)
        found = Reservation.objects.filter(pk=id).first()
        if found is not None:
            return found
        problems = [*refuse_not_free(row), *weight_problems(kg, "kg", sure=True), *purpose_problems(purpose)]
        refuse_with([*problems, *_too_long(keep)] or (refuse_short(row, kg, at) if kg is not None else []))
        assert kg is not None, "a missing weight is a problem"
        commitment = Commitment(
            id=f"lot-reservation-{id}",
            action="transfer",
            provider=row.stock.primary_accountable_id,
            receiver=agent,
            resource=lot,
            spec=row.spec,
            quantity=weight(kg),
            due=at + keep,
            reserves=True,
            expires=at + keep,
        )
        _record(row, kg, [commitment], at, by)
        made = Reservation.objects.create(
            id=id,
            lot=row,
            agent_id=agent,
            amount=kg,
            purpose=purpose,
            until=at + keep,
            commitment=commitment.id,
            made_by=by,
            made_at=at,
        )
        record_change("reserve_lot", lot, at=at, by=by)
        return made


def _too_long(keep: timedelta) -> list[Problem]:
    if timedelta(0) < keep <= LONGEST_RESERVATION:
        return []
    what = _("A lot is kept for seven days at most.")
    return [Problem("kept-too-long", "until", what, _("Fetch it within a week, or reserve it again if it is free."))]


def _record(lot: Lot, kg: Decimal, entries: list[Entry], at: datetime, by: str) -> None:
    """Write into the ledger; where it says that there is too little, in words of this room."""
    try:
        record(entries=entries, at=at, by=by or None)
    except ProblemError as error:
        if not {"insufficient"} >= {one.code for one in error.problems}:
            raise
        raise ProblemError(refuse_short(lot, kg, at) or error.problems) from error


@retrying
def cancel_reservation(*, id: str, at: datetime, by: str = "") -> Reservation:
    """Give back what was kept; it is free at once. Given back again, nothing changes.

    Raises ProblemError no-reservation.
    """
    with transaction.atomic():
        one = _locked(id)
        if one.state != RESERVED:
            return one
        if one.until > at:
            ending = Ending(f"end-{one.commitment}", one.commitment, "cancelled")
            record(entries=[ending], at=at, by=by or None)
        record_change("cancel_reservation", one.lot_id, at=at, by=by)
        return _ended(one, CANCELLED if one.until > at else LAPSED, at)


@retrying
def take_lot(
    *,
    id: str,
    lot: str,
    agent: str,
    kg: Decimal | None,
    at: datetime,
    by: str = "",
    reservation: str = "",
) -> Lot:
    """Somebody carries kilograms of a lot away: those that were kept for them, else what is free.

    Less than was kept is enough, and the rest is free. The same id again takes nothing more.

    Raises ProblemError: no-lot, quarantined, lot-gone, those of the weight, no-reservation, reservation-over,
    more-than-reserved, not-so-much.
    """
    with transaction.atomic():
        row = locked_lot(lot)
        if was_done(id):
            return row
        one = _locked(reservation, lot=lot) if reservation else None
        problems = [*refuse_not_free(row), *weight_problems(kg, "kg", sure=True)]
        refuse_with([*problems, *(_over(one, at) if one else [])])
        assert kg is not None, "a missing weight is a problem"
        refuse_with(_more_than_reserved(one, kg) if one else refuse_short(row, kg, at))
        event = Event(
            id=id,
            action="transfer",
            provider=row.stock.primary_accountable_id,
            receiver=one.agent_id if one else agent,
            resource=lot,
            spec=row.spec,
            quantity=weight(kg),
            at=at,
            fulfills=(one.commitment,) if one else (),
            basis="weighed when it was taken",
        )
        rest = [Ending(f"end-{one.commitment}", one.commitment, "finished")] if one and kg < one.amount else []
        _record(row, kg, [event, *rest], at, by)
        if one:
            _ended(one, TAKEN, at, taken=kg)
        record_change("take_lot", lot, at=at, by=by)
        after_change(row, at=at, by=by)
        return row


def _over(one: Reservation, at: datetime) -> list[Problem]:
    if one.state == RESERVED and one.until > at:
        return []
    what = _("This reservation is over: what was kept is free for everybody again.")
    return [Problem("reservation-over", "", what, _("Take what is free, or reserve it once more."))]


def _more_than_reserved(one: Reservation, kg: Decimal) -> list[Problem]:
    if kg <= one.amount:
        return []
    said = {"kg": kilograms(kg), "kept": kilograms(one.amount), "more": kilograms(kg - one.amount)}
    what = _("You want %(kg)s, and %(kept)s are kept for you.") % said
    hint = _("Take %(kept)s now; if more is free, take or reserve the other %(more)s beside it.") % said
    return [Problem("more-than-reserved", "kg", what, hint)]


def _locked(id: str, *, lot: str | None = None) -> Reservation:
    rows = (
        Reservation.objects.select_for_update(no_key=True).filter(pk=id)
        if "\0" not in id
        else Reservation.objects.none()
    )
    one = (rows.filter(lot=lot) if lot else rows).first()
    if one is None:
        raise ProblemError([Problem("no-reservation", "", _("There is no such reservation."))])
    return one


def _ended(one: Any, state: str, at: datetime, *, taken: Decimal = Decimal(0)) -> Any:
    one.state, one.ended_at, one.taken = state, at, taken
    one.save(update_fields=["state", "ended_at", "taken"])
    return one


def lapse_reservations(*, at: datetime) -> int:
    """Write down what ran out, and tell those whose it was. Run again, it finds nothing more. Returns how many."""
    ids = list(Reservation.objects.filter(state=RESERVED, until__lte=at).values_list("pk", flat=True)[:AT_ONCE])
    for id in ids:
        with transaction.atomic():
            one = Reservation.objects.select_for_update(of=("self",), no_key=True).select_related("lot").get(pk=id)
            if one.state == RESERVED:
                _ended(one, LAPSED, at)
                tell_lapsed(one, at=at)
    return len(ids)


def remind_of_reservations(*, at: datetime) -> int:
    """Tell those for whom something is kept only a day longer, once. Returns how many."""
    soon = Reservation.objects.filter(state=RESERVED, until__gt=at, until__lte=at + SOON).select_related("lot")
    found = list(soon[:AT_ONCE])
    for one in found:
        tell_soon(one, at=at)
    return len(found)
