"""Village -> village file, in the language that ``load`` reads: ``load(dump(village)) == village``.

Resources, recipes and profiles of the library are left to the library; the village's own are written in full.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wikivillage.base.units import over, per_hour, plain_unit, write_number, write_quantity, write_range
from wikivillage.model.dump_recipes import dump_profile, dump_recipe, dump_resource, dump_store_recipe
from wikivillage.model.dump_series import dump_series
from wikivillage.model.kinds import (
    Agent,
    Exchange,
    FromClimate,
    FromFile,
    FromProfile,
    Goal,
    Name,
    Need,
    Offer,
    Place,
    Process,
    Series,
    Shift,
    Site,
    Store,
    Village,
)
from wikivillage.model.library import goal_kinds
from wikivillage.model.values import default_name
from wikivillage.model.yaml_text import Tree, dump_name, kept, write_sections, yes


def dump_village(village: Village) -> str:
    """The text of a village file that loads as exactly this village, given the same library and data files."""
    return write_sections(village_trees(village))


def village_trees(village: Village) -> dict[str, Tree]:
    """The sections of a village file as trees of words, in their order; those that say nothing are left out."""
    sections: dict[str, Tree] = {
        "village": village.name,
        "site": _site(village.site) if village.site else None,
        "horizon": _horizon(village),
        "finance": _finance(village),
        "agents": _entries(village.agents, _agent),
        "resources": _own(village.resources, dump_resource),
        "recipes": _own(village.recipes, dump_recipe),
        "store_recipes": _own(village.store_recipes, dump_store_recipe),
        "profiles": _own(village.profiles, dump_profile),
        "places": _entries(village.places, _place),
        "processes": _entries(village.processes, _process),
        "stores": _entries(village.stores, lambda store: _store(store, village)),
        "needs": _entries(village.needs, lambda need: _need(need, village)),
        "offers": _entries(village.offers, lambda offer: _offer(offer, village)),
        "exchanges": _entries(village.exchanges, lambda exchange: _exchange(exchange, village)),
        "goals": _entries(village.goals, _goal),
    }
    return {key: tree for key, tree in sections.items() if tree}


def _entries(entries: Mapping[str, Any], dump: Callable[[Any], Tree]) -> dict[str, Tree]:
    return {id: dump(entry) for id, entry in entries.items()}


def _own(entries: Mapping[str, Any], dump: Callable[[Any], Tree]) -> dict[str, Tree]:
    return {id: dump(entry) for id, entry in entries.items() if entry.origin == "village"}


def _site(site: Site) -> Tree:
    return kept(
        latitude=write_number(site.latitude),
        longitude=write_number(site.longitude),
        altitude=write_quantity(site.altitude_m, "m") if site.altitude_m else None,
        timezone=site.timezone,
        weather=site.weather,
        seed=str(site.seed) if site.seed else None,
    )


def _horizon(village: Village) -> Tree:
    horizon = village.horizon
    start = horizon.start.isoformat(sep=" ", timespec="minutes").removesuffix(" 00:00")
    return kept(start=start, hours=str(horizon.hours), cyclic=None if horizon.cyclic else "no")


def _finance(village: Village) -> Tree:
    finance = village.finance
    return kept(
        discount_rate=write_quantity(finance.discount_rate, "1") if finance.discount_rate else None,
        carbon_price=write_quantity(finance.carbon_price, "EUR/kgCO2e") if finance.carbon_price else None,
    )


def _agent(agent: Agent) -> Tree:
    return {"name": agent.name, "kind": agent.kind}


def _name(id: str, name: Name) -> Tree:
    return None if name == default_name(id) else dump_name(name)


def _place(place: Place) -> Tree:
    return kept(
        name=_name(place.id, place.name),
        floor=None if place.floor is None else str(place.floor),
        area=_quantity(place.area_m2, "m2"),
        use=place.use,
        run_by=place.run_by,
        inside=place.inside,
        surfaces={surface: write_quantity(area, "m2") for surface, area in place.surfaces.items()} or None,
        networks=dict(place.networks) or None,
    )


def _process(process: Process) -> Tree:
    return kept(
        name=dump_name(process.name) if process.name else None,
        recipe=process.recipe,
        at=process.at,
        to=process.to,
        size=write_range(process.size.low, process.size.high, process.size.unit) if process.size else None,
        owned=yes(process.owned),
    )


def _store(store: Store, village: Village) -> Tree:
    unit = village.resources[village.store_recipes[store.recipe].holds].unit
    end_high = float("inf") if store.end_high is None else store.end_high
    return kept(
        name=dump_name(store.name) if store.name else None,
        recipe=store.recipe,
        at=store.at,
        size=write_range(store.size.low, store.size.high, store.size.unit) if store.size else None,
        power=write_range(store.power.low, store.power.high, store.power.unit) if store.power else None,
        owned=yes(store.owned),
        start=_quantity(store.start, unit),
        end=None if store.end_low is None else write_range(store.end_low, end_high, unit),
    )


def _amount(series: Series, unit: str) -> dict[str, Tree]:
    """The keys that say an amount per hour: an amount and its profile, or a series."""
    match series:
        case FromProfile(profile, rate):
            return {"amount": write_quantity(rate, unit), "profile": profile}
        case FromFile() | FromClimate():
            return {"series": dump_series(series, unit)}
        case _:
            return {"amount": dump_series(series, unit)}


def _need(need: Need, village: Village) -> Tree:
    unit = village.resources[need.resource].unit
    return kept(
        name=dump_name(need.name) if need.name else None,
        resource=need.resource,
        **_amount(need.amount, per_hour(unit)),
        at=need.at,
        priority=None if need.priority == "essential" else need.priority,
        missing_price=_quantity(need.missing_price, over("EUR", unit)),
        shift=_shift(need.shift, per_hour(unit)) if need.shift else None,
        use=need.use,
    )


def _shift(shift: Shift, unit: str) -> Tree:
    return kept(hours=f"{shift.first}..{shift.last}", most=_quantity(shift.most_per_hour, unit))


def _offer(offer: Offer, village: Village) -> Tree:
    unit = per_hour(village.resources[offer.resource].unit)
    return kept(
        name=dump_name(offer.name) if offer.name else None,
        resource=offer.resource,
        **_amount(offer.amount, unit),
        at=offer.at,
        must_take=yes(offer.must_take),
    )


def _exchange(exchange: Exchange, village: Village) -> Tree:
    unit = village.resources[exchange.resource].unit
    price, carbon = over("EUR", unit), over("kgCO2e", unit)
    return kept(
        name=dump_name(exchange.name) if exchange.name else None,
        resource=exchange.resource,
        at=exchange.at,
        buy=dump_series(exchange.buy, price),
        sell=dump_series(exchange.sell, price),
        carbon=dump_series(exchange.carbon, carbon),
        carbon_sold=dump_series(exchange.carbon_sold, carbon),
        renewable=write_quantity(exchange.renewable, "1") if exchange.renewable else None,
        buy_most=_quantity(exchange.buy_most_per_hour, per_hour(unit)),
        sell_most=_quantity(exchange.sell_most_per_hour, per_hour(unit)),
        buy_most_per_year=_quantity(exchange.buy_most_per_year, unit),
        sell_most_per_year=_quantity(exchange.sell_most_per_year, unit),
        waste=yes(exchange.waste),
        partner=exchange.partner,
    )


def _goal(goal: Goal) -> Tree:
    unit = "1" if goal_kinds()[goal.measure].share else goal.unit
    return kept(
        name=dump_name(goal.name) if goal.name else None,
        measure=goal.measure,
        resource=goal.resource,
        **{goal.sense: write_quantity(goal.target, unit)},
        matched=None if goal.matched == "year" else goal.matched,
        worth=write_quantity(goal.worth, over("EUR", plain_unit(goal.unit))),
    )


def _quantity(value: float | None, unit: str) -> str | None:
    return None if value is None else write_quantity(value, unit)
