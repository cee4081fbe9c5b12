"""A yard with a workshop and people who bring and take things, in one line each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from tests.web.registry.somebody import holder
from wikivillage.flows.kinds import Event, Measure, NewStock
from wikivillage.model import load_village_text
from wikivillage.web.exchange.lot_actions import drop_lot
from wikivillage.web.exchange.lot_rules import Described
from wikivillage.web.exchange.models import Lot
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.models import Stock
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.queries import pseudonyms_of
from wikivillage.web.registry.village_actions import record_village

AT = datetime(2026, 11, 12, 9, tzinfo=UTC)

YARD = """village: A yard
site: {latitude: 48.857, longitude: 2.410, timezone: Europe/Paris}
horizon: {start: 2025-06-01, hours: 2}
agents:
  r_urban: {name: R-Urban}
  ici_montreuil: {name: Ici Montreuil}
  collectors: {name: Collectors, kind: outside}
places:
  fablab:   {name: {en: Fablab, fr: Fablab}, floor: 0, area: 90 m2, use: workshop, run_by: ici_montreuil}
  yard:     {name: {en: Yard, fr: Cour}, floor: 0, use: outdoor, run_by: r_urban}
  recyclab: {name: {en: RecycLab, fr: RecycLab}, floor: 0, inside: yard, use: workshop}
processes:
  joinery: {recipe: wood_to_boards, at: fablab}
  sawdust: {recipe: sawdust_to_brown, at: recyclab}
offers:
  fablab_wood: {resource: wood_offcuts, profile: flat, amount: 12500 kg/year, at: fablab}
needs:
  boards: {resource: boards, amount: 1 kg/day, at: fablab}
exchanges:
  grid: {resource: electricity, buy: 0.2 EUR/kWh}
  wood: {resource: wood_offcuts, sell: -0.05 EUR/kg, waste: yes, partner: collectors}
  brown: {resource: brown_dry, sell: 0 EUR/kg, partner: collectors}
  scrap: {resource: wood_scrap, sell: -0.05 EUR/kg, waste: yes, partner: collectors}
  work: {resource: labour, buy: 20 EUR/h}
"""
_keys = count(1)


def key(word: str = "k") -> str:
    """A key that no other form has."""
    return f"{word}-{next(_keys):020}"


def yard() -> None:
    """Put the yard into the database."""
    record_village(village=load_village_text(YARD, Path()), base=Path(), at=AT)


def runs(handle: str) -> str:
    """The pseudonym of somebody of the yard."""
    return pseudonyms_of([handle])[handle]


def member(handle: str) -> Agent:
    """Somebody who belongs to the village."""
    return holder(handle, "member")


def dropped(kg: str | Decimal = "12", spec: str = "wood_offcuts", *, by: Agent | str = "r_urban", **more: Any) -> Lot:
    """A lot that lies in the RecycLab."""
    giver = by.pk if isinstance(by, Agent) else runs(by)
    words = {name: more.pop(name) for name in list(more) if name in Described.__dataclass_fields__}
    given = {"id": f"lot-{next(_keys):012}", "place": "recyclab", "at": AT, "given_by": giver, **more}
    return drop_lot(spec=spec, kg=Decimal(kg), said=Described(**{"title": "chêne", **words}), by=giver, **given)


def many_lots(number: int, *, first: int = 0) -> None:
    """Lots from a first number on, at once, of four kinds in three places: for what has to stay fast."""
    specs = ("wood_offcuts", "boards", "sawdust", "wood_scrap")
    places = ("recyclab", "fablab", "yard")
    owner, entries, rows = runs("r_urban"), [], []
    for one in range(first, number):
        id, spec, place = f"lot-many-{one:05}", specs[one % 4], places[one % 3]
        kg, when = Decimal(1 + one % 97), AT - timedelta(minutes=one)
        stock = NewStock(id, "kg", spec=spec, primary_accountable=owner, location=place, lot=f"M{one:05}")
        entries.append(
            Event(f"drop-{id}", "transfer", owner, owner, new_to_resource=stock, quantity=Measure(kg, "kg"), at=when)
        )
        said = {"title": f"{spec} {one}", "condition": "good", "origin": "fablab", "treated": "no"}
        dates = {"dropped_at": when, "free_until": when + timedelta(days=30)}
        rows.append(Lot(stock_id=id, spec=spec, place=place, given_by_id=owner, dropped_kg=kg, **said, **dates))
    for start in range(0, len(entries), 1000):
        record(entries=entries[start : start + 1000], at=AT)
    Lot.objects.bulk_create(rows, batch_size=500)


def kg_of(lot: Lot | str) -> Decimal:
    """What is there of a lot, by the ledger."""
    return Stock.objects.get(pk=lot if isinstance(lot, str) else lot.pk).onhand


def kg_in_all() -> Decimal:
    """What all stocks together hold, those outside the book too: what changes only where something is made or used."""
    return sum(Stock.objects.filter(unit="kg").values_list("onhand", flat=True), Decimal(0))
