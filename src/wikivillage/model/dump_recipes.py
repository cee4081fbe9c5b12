"""A village's own resources, recipes and profiles as trees of words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from wikivillage.base.units import write_number, write_quantity
from wikivillage.model.dump_series import dump_number, dump_series, graded
from wikivillage.model.kinds import Arc, Costs, Name, Number, Profile, Recipe, Resource, StoreRecipe
from wikivillage.model.resources import content_of_unit
from wikivillage.model.values import default_name
from wikivillage.model.yaml_text import Tree, dump_name, kept, yes


def dump_resource(resource: Resource) -> Tree:
    """One own kind of thing."""
    return kept(
        name=_name(resource.id, resource.name),
        unit=resource.unit,
        tempo=resource.tempo,
        loop=resource.loop,
        composition=_composition(resource),
        legal=resource.legal,
        nature=yes(resource.nature),
        missing_price=dump_number(resource.missing_price),
    )


def _composition(resource: Resource) -> Tree:
    """What it holds, unless its unit says so already."""
    said = dict(resource.composition) != content_of_unit(resource.unit)
    return {component: dump_number(number) for component, number in resource.composition.items()} if said else None


def dump_recipe(recipe: Recipe) -> Tree:
    """One own recipe."""
    return kept(
        name=_name(recipe.id, recipe.name),
        loop=recipe.loop,
        activity=recipe.activity_unit,
        size_unit=recipe.size_unit,
        inputs=_arcs(recipe.inputs),
        outputs=_arcs(recipe.outputs),
        rate=dump_number(recipe.rate),
        availability=dump_series(recipe.availability, "1", any_driver=True),
        runs=None if recipe.runs == "up_to" else recipe.runs,
        costs=_costs(recipe.costs) or None,
        running=dump_number(recipe.running),
        carbon=dump_number(recipe.carbon),
        footprint=_footprint(recipe.footprint),
        use=recipe.use,
        note=recipe.note or None,
    )


def dump_store_recipe(recipe: StoreRecipe) -> Tree:
    """One own kind of store."""
    shares = ("loss", "charge", "discharge", "rate_in", "rate_out", "fill_low", "fill_high", "holding")
    return kept(
        name=_name(recipe.id, recipe.name),
        loop=recipe.loop,
        holds=recipe.holds,
        size_unit=recipe.size_unit,
        capacity=dump_number(recipe.capacity),
        **{key: dump_number(getattr(recipe, key)) for key in shares},
        costs=_costs(recipe.costs) or None,
        power_costs=None if recipe.power_costs is None else _costs(recipe.power_costs),
        footprint=_footprint(recipe.footprint),
        note=recipe.note or None,
    )


def dump_profile(profile: Profile) -> Tree:
    """One own shape of use."""
    return kept(
        name=_name(profile.id, profile.name),
        workday=_weights(profile.workday),
        weekend=_weights(profile.weekend),
        weekdays=_weights(profile.weekdays),
        months=_weights(profile.months),
        closed=list(profile.closed) or None,
        grade=profile.grade,
        source=profile.source,
    )


def _weights(weights: tuple[float, ...]) -> Tree:
    return [write_number(weight) for weight in weights]


def _name(id: str, name: Name) -> Tree:
    return None if name == default_name(id) else dump_name(name)


def _arcs(arcs: tuple[Arc, ...]) -> Tree:
    return {arc.resource: _arc(arc) for arc in arcs} or None


def _arc(arc: Arc) -> Tree:
    delay = write_quantity(arc.delay_hours, "h") if arc.delay_hours else None
    if arc.amount is None:
        return kept(rest=arc.rest, delay=delay)
    times, per = dump_series(arc.times, "1", any_driver=True), dump_series(arc.per, "1", any_driver=True)
    tree = {**graded(arc.amount), **kept(times=times, per=per, delay=delay)}
    return tree["value"] if len(tree) == 1 else tree


def _costs(costs: Costs) -> dict[str, Tree]:
    return kept(**{field.name: dump_number(getattr(costs, field.name)) for field in fields(costs)})


def _footprint(footprint: Mapping[str, Number]) -> Tree:
    return {surface: dump_number(area) for surface, area in footprint.items()} or None
