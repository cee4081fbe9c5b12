"""Carbon, its two scopes apart, and every measure of the plan."""

from __future__ import annotations

from wikivillage.report.goals_read import period
from wikivillage.report.markup import Child, Html, details, sign, table, tag
from wikivillage.report.reading import Reading, readable
from wikivillage.report.sections.floor import Floor, floor
from wikivillage.report.sections.parts import share_bar

UNITS = {"mains_water": "m3", "waste_to_outside": "kg", "cost": "EUR", "capital": "EUR"}


def carbon(reading: Reading) -> Floor | None:
    """Use and equipment, with the equipment one by one. None when the plan measures no carbon."""
    measured = reading.record.get("measures") or {}
    used, made = measured.get("operational_carbon"), measured.get("embodied_carbon")
    if used is None and made is None:
        return None
    words, scopes = reading.words, {"operational": float(used or 0.0), "embodied": float(made or 0.0)}
    content = (_in_a_sentence(reading, scopes), _scopes(reading, scopes), _equipment(reading))
    return floor("carbone", words("carbon.title"), "plan", words("carbon.note"), *content, side=True)


def _in_a_sentence(reading: Reading, scopes: dict[str, float]) -> Html:
    words, numbers, total = reading.words, reading.numbers, sum(scopes.values())
    share = numbers.percent(scopes["embodied"] / total if total > 0 else 0.0)
    amount = numbers.amount(total, "kgCO2e")
    said = words("carbon.finding", total=amount, period=period(reading), share=share)
    return tag("p", sign("neutral"), " ", said, class_="lead")


def _scopes(reading: Reading, scopes: dict[str, float]) -> Html:
    words, numbers = reading.words, reading.numbers
    most = max(1e-9, *(abs(value) for value in scopes.values()))
    rows: list[list[Child]] = [
        [
            [words(f"carbon.{scope}"), tag("div", words(f"carbon.{scope}.note"), class_="note")],
            share_bar(value / most, "neutral"),
            numbers.number(value, 0),
        ]
        for scope, value in scopes.items()
    ]
    total = numbers.amount(sum(scopes.values()), "kgCO2e")
    foot: list[Child] = [words("carbon.total", period=period(reading)), "", total]
    return table(_head(reading), rows, caption=words("carbon.title"), foot=foot, numeric={2})


def _head(reading: Reading) -> list[Child]:
    words = reading.words
    bars = tag("span", words("carbon.part"), class_="vh")
    return [words("carbon.what"), bars, words("carbon.amount", period=period(reading))]


def _equipment(reading: Reading) -> Html | None:
    sums: dict[str, float] = {}
    loops: dict[str, str] = {}
    for size in reading.record.get("sizes") or []:
        sums[size["id"]] = sums.get(size["id"], 0.0) + float(size.get("embodied_kg_year") or 0.0)
        loops[size["id"]] = size.get("loop") or "neutral"
    ordered = [(id, value) for id, value in sorted(sums.items(), key=lambda each: -each[1]) if value >= 0.5]
    rows: list[list[Child]] = [
        [
            [sign(loops[id]), " ", reading.called(id)],
            share_bar(value / ordered[0][1], loops[id]),
            reading.numbers.number(value, 0),
        ]
        for id, value in ordered
    ]
    words = reading.words
    body = table(_head(reading), rows, caption=words("carbon.embodied"), numeric={2})
    return details(words("carbon.table"), body) if rows else None


def measures(reading: Reading) -> Floor | None:
    """Everything the plan measures, with or without a goal."""
    words = reading.words
    rows: list[list[Child]] = [
        [_measure(reading, id), _value(reading, id, value)]
        for id, value in (reading.record.get("measures") or {}).items()
        if value is not None
    ]
    if not rows:
        return None
    head: list[Child] = [words("measures.what"), words("measures.value")]
    return floor(
        "mesures",
        words("measures.title"),
        "plan",
        "",
        table(head, rows, caption=words("measures.title"), numeric={1}),
        side=True,
    )


def _measure(reading: Reading, id: str) -> Child:
    words = reading.words
    measure, hourly = id.removesuffix("_hourly"), id.endswith("_hourly")
    key = f"measure.{measure}"
    name = words(key, resource="") if words.has(key) else readable(id)
    note = (
        words(f"{key}.hourly")
        if hourly
        else words(f"{key}.note", period=period(reading))
        if words.has(f"{key}.note")
        else ""
    )
    return [name, tag("div", note, class_="note") if note else None]


def _value(reading: Reading, id: str, value: float) -> str:
    if id.removesuffix("_hourly").endswith("_share"):
        return reading.numbers.percent(float(value))
    unit = "kgCO2e" if id.endswith("carbon") else UNITS.get(id, "")
    return reading.numbers.amount(float(value), unit)
