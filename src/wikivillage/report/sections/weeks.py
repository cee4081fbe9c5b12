"""Two weeks by the hour: the one that lacks most local production and the one that has most to spare."""

from __future__ import annotations

import numpy as np

from wikivillage.report.figures.key import key, stroke, swatch
from wikivillage.report.figures.stacked_hours import Layer, axis, stacked_hours
from wikivillage.report.markup import Child, Html, details, table, tag
from wikivillage.report.reading import Reading
from wikivillage.report.sections.floor import Floor, figure, floor
from wikivillage.report.sections.hero import hours_in_words
from wikivillage.report.sections.parts import grade
from wikivillage.report.weeks import Hours, Stack, Week, hard_and_easy, hours_of, stack, weeks_of

ENERGY_PATTERNS = (("energy", "p-energy"), ("energy", "r-energy"), ("energy", "p-bought"))
HEAT_PATTERNS = (("heat", "p-heat"), ("heat", "p-second"), ("heat", "p-third"))


def weeks(reading: Reading) -> Floor:
    """Electricity in both weeks, heating in the hard one. Says so when there is no whole week."""
    words = reading.words
    whole = weeks_of(reading)
    power = hours_of(reading, "energy")
    if not whole or power is None:
        missing = words("weeks.none", hours=hours_in_words(reading)) if not whole else words("weeks.no_hourly")
        return floor("semaines", words("weeks.title"), "week", "", tag("p", missing))
    hard, easy = hard_and_easy(power, whole)
    heat = hours_of(reading, "heat")
    figures = [
        _power_figure(reading, power, hard, hard, easy, words("weeks.why.hard")),
        _power_figure(reading, power, easy, hard, easy, words("weeks.why.easy")) if easy != hard else None,
        _heat_figure(reading, heat, hard) if heat is not None and heat.need.any() else None,
    ]
    label = (
        [tag("b", words("hero.synthetic")), grade(words, reading.weather.get("grade")), " "]
        if reading.synthetic
        else None
    )
    note = tag("p", label, words("weeks.same_scale"), class_="note")
    return floor("semaines", words("weeks.title"), "week", words("weeks.note"), figures, note)


def _layers(reading: Reading, split: Stack, patterns: tuple[tuple[str, str], ...]) -> list[Layer]:
    words = reading.words
    largest = sorted(split.made, key=lambda name: -float(split.made[name].sum()))
    layers = [Layer(name, *patterns[min(i, len(patterns) - 1)], split.made[name]) for i, name in enumerate(largest)]
    kept = ("energy", "p-kept") if patterns is ENERGY_PATTERNS else ("heat", "r-heat")
    layers.append(Layer(words("weeks.discharged"), *kept, split.discharged))
    layers.append(Layer(words("weeks.bought"), "money", "r-money", split.bought))
    layers.append(Layer(words("weeks.unmet"), "neutral", "r-all", split.unmet))
    return [layer for layer in layers if _seen(layer, split)]


def _seen(layer: Layer, split: Stack) -> bool:
    """Whether it is thick enough to be seen at its highest."""
    return bool(layer.values.max() > 0.005 * split.need.max())


def _above(reading: Reading, split: Stack, heat: bool = False) -> list[Layer]:
    words = reading.words
    kept = ("heat", "r-heat") if heat else ("energy", "p-kept")
    sold = ("heat", "p-third") if heat else ("energy", "p-extra")
    layers = [Layer(words("weeks.kept"), *kept, split.kept), Layer(words("weeks.sold"), *sold, split.sold)]
    return [layer for layer in layers if _seen(layer, split)]


def _highest(split: Stack) -> float:
    served = split.bought + split.discharged + split.unmet
    made = np.sum(list(split.made.values()), axis=0) if split.made else 0.0
    return float((np.maximum(served + made, split.need) + split.kept + split.sold).max())


def _power_figure(reading: Reading, power: Hours, week: Week, hard: Week, easy: Week, why: str) -> Html:
    words, numbers = reading.words, reading.numbers
    split = stack(power, week)
    below, above = _layers(reading, split, ENERGY_PATTERNS), _above(reading, split)
    top = max(_highest(stack(power, each)) for each in (hard, easy))
    inside = float(week.of(power.bought).sum())
    made = sum(float(week.of(values).sum()) for values in power.made.values())
    share = made / (made + inside) if made + inside else 1.0
    days = numbers.days(week.first, week.last)
    if power.resource == "electricity":
        title = words("weeks.hard", days=days, share=numbers.percent(share))
    else:
        title = words(
            "weeks.hard.of", resource=reading.resource(power.resource), days=days, share=numbers.percent(share)
        )
    return _figure(reading, title, why, split, below, above, top, power.unit)


def _heat_figure(reading: Reading, heat: Hours, week: Week) -> Html:
    split = stack(heat, week)
    below, above = _layers(reading, split, HEAT_PATTERNS), _above(reading, split, heat=True)
    title = reading.words("weeks.heat", days=reading.numbers.days(week.first, week.last))
    return _figure(reading, title, "", split, below, above, _highest(split), heat.unit)


def _figure(
    reading: Reading, title: str, why: str, split: Stack, below: list[Layer], above: list[Layer], top: float, unit: str
) -> Html:
    words, numbers = reading.words, reading.numbers
    highest, step = axis(top)
    per_hour = "kW" if unit == "kWh" else f"{unit}/h"
    drawing = stacked_hours(
        below,
        split.need,
        above,
        top=highest,
        step=step,
        step_label=numbers.amount(step, per_hour),
        day_labels=words.weekdays,
    )
    entries = [(swatch(layer.loop, layer.pattern), layer.label) for layer in [*below, *above]]
    legend = key([*entries, (stroke(), words("weeks.need.line"))])
    return figure(
        title,
        drawing,
        tag("p", why) if why else None,
        legend,
        details(words("weeks.table"), _table(reading, split, below, above, unit)),
    )


def _table(reading: Reading, split: Stack, below: list[Layer], above: list[Layer], unit: str) -> Html:
    words, numbers = reading.words, reading.numbers
    need = float(split.need.sum())
    rows: list[list[Child]] = [
        [
            layer.label,
            numbers.number(float(layer.values.sum()), 0),
            numbers.percent(float(layer.values.sum()) / need if need else 0.0),
        ]
        for layer in below
    ]
    rows += [[layer.label, numbers.number(float(layer.values.sum()), 0), ""] for layer in above]
    foot: list[Child] = [words("weeks.need"), numbers.number(need, 0), numbers.percent(1.0)]
    return table(
        [words("weeks.source"), numbers.unit(unit), words("weeks.part")],
        rows,
        caption=words("weeks.table"),
        foot=foot,
        numeric={1, 2},
    )
