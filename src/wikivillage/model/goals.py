"""Goals: YAML entries -> kinds, with the default worth of each measure from the library."""

from __future__ import annotations

from wikivillage.base.units import over
from wikivillage.model.fields import Field, as_text, read_record
from wikivillage.model.kinds import Goal, Resource
from wikivillage.model.library import GoalKind, goal_kinds
from wikivillage.model.numbers import in_unit
from wikivillage.model.reading import EntryError, Reading, suggestion
from wikivillage.model.values import choice, name, raw
from wikivillage.model.yaml_source import Mapping, Node

DEFAULT_WORTH = 1000.0
"""EUR per unit of a missing amount of a resource that names no missing price; the planner's default, too."""

GOAL = (
    Field("measure", raw, "what is measured, such as renewable_share", required=True),
    Field("at_least", raw, "the least that is wanted"),
    Field("at_most", raw, "the most that is wanted"),
    Field("matched", choice("year", "hourly"), "over the year, or in every hour", default="year"),
    Field("resource", raw, "the resource that is measured"),
    Field("worth", raw, "EUR that the village would pay for one unit of what is missing"),
    Field("name", name, "what people call it"),
)


def read_goal(id: str, mapping: Mapping, reading: Reading) -> Goal | None:
    """One goal, or None where its measure or target could not be read."""
    record = read_record(mapping, GOAL, reading)
    kind = record["measure"] and reading.attempt(record["measure"], _kind)
    resource = record["resource"] and reading.attempt(
        record["resource"], lambda node: reading.shelves.resources.take(node, reading)
    )
    given = [key for key in ("at_least", "at_most") if record[key] is not None]
    if len(given) != 1:
        reading.refuse("target", mapping, "A goal has one target.", "Write at_least: 100 % or at_most: 0 kg.")
        return None
    if kind is None:
        return None
    if kind.unit == "resource" and resource is None:
        if record["resource"] is None:
            reading.refuse("missing_key", mapping, f'"resource" is missing: what {kind.measure} measures.')
        return None
    unit = resource.unit if kind.unit == "resource" and resource else kind.unit
    target = reading.attempt(record[given[0]], lambda node: _target(node, kind, unit))
    worth = _worth(record["worth"], kind, unit, resource, reading)
    if target is None or worth is None:
        return None
    return Goal(
        id=id,
        measure=kind.measure,
        sense="at_least" if given[0] == "at_least" else "at_most",
        target=target,
        unit=unit,
        worth=worth,
        resource=resource.id if resource else None,
        matched=record["matched"],
        name=record["name"],
    )


def _kind(node: Node) -> GoalKind:
    measure, kinds = as_text(node), goal_kinds()
    if measure not in kinds:
        what = f'"{measure[:40]}" is no measure.'
        raise EntryError("unknown_measure", node, what, suggestion(measure, kinds, "Measures"))
    return kinds[measure]


def _target(node: Node, kind: GoalKind, unit: str) -> float:
    target = in_unit(node, "1" if kind.share else unit)
    if kind.share and not 0 <= target <= 1:
        raise EntryError("share", node, f"{as_text(node)} is not between 0 % and 100 %.")
    return target


def _worth(node: Node | None, kind: GoalKind, unit: str, resource: Resource | None, reading: Reading) -> float | None:
    """EUR per unit: as said, or the measure's default, or what the resource is worth when it is missing."""
    if node is not None:
        worth = reading.attempt(node, lambda node: in_unit(node, over("EUR", unit)))
        if worth is not None and worth < 0:
            reading.refuse("negative", node, "A worth below zero would reward missing the goal.")
        return worth
    if kind.worth is not None:
        return kind.worth.value
    return resource.missing_price.value if resource and resource.missing_price else DEFAULT_WORTH
