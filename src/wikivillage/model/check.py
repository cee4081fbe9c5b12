"""What can be wrong with a village although each of its entries reads well: small checks, in a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

import numpy as np

from wikivillage.base.problems import Problem, nearest
from wikivillage.base.units import plain_unit, write_number
from wikivillage.model.conservation import check_recipe, written_amounts, written_values
from wikivillage.model.kinds import Costs, Exchange, Process, Recipe, Resource, Store, StoreRecipe, Village

Node = tuple[str, str]
"""A resource and the network that carries it."""


class Where(Protocol):
    """``file:line`` of a section, of an entry in it, or of a key of that entry."""

    def __call__(self, section: str, id: str = "", key: str = "") -> str: ...


def nowhere(section: str, id: str = "", key: str = "") -> str:
    """Where, for a village that was not read from a file: the words themselves."""
    return ".".join(part for part in (section, id, key) if part)


def check_village(village: Village, where: Where = nowhere, *, whole: bool = True) -> list[Problem]:
    """Every problem of a village. ``whole`` is False where entries are missing: then nobody asks who makes what."""
    checks = [*CHECKS, *(WHOLE_CHECKS if whole else ())]
    return [problem for check in checks for problem in check(village, where)]


def network_of(village: Village, resource: str, place: str | None) -> str:
    """The network that brings a resource to a place; ``village`` where nothing is said."""
    known = village.places.get(place) if place else None
    return known.networks.get(resource, "village") if known else "village"


def makers(village: Village) -> set[Node]:
    """Where each resource can come from: processes, exchanges that sell to the village, offers, filled stores."""
    made = {(exchange.resource, exchange.at) for exchange in village.exchanges.values() if exchange.buy}
    made |= {(offer.resource, offer.at) for offer in village.offers.values()}
    made |= {(_held(village, store), store.at) for store in village.stores.values() if store.start}
    for process in village.processes.values():
        made |= {(arc.resource, process.to or process.at) for arc in village.recipes[process.recipe].outputs}
    return {(resource, network_of(village, resource, place)) for resource, place in made}


def takers(village: Village) -> set[Node]:
    """Where each resource can go: processes, needs, exchanges that buy from the village, stores."""
    taken = {(exchange.resource, exchange.at) for exchange in village.exchanges.values() if exchange.sell}
    taken |= {(need.resource, need.at) for need in village.needs.values()}
    taken |= {(_held(village, store), store.at) for store in village.stores.values()}
    for process in village.processes.values():
        taken |= {(arc.resource, process.at) for arc in village.recipes[process.recipe].inputs}
    return {(resource, network_of(village, resource, place)) for resource, place in taken}


def _held(village: Village, store: Store) -> str:
    return village.store_recipes[store.recipe].holds


def check_made(village: Village, where: Where) -> Iterator[Problem]:
    """Whatever is wanted or taken must come from somewhere."""
    made = makers(village)
    asking = [("needs", need.id, need.resource, need.at, "needs") for need in village.needs.values()]
    for process in village.processes.values():
        inputs = village.recipes[process.recipe].inputs
        asking += [("processes", process.id, arc.resource, process.at, "takes") for arc in inputs]
    for section, id, resource, place, verb in asking:
        node = (resource, network_of(village, resource, place))
        if node not in made and not village.resources[resource].nature:
            what = f'{id} {verb} "{resource}"{_in_network(node)}, which nothing makes.'
            yield Problem("nothing_makes", where(section, id), what, _make_hint(resource, made))


def _make_hint(resource: str, made: set[Node]) -> str:
    close = nearest(resource, {other for other, _ in made if other != resource})
    return f'Did you mean "{close}"?' if close else "Add a process, an offer or an exchange that brings it."


def check_taken(village: Village, where: Where) -> Iterator[Problem]:
    """Whatever is made, or must be taken, needs somewhere to go."""
    taken = takers(village)
    giving = [
        ("offers", offer.id, offer.resource, offer.at, "brings")
        for offer in village.offers.values() if offer.must_take
    ]  # fmt: skip
    for process in village.processes.values():
        outputs = village.recipes[process.recipe].outputs
        giving += [("processes", process.id, arc.resource, process.to or process.at, "makes") for arc in outputs]
    for section, id, resource, place, verb in giving:
        node = (resource, network_of(village, resource, place))
        if node not in taken and not village.resources[resource].nature:
            hint = "Add a need, a process that takes it, or an exchange that sells or collects it."
            what = f'{id} {verb} "{resource}"{_in_network(node)}, which nothing takes.'
            yield Problem("nothing_takes", where(section, id), what, hint)


def _in_network(node: Node) -> str:
    return "" if node[1] == "village" else f" in the network {node[1]}"


def check_surfaces(village: Village, where: Where) -> Iterator[Problem]:
    """What covers a surface stands in a place that has it, and has a size."""
    for section, thing, recipe in _things(village):
        for surface in recipe.footprint:
            place = village.places.get(thing.at) if thing.at else None
            if thing.at is None:
                what = f'{thing.id} covers "{surface}" but stands in no place.'
                yield Problem("no_place", where(section, thing.id), what, _surface_hint(village, surface))
            elif place is not None and surface not in place.surfaces:
                what = f'{thing.id} covers "{surface}", which {place.id} does not have.'
                yield Problem("no_surface", where(section, thing.id, "at"), what, _surface_hint(village, surface))


def _surface_hint(village: Village, surface: str) -> str:
    having = [place.id for place in village.places.values() if surface in place.surfaces]
    return f"Places that have it: {', '.join(having)}." if having else f"Give a place surfaces: {{{surface}: 100 m2}}."


def check_room(village: Village, where: Where) -> Iterator[Problem]:
    """The smallest sizes together fit on each surface of each place."""
    least: dict[tuple[str, str], list[tuple[str, str, float]]] = {}
    for section, thing, recipe in _things(village):
        for surface, area in recipe.footprint.items():
            if thing.at is not None and thing.at in village.places and thing.size is not None:
                least.setdefault((thing.at, surface), []).append((section, thing.id, thing.size.low * area.value))
    for (place, surface), parts in least.items():
        there = village.places[place].surfaces.get(surface)
        needed = sum(area for _, _, area in parts)
        if there is not None and needed > there * (1 + 1e-9):
            names = ", ".join(id for _, id, _ in parts)
            what = f"{names} cover at least {needed:g} m2 of the surface {surface} of {place}, which has {there:g} m2."
            yield Problem("no_room", where(parts[-1][0], parts[-1][1], "size"), what, "Make a size smaller.")


def check_sizes(village: Village, where: Where) -> Iterator[Problem]:
    """What costs or covers something per unit of size has a size."""
    for section, thing, recipe in _things(village):
        if thing.size is None and (recipe.footprint or _priced(recipe.costs)):
            unit = plain_unit(recipe.size_unit)
            what = f"{thing.id} has costs or a footprint per {unit}, but no size."
            yield Problem("no_size", where(section, thing.id), what, f"Write size: 0..any {unit}, or a fixed size.")


def _priced(costs: Costs) -> bool:
    return any((costs.capital, costs.upkeep_yearly, costs.embodied, costs.annuity, costs.once))


def _things(village: Village) -> Iterator[tuple[str, Process | Store, Recipe | StoreRecipe]]:
    for process in village.processes.values():
        yield "processes", process, village.recipes[process.recipe]
    for store in village.stores.values():
        yield "stores", store, village.store_recipes[store.recipe]


def check_levels(village: Village, where: Where) -> Iterator[Problem]:
    """A store of fixed size holds what it starts and ends with."""
    for store in village.stores.values():
        recipe = village.store_recipes[store.recipe]
        if store.size is None:
            continue
        most = store.size.high * recipe.capacity.value * (recipe.fill_high.value if recipe.fill_high else 1.0)
        for key, level in (("start", store.start), ("end", store.end_low)):
            if level is not None and level > most * (1 + 1e-9):
                unit = village.resources[recipe.holds].unit
                what = f"{store.id} {key}s with {write_number(level)} {unit}, but holds at most {most:g} {unit}."
                yield Problem("too_full", where("stores", store.id, key), what)


def check_prices(village: Village, where: Where) -> Iterator[Problem]:
    """Nobody can buy and sell the same thing at once, without limit, and earn by it."""
    for buying in village.exchanges.values():
        for selling in village.exchanges.values():
            hour = _earning_hour(village, buying, selling)
            if hour is not None:
                what = (
                    f"{buying.id} buys {buying.resource} for less than {selling.id} sells it for in hour {hour}, both "
                    "without limit: that earns money without end."
                )
                hint = "Give one of them a limit, such as buy_most: 100 kW."
                yield Problem("endless_money", where("exchanges", selling.id, "sell"), what, hint)


def _earning_hour(village: Village, buying: Exchange, selling: Exchange) -> int | None:
    """The first hour in which buying and selling at once earns without limit, as far as prices are written down."""
    limits = (
        buying.buy_most_per_hour, buying.buy_most_per_year, selling.sell_most_per_hour, selling.sell_most_per_year,
    )  # fmt: skip
    if _node(village, buying) != _node(village, selling) or any(limit is not None for limit in limits):
        return None
    paid, earned = written_values(buying.buy), written_values(selling.sell)
    if buying.buy is None or selling.sell is None or paid is None or earned is None:
        return None
    gains = np.atleast_1d(np.asarray(earned) - np.asarray(paid)) > 0
    return int(np.argmax(gains)) if gains.any() else None


def _node(village: Village, exchange: Exchange) -> Node:
    return exchange.resource, network_of(village, exchange.resource, exchange.at)


def check_cyclic(village: Village, where: Where) -> Iterator[Problem]:
    """Places are not inside each other in a circle."""
    for place in village.places.values():
        seen, around = [place.id], place.inside
        while around is not None and around in village.places and around not in seen:
            seen.append(around)
            around = village.places[around].inside
        if around == place.id:
            what = f"{place.id} is inside itself: {' in '.join([*seen, around])}."
            yield Problem("cycle", where("places", place.id, "inside"), what)


def check_physics(
    recipes: Mapping[str, Recipe], resources: Mapping[str, Resource], where: Mapping[str, str]
) -> list[Problem]:  # fmt: skip
    """What recipes create (and, in the library, lose), as far as it can be told before the weather is known."""
    problems = []
    for id, recipe in recipes.items():
        amounts = written_amounts(recipe)
        if amounts is not None:
            problems += check_recipe(recipe, resources, amounts, where.get(id, id))
    return problems


def check_own_physics(village: Village, where: Where) -> Iterator[Problem]:
    """No recipe creates anything. The library's are checked with the village's own kinds of thing, too."""
    places = {id: where("recipes", id) for id in village.recipes}
    yield from check_physics(village.recipes, village.resources, places)


CHECKS: tuple[Callable[[Village, Where], Iterator[Problem]], ...] = (
    check_own_physics,
    check_surfaces,
    check_room,
    check_sizes,
    check_levels,
    check_prices,
    check_cyclic,
)
WHOLE_CHECKS: tuple[Callable[[Village, Where], Iterator[Problem]], ...] = (check_made, check_taken)
