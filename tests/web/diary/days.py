"""A house with a café inside and people in it, and dates for the diary, in one line each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from wikivillage.model import load_village_text
from wikivillage.web.diary.actions import put_occurrence
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.registry.village_actions import record_village

AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")

HOUSE = """village: A house
site: {latitude: 48.857, longitude: 2.410, timezone: Europe/Paris}
horizon: {start: 2025-06-01, hours: 2}
agents:
  etic: {name: ÉTIC}
places:
  ground: {name: {en: Ground floor, fr: Rez-de-chaussée}, floor: 0, area: 90 m2, use: shop, run_by: etic}
  cafe:   {name: {en: Café, fr: Café}, floor: 0, inside: ground, area: 60 m2, use: shop, run_by: etic}
  lab:    {name: {en: Laboratory, fr: Laboratoire}, floor: 1, area: 60 m2, use: workshop, run_by: etic}
needs:
  light: {resource: electricity, amount: 1 kW, at: cafe}
exchanges: {grid: {resource: electricity, buy: 0.2 EUR/kWh}}
"""


def house() -> None:
    """Put the house into the database."""
    record_village(village=load_village_text(HOUSE, Path()), base=Path(), at=AT)


def paris(text: str) -> datetime:
    """A moment by the clocks of Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def put(uid: str, begin: str, hours: float = 2, **more: Any) -> Occurrence:
    """Something in the diary."""
    start = paris(begin)
    words = {"title": uid.capitalize(), "kind": "meeting", "at": AT, **more}
    return put_occurrence(uid=uid, begin=start, end=start + timedelta(hours=hours), **words)
