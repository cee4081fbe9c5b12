"""Parts of a lot that become lots of their own."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.flows.kinds import Entry
from wikivillage.web.exchange.lot_rules import MOST_PARTS, weight_problems
from wikivillage.web.exchange.lot_stocks import (
    after_change,
    labelled_stock,
    locked_lot,
    own_event,
    refuse_gone,
    refuse_short,
    was_done,
)
from wikivillage.web.exchange.models import Lot
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.models import Stock
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.registry.actions import record_change, refuse_with


@retrying
def split_lot(*, id: str, lot: str, parts: tuple[Decimal | None, ...], at: datetime, by: str = "") -> list[Lot]:
    """Parts of a lot become lots of their own, with numbers of their own; what is left stays what it was.

    Raises ProblemError: no-lot, lot-gone, those of the weights, not-so-much, no-parts,
    too-many-parts.
    """
    with transaction.atomic():
        row = locked_lot(lot)
        ids = [f"{id}-{number}" for number in range(1, len(parts) + 1)]
        if ids and was_done(f"split-{ids[0]}"):
            return list(Lot.objects.select_related("stock").filter(pk__in=ids).order_by("pk"))
        problems = [*refuse_gone(row), *(one for part in parts for one in weight_problems(part, "kg", sure=True))]
        weights = [part for part in parts if part is not None]
        refuse_with(problems or _how_many(weights) or refuse_short(row, sum(weights, Decimal(0)), at))
        entries: list[Entry] = []
        for part_id, part in zip(ids, weights, strict=True):
            owner = row.stock.primary_accountable_id
            stock = labelled_stock(part_id, spec=row.spec, owner=owner, place=row.place, title=row.title, at=at, by=by)
            entries.append(own_event(f"split-{part_id}", "move", row, part, at=at, new_to_resource=stock))
        record(entries=entries, at=at, by=by or None)
        found = [_part_of(row, part_id, part, at) for part_id, part in zip(ids, weights, strict=True)]
        record_change("split_lot", lot, at=at, by=by)
        after_change(row, at=at, by=by)
        return found


def _how_many(parts: list[Decimal]) -> list[Problem]:
    if not parts:
        return [Problem("no-parts", "parts", _("Say how much each part weighs."))]
    if len(parts) > MOST_PARTS:
        what = _("These are more than %(most)s lots.") % {"most": MOST_PARTS}
        return [Problem("too-many-parts", "parts", what, _("Split it in two goes."))]
    return []


def _part_of(lot: Lot, id: str, kg: Decimal, at: datetime) -> Lot:
    names = ("spec", "title", "size", "longest_cm", "condition", "origin", "treated", "place", "bin", "given_by_id")
    same = {name: getattr(lot, name) for name in (*names, "state", "held_back", "free_until", "times_used")}
    return Lot.objects.create(stock=Stock.objects.get(pk=id), dropped_at=at, dropped_kg=kg, **same)
