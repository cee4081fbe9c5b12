"""The village file as its places see it: what stands at each, and which loops serve it.

It changes only with the file, so it is read once for each version of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wikivillage.model.kinds import Name, Range, Village
from wikivillage.report.markup import LOOPS
from wikivillage.web.building.kinds import HIDDEN, kind_of_process, kind_of_store
from wikivillage.web.registry.models import Change, Place
from wikivillage.web.registry.village_file import load_stored_village
from wikivillage.web.shell.kept import keep

ELECTRIC_UNIT = "kWh"
KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An entry of the village file that stands at a place. ``kind``: how it is drawn; ``capacity``: what a store holds
    per unit of size; ``main``: its own loop, before those of what it takes and gives."""

    id: str
    section: str
    name: Name
    loops: tuple[str, ...]
    kind: str = HIDDEN
    size: Range | None = None
    resource: str | None = None
    capacity: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOf:
    """A place and what stands there. ``run_by`` is a pseudonym."""

    id: str
    name: Name
    floor: int | None
    area: float | None
    use: str | None
    run_by: str | None
    inside: str | None
    surfaces: Mapping[str, float]
    standing: tuple[Standing, ...]

    @property
    def loops(self) -> tuple[str, ...]:
        """The loops that serve it, in their order."""
        return in_order(loop for one in self.standing for loop in one.loops)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that flows: its name, unit and loop."""

    name: Name
    unit: str
    loop: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """The places in the order of the file, what stands nowhere in particular, and the kinds of things that flow."""

    name: str
    places: tuple[PlaceOf, ...]
    everywhere: tuple[Standing, ...]
    kinds: Mapping[str, Kind]

    @property
    def electric(self) -> frozenset[str]:
        """The resources that are counted as electricity."""
        return frozenset(id for id, one in self.kinds.items() if one.loop == "energy" and one.unit == ELECTRIC_UNIT)

    def find(self, place: str) -> PlaceOf | None:
        """A place by its id."""
        return next((one for one in self.places if one.id == place), None)


def version() -> str:
    """Which village file it is: when it was written, and by which change."""
    row = Change.objects.filter(verb="record_village").order_by("-pk").values_list("pk", "at").first()
    return f"{row[0]}.{row[1].timestamp():.0f}" if row else "none"


def inventory(of: str, at: datetime) -> Inventory:
    """The places of a version of the village file, which never change. Raises ProblemError before there is one."""
    return keep(f"building.inventory.{of}", lambda: _read(load_stored_village()), at=at, fresh=KEPT).value


def _read(village: Village) -> Inventory:
    run_by = dict(Place.objects.values_list("id", "run_by_id"))
    standing = [*_processes(village), *_stores(village), *_wishes(village)]
    by_place: dict[str | None, list[Standing]] = {}
    for at, one in standing:
        by_place.setdefault(at if at in village.places else None, []).append(one)
    places = tuple(
        PlaceOf(
            id=place.id,
            name=place.name,
            floor=place.floor,
            area=place.area_m2,
            use=place.use,
            run_by=run_by.get(place.id),
            inside=place.inside,
            surfaces=place.surfaces,
            standing=tuple(by_place.get(place.id, ())),
        )
        for place in village.places.values()
    )
    kinds = {id: Kind(one.name, one.unit, one.loop) for id, one in village.resources.items()}
    return Inventory(village.name, places, tuple(by_place.get(None, ())), kinds)


Placed = tuple[str | None, Standing]


def _processes(village: Village) -> Iterator[Placed]:
    for one in village.processes.values():
        recipe = village.recipes[one.recipe]
        arcs = [arc.resource for arc in (*recipe.inputs, *recipe.outputs)]
        yield (
            one.at,
            Standing(
                id=one.id,
                section="processes",
                name=one.name or recipe.name,
                loops=_loops(village, arcs, first=recipe.loop),
                kind=kind_of_process(recipe, village.resources),
                size=one.size,
            ),
        )


def _stores(village: Village) -> Iterator[Placed]:
    for one in village.stores.values():
        recipe = village.store_recipes[one.recipe]
        yield (
            one.at,
            Standing(
                id=one.id,
                section="stores",
                name=one.name or recipe.name,
                loops=_loops(village, [recipe.holds], first=recipe.loop),
                kind=kind_of_store(recipe),
                size=one.size,
                resource=recipe.holds,
                capacity=recipe.capacity.value,
            ),
        )


def _wishes(village: Village) -> Iterator[Placed]:
    """Needs, offers and exchanges: they are not drawn, and serve the place where they are."""
    sections = (("needs", village.needs), ("offers", village.offers), ("exchanges", village.exchanges))
    for section, entries in sections:
        for one in entries.values():
            name = one.name or village.resources[one.resource].name
            loops = _loops(village, [one.resource])
            yield one.at, Standing(id=one.id, section=section, name=name, loops=loops, resource=one.resource)


def _loops(village: Village, resources: Sequence[str], first: str | None = None) -> tuple[str, ...]:
    """The loops of what people make and need; sun, rain and air come by themselves."""
    known = [village.resources[id] for id in resources if id in village.resources]
    touched = [one.loop for one in known if not one.nature]
    own = [first] if first and (first in touched or not touched) else []
    return tuple(dict.fromkeys([*own, *in_order(touched)]))


def in_order(loops: Iterable[str]) -> tuple[str, ...]:
    """Loops once each, in the order in which the village has them."""
    found = set(loops)
    return tuple(loop for loop in LOOPS if loop in found)
