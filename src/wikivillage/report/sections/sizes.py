"""The sizes with their reasons, then what was not built with the price that would change the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wikivillage.report.limits import reason, what_would_change
from wikivillage.report.markup import Child, Html, slug, table, tag
from wikivillage.report.reading import Reading
from wikivillage.report.sections.evidence import anchor_of
from wikivillage.report.sections.floor import Floor, floor
from wikivillage.report.sections.parts import grade, named
from wikivillage.report.words import lowered

Size = Mapping[str, Any]
NOTHING = 1e-6


def sizes(reading: Reading) -> Floor:
    """What is built or there already. A store's power stands in its store's row."""
    words = reading.words
    built = [s for s in main_sizes(reading) if is_built(s)]
    if not built:
        return floor("tailles", words("sizes.title"), "house", "", tag("p", words("sizes.none")), side=True)
    built.sort(key=lambda size: -_cost(reading, size))
    rows: list[list[Child]] = [_row(reading, size) for size in built]
    foot: list[Child] = [words("sizes.total"), "", reading.numbers.money(reading.record["investment"])]
    return floor(
        "tailles",
        words("sizes.title"),
        "house",
        words("sizes.note"),
        _table(reading, rows, foot, [slug("size", s["id"]) for s in built]),
        side=True,
    )


def not_built(reading: Reading) -> Floor | None:
    """What the file offers and the plan leaves."""
    words = reading.words
    left = [s for s in main_sizes(reading) if not is_built(s)]
    if not left:
        return None
    rows: list[list[Child]] = [
        [_name(size, reading, words("sizes.not_built.tag")), _why(reading, size), _unit_price(reading, size)]
        for size in left
    ]
    return floor(
        "non-construit",
        words("sizes.not_built"),
        "house",
        words("sizes.not_built.note"),
        _table(reading, rows, None, [slug("size", s["id"]) for s in left]),
        side=True,
    )


def is_built(size: Size) -> bool:
    """Whether the plan builds it, or finds it there already."""
    return bool(size.get("owned")) or bool(size.get("built", size["size"] > NOTHING))


def main_sizes(reading: Reading) -> list[Size]:
    """Processes and stores, without the separate powers of stores."""
    return [size for size in reading.record.get("sizes") or [] if size["kind"] != "power"]


def power_of(reading: Reading, size: Size) -> Size | None:
    """The power of a store that is sized apart from its volume."""
    powers = (s for s in reading.record.get("sizes") or [] if s["kind"] == "power" and s["id"] == size["id"])
    return next(powers, None) if size["kind"] == "store" else None


def size_text(reading: Reading, size: Size) -> str:
    """``180 kWh, 60 kW``."""
    text = reading.numbers.amount(size["size"], size["unit"])
    power = power_of(reading, size)
    return (
        f"{text}, {reading.numbers.amount(power['size'], power['unit'])}" if power and power["size"] > NOTHING else text
    )


def _cost(reading: Reading, size: Size) -> float:
    power = power_of(reading, size)
    return float(size.get("capital_eur") or 0.0) + float((power or {}).get("capital_eur") or 0.0)


def _row(reading: Reading, size: Size) -> list[Child]:
    return [_name(size, reading, size_text(reading, size)), _why(reading, size), _price(reading, size)]


def _name(size: Size, reading: Reading, under: str) -> Child:
    where = reading.called(size.get("at"), "place")
    note = f"{under}, {lowered(where)}" if where else under
    return [named(size.get("loop") or "neutral", reading.called(size["id"])), tag("div", note, class_="note")]


def _why(reading: Reading, size: Size) -> Child:
    change = what_would_change(reading, size)
    power = power_of(reading, size)
    if power and not change:
        change = what_would_change(reading, power)
    return [reason(reading, size), tag("div", change, class_="note") if change else None]


def _price(reading: Reading, size: Size) -> Child:
    words = reading.words
    shown: Child = words("sizes.owned") if size.get("owned") else reading.numbers.money(_cost(reading, size))
    anchor = anchor_of(reading, size["recipe"], "costs.capital")
    number = tag("a", shown, href=f"{reading.numbers_at}#{anchor}", class_="src") if anchor else shown
    return [number, grade(words, size.get("grade"))]


def _unit_price(reading: Reading, size: Size) -> Child:
    """What one unit costs to build today."""
    today = (size.get("break_even") or {}).get("today")
    if today is None:
        return ""
    anchor = anchor_of(reading, size["recipe"], "costs.capital")
    text = reading.numbers.money_per(today, size["unit"])
    return [
        tag("a", text, href=f"{reading.numbers_at}#{anchor}", class_="src") if anchor else text,
        grade(reading.words, size.get("grade")),
    ]


def _table(reading: Reading, rows: list[list[Child]], foot: list[Child] | None, anchors: list[str]) -> Html:
    words = reading.words
    head: list[Child] = [words("sizes.what"), words("sizes.why"), words("sizes.cost")]
    return table(head, rows, caption=words("sizes.title"), foot=foot, numeric={2}, fold=True, anchors=list(anchors))
