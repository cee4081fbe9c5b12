"""Everything that writes lots, but for reservations and transformations: bring, weigh, set aside, move, throw away.

Each gesture has an id of its own, made from its form: sent twice, it is done once.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.kinds import Event, NewStock
from wikivillage.web.exchange import matching
from wikivillage.web.exchange.lot_rules import (
    KG,
    OFFERED_FOR,
    Described,
    description_problems,
    kilograms,
    text_problems,
    weight_problems,
)
from wikivillage.web.exchange.lot_stocks import (
    after_change,
    keeper_of,
    kept_for_others,
    kind_of,
    label_lot,
    labelled_stock,
    locked_lot,
    mark,
    own_event,
    refuse_gone,
    was_done,
    weight,
)
from wikivillage.web.exchange.lot_words import FREE, GONE, HELD_BACK, QUARANTINED, RAW, RELEASED, TOLD, TREATED_YES
from wikivillage.web.exchange.models import Lot
from wikivillage.web.exchange.photo_actions import keep_photo
from wikivillage.web.exchange.photos import picture_of
from wikivillage.web.exchange.tellings import tell_held_back
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.models import Stock
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.once import made_before, remember

LONGEST_WHY = 300


NOTHING_SAID = Described()


@retrying
def drop_lot(
    *,
    id: str,
    spec: str,
    kg: Decimal | None,
    place: str,
    given_by: str,
    at: datetime,
    said: Described = NOTHING_SAID,
    by: str = "",
    source: str = "",
    photo: bytes = b"",
    sure: bool = False,
) -> Lot:
    """A lot that somebody brings: weighed, with a number, at a place. The same id again is the same lot.

    It is handed over by ``given_by``, from what they hold outside the book; with ``source`` it is taken from that stock
    of the village instead. So no kilogram begins from nothing. What may have been treated is set aside at once.

    Raises ProblemError: those of the weight, the words and the photo, unknown-kind, not-weighed, unknown-place,
    nobody-answers, no-such-shelf, shelf-short.
    """
    with transaction.atomic():
        found = Lot.objects.filter(pk=id).first() or made_before(id, Lot, at=at)
        if found is not None:
            return cast("Lot", found)
        refuse_with([*weight_problems(kg, "kg", sure=sure), *description_problems(said)])
        assert kg is not None, "a missing weight is a problem"
        kind, owner, picture = kind_of(spec), keeper_of(place), picture_of(photo) if photo else None
        said = replace(said, title=" ".join(said.title.split()) or kind.name_fr)
        stock = labelled_stock(id, spec=spec, owner=owner, place=place, title=said.title, at=at, by=by)
        giver = _owner_of_shelf(source, spec, kg) if source else given_by
        record(entries=[_handed_over(stock, giver, source, spec, kg, at)], at=at, by=by or None)
        state = FREE if said.treated == RAW else QUARANTINED
        lot = written_lot(id, spec=spec, place=place, given_by=given_by, kg=kg, said=said, state=state, at=at)
        if picture is not None:
            keep_photo(lot, picture, at)
        remember(id, lot)
        _noted(lot, at=at, by=by)
        return lot


def _noted(lot: Lot, *, at: datetime, by: str) -> None:
    """A lot that was just brought leaves its trace; who waits for such a thing is told."""
    record_change("drop_lot", lot.pk, at=at, by=by)
    if lot.state == FREE:
        matching.tell_matches(lot, at=at)


def _handed_over(stock: NewStock, giver: str, source: str, spec: str, kg: Decimal, at: datetime) -> Event:
    assert stock.primary_accountable is not None, "a lot has somebody who answers for it"
    return Event(
        id=f"drop-{stock.id}",
        action="transfer",
        provider=giver,
        receiver=stock.primary_accountable,
        resource=source or None,
        new_to_resource=stock,
        spec=spec,
        quantity=weight(kg),
        at=at,
        basis="weighed when it was brought",
    )


def _owner_of_shelf(source: str, spec: str, kg: Decimal) -> str:
    """Who owns a stock of the village from which a lot is taken, if so much of this kind is on it."""
    row = Stock.objects.filter(pk=source, elsewhere=False, unit=KG, spec=spec).first() if "\0" not in source else None
    if row is None:
        what = _("There is no shelf “%(shelf)s” with this kind of matter.") % {"shelf": source[:40]}
        raise ProblemError([Problem("no-such-shelf", "source", what, _("Choose one of the list."))])
    if not row.allow_negative and row.onhand < kg:
        what = _("There are %(there)s on the shelf, not %(kg)s.")
        said = {"there": kilograms(row.onhand), "kg": kilograms(kg)}
        raise ProblemError([Problem("shelf-short", "kg", what % said, _("Take less, or weigh the shelf first."))])
    return str(row.primary_accountable_id)


def written_lot(
    id: str, *, spec: str, place: str, given_by: str, kg: Decimal, said: Described, state: str, at: datetime
) -> Lot:
    """The row of a lot whose record is in the ledger."""
    return Lot.objects.create(
        stock=Stock.objects.get(pk=id),
        spec=spec,
        place=place,
        given_by_id=given_by,
        state=state,
        free_until=at + OFFERED_FOR,
        dropped_at=at,
        dropped_kg=kg,
        **asdict(said),
    )


@retrying
def weigh_lot(
    *, id: str, lot: str, kg: Decimal | None, at: datetime, by: str = "", why: str = "", sure: bool = False
) -> Lot:
    """What the scales say now; the difference is counted in or out. Nothing left needs a reason.

    Raises ProblemError: no-lot, those of the weight, why-missing, kept-for-others.
    """
    with transaction.atomic():
        row = locked_lot(lot)
        if was_done(id):
            return row
        refuse_with([*weight_problems(kg, "kg", sure=sure, zero=True), *text_problems("why", why, LONGEST_WHY)])
        assert kg is not None, "a missing weight is a problem"
        kept, change = kept_for_others(lot, at), kg - row.stock.onhand
        refuse_with([*_nothing_without_why(kg, why), *_less_than_kept(kg, kept)])
        if change:
            action = "raise" if change > 0 else "lower"
            basis = f"weighed again: {why}" if why else "weighed again"
            record(entries=[own_event(id, action, row, abs(change), at=at, basis=basis)], at=at, by=by or None)
            record_change("weigh_lot", lot, at=at, by=by)
            after_change(row, at=at, by=by)
        return row


def _nothing_without_why(kg: Decimal, why: str) -> list[Problem]:
    if kg or why.strip():
        return []
    hint = _("For example: taken without a word, rotten, counted twice.")
    return [Problem("why-missing", "why", _("That nothing is left needs a reason."), hint)]


def _less_than_kept(kg: Decimal, kept: Decimal) -> list[Problem]:
    if kg >= kept:
        return []
    what = _("%(kept)s are kept for others, more than %(kg)s.") % {"kept": kilograms(kept), "kg": kilograms(kg)}
    return [Problem("kept-for-others", "kg", what, _("Tell them first, and let them give back what is not there."))]


@retrying
def hold_back(*, lot: str, why: str, at: datetime, by: str = "", treated: str = "") -> Lot:
    """Set a lot aside: nobody takes it or works it up until it is released. Whoever reserved some is told.

    Raises ProblemError: no-lot, lot-gone, why-missing, text-too-long, text-unreadable.
    """
    with transaction.atomic():
        row = locked_lot(lot)
        if row.state == QUARANTINED:
            return row
        problems = [*text_problems("why", why, LONGEST_WHY), *refuse_gone(row)]
        if not why.strip():
            hint = _("For example: painted, wet, smells of solvent.")
            problems.append(Problem("why-missing", "why", _("Say why it is set aside."), hint))
        refuse_with(problems)
        row.state, row.held_back, row.treated = QUARANTINED, why.strip(), treated or row.treated
        row.save(update_fields=["state", "held_back", "treated"])
        mark(row, HELD_BACK, why.strip(), at=at, by=by)
        record_change("hold_back_lot", lot, at=at, by=by)
        tell_held_back(row, at=at)
        return row


@retrying
def release_lot(*, lot: str, treated: str, at: datetime, by: str = "", why: str = "") -> Lot:
    """Somebody has looked: it may be taken again, and is known to be raw or treated.

    Raises ProblemError: no-lot, unknown-word, text-too-long, text-unreadable.
    """
    with transaction.atomic():
        row = locked_lot(lot)
        if row.state != QUARANTINED:
            return row
        refuse_with([*text_problems("why", why, LONGEST_WHY), *_not_looked_at(treated)])
        row.state, row.held_back, row.treated = FREE, "", treated
        row.free_until = max(row.free_until, at + OFFERED_FOR)
        row.save(update_fields=["state", "held_back", "treated", "free_until"])
        mark(row, RELEASED, why.strip(), at=at, by=by)
        record_change("release_lot", lot, at=at, by=by)
        matching.tell_matches(row, at=at)
        return row


def _not_looked_at(treated: str) -> list[Problem]:
    if treated in (RAW, TREATED_YES):
        return []
    what = _("Whoever releases a lot says whether it is raw or treated.")
    return [Problem("unknown-word", "treated", what, _("Where nobody knows, it stays set aside."))]


@retrying
def move_lot(*, id: str, lot: str, place: str, at: datetime, bin: str = "", by: str = "") -> Lot:
    """Another place or bin for a whole lot. It stays whose it was.

    Raises ProblemError: no-lot, lot-gone, unknown-place, text-too-long.
    """
    with transaction.atomic():
        row = locked_lot(lot)
        if was_done(id):
            return row
        refuse_with([*refuse_gone(row), *text_problems("bin", bin, 24)])
        keeper_of(place)
        if place != row.place:
            moved = own_event(id, "move", row, row.stock.onhand, at=at, to_resource=lot, to_location=place)
            record(entries=[moved], at=at, by=by or None)
        elif bin != row.bin:
            mark(row, TOLD, bin, at=at, by=by)
        row.place, row.bin = place, bin
        row.save(update_fields=["place", "bin"])
        record_change("move_lot", lot, at=at, by=by)
        return row


@retrying
def describe_lot(*, lot: str, said: Described, at: datetime, by: str = "") -> Lot:
    """Other words for a lot. What it is made of and whether it is treated are not words: see ``release_lot``.

    Raises ProblemError: no-lot, those of the words.
    """
    with transaction.atomic():
        row = locked_lot(lot)
        refuse_with(list(description_problems(said)))
        words = {name: value for name, value in asdict(said).items() if name != "treated"}
        words["title"] = " ".join(said.title.split()) or row.title
        if all(getattr(row, name) == value for name, value in words.items()):
            return row
        Lot.objects.filter(pk=lot).update(**words)
        for name, value in words.items():
            setattr(row, name, value)
        mark(row, TOLD, "", at=at, by=by)
        record_change("describe_lot", lot, at=at, by=by)
        if row.state != GONE:
            label_lot(row, at=at, by=by)
        return row
