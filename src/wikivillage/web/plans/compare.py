"""Two plans side by side: goals, sizes, costs, two weeks, and a sentence: what the second gives for how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wikivillage.report.figures.gauge import gauge
from wikivillage.report.goals_read import loop_of, period, shown, target_words, title_of
from wikivillage.report.markup import Html
from wikivillage.report.reading import Reading, readable
from wikivillage.web.plans.compare_weeks import ComparedWeek, weeks_side_by_side
from wikivillage.web.plans.models import StoredPlan
from wikivillage.web.plans.summary import reading_of, title_of_plan

NOTHING = 1e-6
SAME = 1e-4
"""What differs by less is the same to people."""


@dataclass(frozen=True, slots=True)
class Side:
    """One plan's part of a row: what is written, and a gauge where the row is a goal."""

    text: str
    met: bool | None = None
    gauge: Html | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A goal, a size or a cost in both plans; ``difference`` is that of the second to the first."""

    name: str
    loop: str
    a: Side
    b: Side
    difference: str = ""
    same: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """Both plans; a row is there when either plan has it."""

    a: str
    b: str
    sentence: str
    goals: tuple[Row, ...]
    costs: tuple[Row, ...]
    sizes: tuple[Row, ...]
    weeks: tuple[ComparedWeek, ...]


def compared(first: StoredPlan, second: StoredPlan, lang: str) -> Compared:
    """Two plans in a language, ready for the page."""
    a, b = reading_of(first, lang), reading_of(second, lang)
    return Compared(
        a=title_of_plan(first, lang),
        b=title_of_plan(second, lang),
        sentence=sentence(first.summary, second.summary, a),
        goals=tuple(_goals(a, b)),
        costs=tuple(_costs(a, b)),
        sizes=tuple(sorted(_sizes(a, b), key=lambda row: row.same)),
        weeks=weeks_side_by_side(first, second, a),
    )


def sentence(a: Mapping[str, Any], b: Mapping[str, Any], reading: Reading) -> str:
    """What the second plan gives for how much more: ``B wins one goal more, for 3,200 € a year.``"""
    yearly = b["yearly_cost"] - a["yearly_cost"]
    gained = b["met"] - a["met"]
    told = {"money": reading.numbers.money(abs(yearly)), "period": period(reading)}
    if abs(yearly) <= SAME * abs(a["yearly_cost"]):
        cost = _("costs as much as A")
    else:
        cost = (_("costs %(money)s more %(period)s") if yearly > 0 else _("costs %(money)s less %(period)s")) % told
    if gained == 0:
        goals = _("reaches as many goals")
    elif gained > 0:
        goals = ngettext("reaches one goal more", "reaches %(n)d goals more", gained) % {"n": gained}
    else:
        goals = ngettext("reaches one goal less", "reaches %(n)d goals less", -gained) % {"n": -gained}
    return _("B %(cost)s and %(goals)s. %(built)s") % {"cost": cost, "goals": goals, "built": _built(a, b, reading)}


def _built(a: Mapping[str, Any], b: Mapping[str, Any], reading: Reading) -> str:
    more = b["investment"] - a["investment"]
    money = {"money": reading.numbers.money(abs(more))}
    if abs(more) <= SAME * abs(a["investment"]):
        return _("Both need the same to be built.")
    return (
        _("It needs %(money)s more to be built.") if more > 0 else _("It needs %(money)s less to be built.")
    ) % money


def _goals(a: Reading, b: Reading) -> Iterator[Row]:
    of_a, of_b = _by_id(a, "goals"), _by_id(b, "goals")
    for id in [*of_a, *(id for id in of_b if id not in of_a)]:
        reading, goal = (a, of_a[id]) if id in of_a else (b, of_b[id])
        yield Row(title_of(reading, goal), loop_of(reading, goal), _goal(a, of_a.get(id)), _goal(b, of_b.get(id)))


def _goal(reading: Reading, goal: Mapping[str, Any] | None) -> Side:
    if goal is None:
        return Side(_("no goal"))
    drawing = gauge(
        reached=goal["reached"],
        target=goal["target"],
        at_least=goal["sense"] == "at_least",
        loop=loop_of(reading, goal),
        target_label=target_words(reading, goal),
    )
    return Side(shown(reading, goal, goal["reached"]), bool(goal["met"]), drawing)


def _costs(a: Reading, b: Reading) -> Iterator[Row]:
    for name, key in ((_("To be built"), "investment"), (_("Cost %(period)s") % {"period": period(a)}, "yearly_cost")):
        before, after = float(a.record[key]), float(b.record[key])
        difference = _signed(a, after - before, a.numbers.money(abs(after - before)))
        yield Row(name, "money", Side(a.numbers.money(before)), Side(b.numbers.money(after)), difference)


def _sizes(a: Reading, b: Reading) -> Iterator[Row]:
    of_a, of_b = _by_id(a, "sizes"), _by_id(b, "sizes")
    for key in [*of_a, *(key for key in of_b if key not in of_a)]:
        before, after = of_a.get(key), of_b.get(key)
        known = before or after or {}
        sizes = [_size(size) for size in (before, after)]
        if max(sizes) < NOTHING:
            continue
        change = sizes[1] - sizes[0]
        unit = str(known["unit"])
        same = abs(change) <= 1e-3 * max(sizes)
        yield Row(
            _name(a if before else b, known),
            str(known.get("loop") or "neutral"),
            Side(a.numbers.amount(sizes[0], unit)),
            Side(b.numbers.amount(sizes[1], unit)),
            _("the same") if same else _signed(a, change, a.numbers.amount(abs(change), unit)),
            same,
        )


def _size(size: Mapping[str, Any] | None) -> float:
    """What is built of it; what a solver leaves of nothing is nothing."""
    return float(size["size"]) if size and size.get("built") and size.get("size") else 0.0


def _name(reading: Reading, size: Mapping[str, Any]) -> str:
    name = reading.called(str(size["id"])) or readable(str(size["id"]))
    return _("%(name)s, power") % {"name": name} if size["kind"] == "power" else name


def _signed(reading: Reading, change: float, amount: str) -> str:
    if abs(change) < NOTHING:
        return _("the same")
    return f"+\u00a0{amount}" if change > 0 else f"\u2212\u00a0{amount}"


def _by_id(reading: Reading, section: str) -> dict[Any, Mapping[str, Any]]:
    rows = reading.record.get(section) or []
    return {(row["id"], row.get("kind")): row for row in rows}
