"""The places of the village through the API: what they are, what stands there, and what flowed there yesterday."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone, translation
from ninja import Router, Schema

from wikivillage.web.building.room import room_facts
from wikivillage.web.building.scene import Building, Row, building_at
from wikivillage.web.problems import Problems, not_found
from wikivillage.web.registry.access import TokenAuth, token_of
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.queries import private_among
from wikivillage.web.registry.viewer import Viewer

router = Router(tags=["places"])


class NameOut(Schema):
    """A name in both languages."""

    en: str
    fr: str


class PlaceOut(Schema):
    """A place. ``run_by`` is a handle, left out where it is a person or a household; ``light``: whether something
    happens there (lit, dark, or unknown without a meter); electricity of ``day`` in kWh, null without a meter."""

    id: str
    name: NameOut
    floor: int | None
    area_m2: float | None
    use: str | None
    run_by: str | None
    inside: str | None
    surfaces_m2: dict[str, float]
    loops: list[str]
    light: str
    day: date
    electricity_used_kwh: float | None
    electricity_made_kwh: float | None


class StandingOut(Schema):
    """What the village file puts at a place: a process, a store, a need, an offer or an exchange."""

    id: str
    section: str
    name: NameOut
    loops: list[str]


class FlowOut(Schema):
    """What meters counted of a resource at a place on one day and on the last thirty that are known."""

    resource: str
    role: str
    unit: str
    yesterday: float | None
    last_days: float
    days_known: int
    meters: list[str]


class PlaceDetails(PlaceOut):
    """A place with what stands, flows and is kept there."""

    standing: list[StandingOut]
    flows: list[FlowOut]
    stocks: list[str]


@router.get("/places", auth=TokenAuth("read"), response=list[PlaceOut])
def get_places(request: HttpRequest) -> Any:
    """Every place of the village, from top to bottom."""
    building = _building()
    if building is None:
        return []
    rows = [row for level in building.levels for row in level.rows]
    handles = _handles(rows)
    return [_place(row, building, handles) for row in rows]


@router.get("/places/{id}", auth=TokenAuth("read"), response={200: PlaceDetails, 404: Problems})
def get_place(request: HttpRequest, id: str) -> Any:
    """One place: also what stands there, what flowed there and which stocks are kept there."""
    building = _building()
    row = building.row(id) if building else None
    if building is None or row is None:
        raise not_found("place", id)
    facts = room_facts(row.place, building.inventory, Viewer(token_of(request).agent_id), timezone.now())
    standing = [
        {"id": one.id, "section": one.section, "name": _name(one.name), "loops": list(one.loops)}
        for one in row.place.standing
    ]
    flows = [
        {
            "resource": flow.resource,
            "role": flow.role,
            "unit": flow.unit,
            "yesterday": flow.days.get(facts.last),
            "last_days": flow.month,
            "days_known": len(flow.days),
            "meters": list(flow.meters),
        }
        for flow in facts.flows
    ]
    more = {"standing": standing, "flows": flows, "stocks": [stock.pk for stock in facts.stocks]}
    return {**_place(row, building, _handles([row])), **more}


def _building() -> Building | None:
    with translation.override("en"):
        return building_at(timezone.now())


def _handles(rows: list[Row]) -> dict[str, str]:
    """The handles of who runs places, but of persons and households."""
    agents = {row.who for row in rows if row.who}
    known = Agent.objects.filter(pk__in=agents - private_among(agents)).values_list("pk", "identity__handle")
    return {agent: handle for agent, handle in known if handle}


def _name(name: Any) -> dict[str, str]:
    return {"en": name.en, "fr": name.fr}


def _place(row: Row, building: Building, handles: dict[str, str]) -> dict[str, Any]:
    place = row.place
    return {
        "id": place.id,
        "name": _name(place.name),
        "floor": place.floor,
        "area_m2": place.area,
        "use": place.use,
        "run_by": handles.get(row.who or ""),
        "inside": place.inside,
        "surfaces_m2": dict(place.surfaces),
        "loops": list(row.loops),
        "light": row.room.light,
        "day": building.facts.day,
        "electricity_used_kwh": row.power.used,
        "electricity_made_kwh": row.power.made,
    }
