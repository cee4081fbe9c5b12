"""Villages in a few lines, and the moment at which their pages are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch
from xml.etree import ElementTree

from django.test import Client
from django.utils import timezone

from tests.web.remembered import forget_all
from wikivillage.model import load_village_text
from wikivillage.web.registry.village_actions import record_village

AT = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
"""A Thursday morning, half past ten in Paris."""

HOUSE = """village: A house
site: {latitude: 48.857, longitude: 2.410, timezone: Europe/Paris}
horizon: {start: 2025-06-01, hours: 2}
agents:
  etic: {name: ÉTIC}
  alice: {name: Alice Martin, kind: person}
places:
  attic: {name: {en: Attic, fr: Grenier}, floor: 1, area: 30 m2, use: studio, run_by: etic}
  flat:  {name: {en: Flat, fr: Logement}, floor: 0, area: 60 m2, use: home, run_by: alice}
  niche: {name: {en: Niche, fr: Niche}, inside: flat, area: 10 m2}
  vault: {name: {en: Vault, fr: Cave}, floor: -1, area: 20 m2, use: technical}
  top:   {name: {en: Roof, fr: Toit}, floor: 2, use: roof, surfaces: {roof: 40 m2}}
processes:
  pv: {recipe: pv_roof, at: top, size: 3 kWp}
  heat_pump: {recipe: heat_pump_air_water, at: vault, size: 5 kW}
stores:
  rain_tank: {recipe: rain_tank, at: vault, size: 4 m3}
needs:
  light: {resource: electricity, amount: 1 kW, at: flat}
  warmth: {resource: heat, amount: 1 kW}
exchanges: {grid: {resource: electricity, buy: 0.2 EUR/kWh}}
"""


def record(text: str = HOUSE, at: datetime = AT) -> None:
    """Put a village in words into the database."""
    record_village(village=load_village_text(text, Path()), base=Path(), at=at)


@contextmanager
def present(at: datetime = AT) -> Iterator[None]:
    """It is this moment, and nothing is remembered from another test."""
    forget_all()
    with patch.object(timezone, "now", lambda: at):
        yield
    forget_all()


def page(path: str, *, lang: str = "fr", status: int = 200, client: Client | None = None) -> str:
    """A page as somebody reads it."""
    answer = (client or Client()).get(path, headers={"accept-language": lang})
    assert answer.status_code == status, path
    return answer.content.decode()


def drawings(text: str) -> list[ElementTree.Element]:
    """The drawings of a page that can be touched, parsed."""
    parts = [part for part in text.split("<svg ")[1:] if 'role="group"' in part.split(">", 1)[0]]
    return [ElementTree.fromstring("<svg " + part.split("</svg>")[0] + "</svg>") for part in parts]


def links(drawing: ElementTree.Element) -> list[str]:
    """Where the places of a drawing lead."""
    return [link.attrib["href"] for link in drawing.iter("a")]
