"""Everything that lets matter leave the village as waste."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.flows.kinds import Event, NewStock
from wikivillage.web.exchange.lot_rules import KG, channel_problems, text_problems, weight_problems
from wikivillage.web.exchange.lot_stocks import (
    WayOut,
    after_change,
    locked_lot,
    own_event,
    refuse_gone,
    refuse_short,
    was_done,
    ways_out,
)
from wikivillage.web.exchange.lot_words import QUARANTINED, TREATED_YES
from wikivillage.web.exchange.models import Lot, WasteExit
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.models import Stock
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.shell.templatetags.village import day


@retrying
def throw_away(
    *,
    id: str,
    lot: str,
    kg: Decimal | None,
    exchange: str,
    channel: str,
    at: datetime,
    certificate: str = "",
    by: str = "",
) -> WasteExit:
    """Kilograms of a lot leave as waste, with somebody, to an end. Only once it was offered long enough.

    Raises ProblemError: no-lot, lot-gone, those of the weight, still-offered, no-way-out, unknown-word, not-so-much,
    text-too-long.
    """
    with transaction.atomic():
        row = locked_lot(lot)
        if was_done(id):
            return WasteExit.objects.get(pk=id)
        way = next((one for one in ways_out(row.spec) if one.id == exchange), None)
        problems = [*refuse_gone(row), *weight_problems(kg, "kg", sure=True), *_still_offered(row, at)]
        problems += [*channel_problems(channel), *text_problems("certificate", certificate, 80), *_no_way(way)]
        refuse_with(problems or (refuse_short(row, kg, at) if kg is not None else []))
        assert way is not None, "a missing way out is a problem"
        assert kg is not None, "a missing weight is a problem"
        record(entries=[_leaving(id, row, kg, way, channel, at)], at=at, by=by or None)
        gone = WasteExit.objects.create(
            event=id,
            lot=row,
            kg=kg,
            exchange=way.id,
            carrier_id=way.partner,
            channel=channel,
            certificate=certificate.strip(),
            by=by,
            at=at,
        )
        record_change("throw_away_lot", lot, at=at, by=by)
        after_change(row, at=at, by=by)
        return gone


def _no_way(way: WayOut | None) -> list[Problem]:
    if way is not None:
        return []
    what = _("Nobody takes this kind of waste there.")
    return [Problem("no-way-out", "exchange", what, _("Choose one of the list."))]


def _leaving(id: str, lot: Lot, kg: Decimal, way: WayOut, channel: str, at: datetime) -> Event:
    """From a lot to whoever takes it, into the account of what is beyond this exchange."""
    there = Stock.objects.filter(pk=way.stock).exists()
    partner = way.partner
    new = NewStock(
        way.stock, KG, spec=way.resource, primary_accountable=partner, custodian=partner, allow_negative=True
    )
    own = own_event(id, "transfer", lot, kg, at=at, basis=f"waste: {channel}")
    return replace(
        own,
        receiver=partner,
        to_resource=way.stock if there else None,
        new_to_resource=None if there else new,
    )


def _still_offered(lot: Lot, at: datetime) -> list[Problem]:
    """What is known to be treated and set aside is nobody's wish; everything else is offered to its last day."""
    if at >= lot.free_until or (lot.state == QUARANTINED and lot.treated == TREATED_YES):
        return []
    what = _("It is offered until %(day)s, and may be thrown away after that day.") % {"day": day(lot.free_until)}
    hint = _("Until then somebody may want it. Set it aside if it is dangerous.")
    return [Problem("still-offered", "", what, hint)]
