"""The facts of some days as the record of a plan, so that the same nets are drawn of both: what a ribbon is, who is an
end, what is grey. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from wikivillage.model.kinds import Name, Village
from wikivillage.report.net_builder import SIDES
from wikivillage.report.reading import Reading, read
from wikivillage.web.pulse.parts import Part

NETWORK = "village"
BY_HAND = {"put": "offered", "drawn": "served"}
HAND = Name("By hand", "À la main")
ENERGY = "kWh"


def reading_of(parts: Sequence[Part], village: Village, lang: str, *, holding: Collection[str] = ()) -> Reading:
    """Some parts, to be read in a language as a plan is. ``holding``: resources that can wait where they are."""
    flows = [_flow(part, village) for part in parts if part.kind != "worked" and part.resource in village.resources]
    flows += [*_from_nature(flows, village), *_waiting(flows, village, holding)]
    used = {flow["resource"] for flow in flows}
    resources = [_resource(village, id) for id in used]
    places = [{"id": place.id, "name": _name(place.name)} for place in village.places.values()]
    return read({"resources": resources, "flows": flows, "places": places}, pd.DataFrame(), lang)


def _flow(part: Part, village: Village) -> dict[str, Any]:
    resource = village.resources[part.resource]
    return {
        "flow": f"{part.id}.{part.kind}.{part.resource}",
        "kind": BY_HAND.get(part.kind, part.kind),
        "id": part.id,
        "resource": part.resource,
        "network": NETWORK,
        "unit": resource.unit,
        "loop": resource.loop,
        "total": part.amount,
        "nature": resource.nature,
        "name": _name(HAND if part.kind in BY_HAND else name_of(part.kind, part.id, village)),
        "at": _at(part.kind, part.id, village),
        "part": part.kind,
    }


def _resource(village: Village, id: str) -> dict[str, Any]:
    resource = village.resources[id]
    return {
        "id": id,
        "name": _name(resource.name),
        "unit": resource.unit,
        "loop": resource.loop,
        "nature": resource.nature,
        "tempo": resource.tempo,
    }


SECTIONS = {
    "output": "processes",
    "input": "processes",
    "worked": "processes",
    "served": "needs",
    "offered": "offers",
    "bought": "exchanges",
    "sold": "exchanges",
    "charged": "stores",
    "discharged": "stores",
}
"""The section of the village file that a kind of flow belongs to."""


def name_of(kind: str, id: str, village: Village) -> Name | None:
    """What people call a thing: its own name, else that of its recipe."""
    if kind in BY_HAND:
        return HAND
    entry: Any = getattr(village, SECTIONS[kind]).get(id)
    if entry is None or entry.name is not None:
        return entry.name if entry else None
    recipes: Mapping[str, Any] = village.store_recipes if SECTIONS[kind] == "stores" else village.recipes
    recipe = recipes.get(getattr(entry, "recipe", ""))
    return recipe.name if recipe else None


def _at(kind: str, id: str, village: Village) -> str | None:
    entry = getattr(village, SECTIONS[kind]).get(id) if kind in SECTIONS else None
    return entry.at if entry else None


def _name(name: Name | None) -> dict[str, str]:
    return {"en": name.en, "fr": name.fr} if name else {}


def _from_nature(flows: Sequence[Mapping[str, Any]], village: Village) -> list[dict[str, Any]]:
    """What no meter counts and physics knows: the energy that a heat pump takes out of the air closes its balance."""
    sides: dict[str, float] = defaultdict(float)
    takes: set[str] = set()
    for flow in flows:
        if flow["kind"] in ("input", "output") and flow["unit"] == ENERGY and not flow["nature"]:
            sides[flow["id"]] += flow["total"] * (1 if flow["kind"] == "output" else -1)
            takes |= {flow["id"]} if flow["kind"] == "input" else set()
    found = []
    for id in sorted(takes):
        arcs = village.recipes[village.processes[id].recipe].inputs
        given = [a.resource for a in arcs if a.rest == "energy" and village.resources[a.resource].nature]
        if given and sides[id] > 0:
            part = Part("input", id, given[0], ENERGY, sides[id], 0)
            found.append(_flow(part, village))
    return found


ROUNDING = 1e-6
WAITING = "waiting/"


def _waiting(flows: Sequence[Mapping[str, Any]], village: Village, holding: Collection[str]) -> list[dict[str, Any]]:
    """What came and did not go on waits where it is, such as paper until it is collected: it is not unexplained."""
    rest: dict[str, float] = defaultdict(float)
    for flow in flows:
        if not flow["nature"]:
            rest[flow["resource"]] += flow["total"] * (1 if SIDES[flow["kind"]] == "in" else -1)
    found = []
    for id in sorted(set(rest) & set(holding)):
        if abs(rest[id]) > ROUNDING:
            kind = "charged" if rest[id] > 0 else "discharged"
            flow = _flow(Part(kind, WAITING + id, id, village.resources[id].unit, abs(rest[id]), 0), village)
            found.append({**flow, "name": _name(village.resources[id].name)})
    return found
