"""What carbon a lot keeps out of the air, from the composition of its kind and the source of that number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from wikivillage.model import yaml_source
from wikivillage.model.library_files import library_entries
from wikivillage.web.registry.models import ResourceKind

CO2_OF_CARBON = Decimal(44) / Decimal(12)
"""Kilograms of carbon dioxide of one kilogram of carbon: 44 to 12 by their molar masses."""


@dataclass(frozen=True, slots=True)
class Carbon:
    """Kilograms of CO2 that a lot holds. ``grown``: it was in the air before, as of wood; else it was in the ground."""

    kg: Decimal
    share: Decimal
    grade: str
    source: str
    link: str
    grown: bool


def carbon_of(kind: ResourceKind | None, kg: Decimal) -> Carbon | None:
    """What is known of it; None where the library says nothing of its carbon, or nothing is left."""
    parts = (kind.tree.get("composition") or {}) if kind is not None else {}
    share, arc = _kilograms(parts.get("carbon")), parts.get("carbon")
    if not share or not kg or not isinstance(arc, dict):
        return None
    title, link = source_of(str(arc.get("source", "")))
    grown = bool(_kilograms(parts.get("nitrogen")) or _kilograms(parts.get("water")))
    return Carbon(kg * share * CO2_OF_CARBON, share, str(arc.get("grade", "C")), title, link, grown)


def _kilograms(arc: Any) -> Decimal:
    words = str(arc.get("value", "") if isinstance(arc, dict) else arc or "").split()
    return Decimal(words[0]) if len(words) == 2 and words[1] == "kg" else Decimal(0)


@cache
def source_of(id: str) -> tuple[str, str]:
    """The title and the address of a source of the library."""
    entry = library_entries("sources").get(id)
    node = entry() if entry else None
    if not isinstance(node, yaml_source.Mapping):
        return id, ""
    said = {key: value.text for key, value in node.values.items() if isinstance(value, yaml_source.Text)}
    return said.get("title", id), said.get("link", "")
