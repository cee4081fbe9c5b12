"""What a goal says: its name, its figure, what is missing, the price of the next step. Words only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wikivillage.report.figures.scale import round_step
from wikivillage.report.formats import MINUS, scaled
from wikivillage.report.reading import Reading

Goal = Mapping[str, Any]
LOOP_OF_MEASURE = {
    "renewable_share": "energy",
    "carbon": "neutral",
    "operational_carbon": "neutral",
    "embodied_carbon": "neutral",
    "waste_to_outside": "matter",
    "mains_water": "water",
    "water_reuse_share": "water",
    "local_food_share": "food",
    "cost": "money",
    "capital": "money",
}
"""The loop of each measure; ``neutral`` crosses them all. The others follow their resource."""


def is_share(goal: Goal) -> bool:
    """Whether the measure is a share of one, shown in per cent."""
    return bool(goal.get("share")) or str(goal["measure"]).endswith("_share")


def loop_of(reading: Reading, goal: Goal) -> str:
    """The loop that a goal belongs to: its measure's, else its resource's; carbon and money cross them all."""
    resource = reading.resources.get(goal.get("resource") or "") or {}
    return LOOP_OF_MEASURE.get(goal["measure"]) or str(resource.get("loop") or "neutral")


def period(reading: Reading) -> str:
    """``par an``, or ``sur la période`` when the plan does not cover a year."""
    return reading.words("period.year" if reading.whole_year else "period.other")


def title_of(reading: Reading, goal: Goal) -> str:
    """The goal's own name, else the measure's."""
    words = reading.words
    own = reading.name(goal)
    if own:
        return own
    key = f"measure.{goal['measure']}"
    return words(key, resource=reading.resource(goal.get("resource"))) if words.has(key) else str(goal["id"])


def note_of(reading: Reading, goal: Goal) -> str:
    """What the measure counts, under its name."""
    words, key = reading.words, f"measure.{goal['measure']}"
    if goal["measure"] == "renewable_share" and goal.get("matched") == "hourly":
        return words(f"{key}.hourly")
    return words(f"{key}.note", period=period(reading)) if words.has(f"{key}.note") else ""


def shown(reading: Reading, goal: Goal, value: float) -> str:
    """A value of the goal's measure with its unit."""
    return reading.numbers.percent(value) if is_share(goal) else reading.numbers.amount(value, goal["unit"])


def target_words(reading: Reading, goal: Goal) -> str:
    """``objectif 22 m³ au plus``; a target of zero in the same unit as what is reached."""
    if goal["sense"] == "at_least":
        return reading.words("goal.target.least", target=shown(reading, goal, goal["target"]))
    if goal["target"] == 0 and not is_share(goal):
        unit = reading.numbers.unit(scaled(goal["reached"], goal["unit"])[1])
        return reading.words("goal.target.zero", target=f"0\u00a0{unit}")
    return reading.words("goal.target.most", target=shown(reading, goal, goal["target"]))


def figure_of(reading: Reading, goal: Goal) -> tuple[str, str]:
    """The reached value for the large figure: digits, and unit in small."""
    if is_share(goal):
        text = reading.numbers.percent(goal["reached"])
        return text.rstrip("%").rstrip("\u00a0"), "%"
    digits, unit = reading.numbers.parts(goal["reached"], goal["unit"])
    return digits, unit.replace("CO₂e", "").strip()


def missing_unit(goal: Goal) -> str:
    """What the missing amount is counted in: for a share, the unit of the whole it is a share of."""
    return str(goal.get("missing_unit") or goal["unit"])


@dataclass(frozen=True, slots=True)
class Says:
    """The words beside a gauge."""

    fact: str
    step: str
    worth: str


def says(reading: Reading, goal: Goal) -> Says:
    """What is missing and the price of the next step, or the margin and the price of the last one."""
    return _missed(reading, goal) if not goal["met"] else _met(reading, goal)


def _missed(reading: Reading, goal: Goal) -> Says:
    words, numbers = reading.words, reading.numbers
    least = goal["sense"] == "at_least"
    amount = numbers.amount(goal["missing"], missing_unit(goal))
    fact = words("goal.missing.least" if least else "goal.missing.most", amount=amount)
    made = reading.record.get("measures", {}).get("embodied_carbon")
    if goal["measure"] == "carbon" and made and goal["reached"] > 0:
        fact = f"{fact} {words('goal.embodied', share=numbers.percent(made / goal['reached']))}"
    price = float(goal.get("price") or 0.0)
    step = _next_step(reading, goal, price) if price > 0 else ""
    worth = words("goal.worth", price=numbers.money_per(goal["worth"], missing_unit(goal))) if goal.get("worth") else ""
    return Says(fact, step, worth)


def _next_step(reading: Reading, goal: Goal, price: float) -> str:
    words, numbers = reading.words, reading.numbers
    if goal.get("point_price"):
        return words("goal.next.point", money=numbers.money(goal["point_price"]), period=period(reading))
    step = round_step(abs(goal["missing"]) * 0.11) if goal["missing"] else 1.0
    key = "goal.next.more" if goal["sense"] == "at_least" else "goal.next.less"
    return words(
        key,
        minus=MINUS,
        step=numbers.amount(step, missing_unit(goal)),
        money=numbers.money(price * step),
        period=period(reading),
    )


def _met(reading: Reading, goal: Goal) -> Says:
    words, numbers = reading.words, reading.numbers
    margin = abs(goal["reached"] - goal["target"])
    price = float(goal.get("price") or 0.0)
    if price > 1e-9:
        return Says("", _last_step(reading, goal, price), "")
    if margin <= 1e-6 * max(abs(goal["target"]), 1e-9):
        return Says(words("goal.exact"), "", "")
    if is_share(goal):
        return Says(words("goal.margin.points", n=numbers.number(round(margin * 100, 1))), "", "")
    value, unit = scaled(margin, goal["unit"])
    return Says(words("goal.margin", amount=numbers.amount(value, unit)), "", "")


def _last_step(reading: Reading, goal: Goal, price: float) -> str:
    """What the last point or the last round amount of a goal just reached has cost."""
    words, numbers = reading.words, reading.numbers
    if goal.get("point_price"):
        return words("goal.last.point", money=numbers.money(goal["point_price"]), period=period(reading))
    step = round_step(max(abs(goal["target"]), abs(goal["reached"]), 1e-9) * 0.1)
    return words(
        "goal.last.step",
        step=numbers.amount(step, missing_unit(goal)),
        money=numbers.money(price * step),
        period=period(reading),
    )
