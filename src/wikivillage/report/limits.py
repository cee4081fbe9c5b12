"""Why a thing has its size, in words: what limits it, what one more unit is worth, what would change the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wikivillage.report.figures.scale import round_step
from wikivillage.report.formats import moment_of
from wikivillage.report.reading import Reading, readable
from wikivillage.report.words import lowered

Size = Mapping[str, Any]
EDGE = 0.98
"""A price this close to the one that would pay is on the edge of being built."""
NEGLIGIBLE = 0.5
"""EUR a year below which a marginal value is not worth a sentence."""


def reason(reading: Reading, size: Size) -> str:
    """What limits the size."""
    words, numbers, limit = reading.words, reading.numbers, size["limit"]
    kind = limit["kind"]
    if kind == "surface":
        id = str(limit.get("surface") or "")
        known = words.has(f"surface.{id}")
        place = lowered(reading.called(limit.get("place"), "place"))
        return words("limit.surface", surface=words(f"surface.{id}") if known else place or lowered(readable(id)))
    if kind == "maximum":
        return words("limit.maximum", high=numbers.amount(size["high"], size["unit"]))
    if kind == "minimum":
        return words("limit.minimum", low=numbers.amount(size["low"], size["unit"]))
    if kind == "balanced" and limit.get("busiest_hour"):
        tight = int(limit.get("busy_steps") or 1)
        when, tempo = moment_of(limit["busiest_hour"]), limit.get("tempo")
        if tempo in ("day", "week"):
            date = numbers.date(when, year=False)
            return words.count(f"limit.balanced.{tempo}", tight, n=numbers.number(tight), hour=date)
        return words.count("limit.balanced", tight, n=numbers.number(tight), hour=numbers.moment(when))
    key = f"limit.{kind}"
    return words(key) if words.has(key) else words("limit.other", kind=str(kind))


def what_would_change(reading: Reading, size: Size) -> str:
    """The value of more (or of less), or the price at which more would be built. Empty when nothing is known."""
    if size["limit"]["kind"] == "not_worth" or (size["size"] <= 1e-9 and not size.get("owned")):
        return _break_even_of_nothing(reading, size)
    gain = _marginal(reading, size)
    return gain or _break_even_of_more(reading, size)


def _marginal(reading: Reading, size: Size) -> str:
    words, numbers = reading.words, reading.numbers
    value = float(size.get("marginal_value") or 0.0)
    step = round_step(max(abs(size["size"]) * 0.1, 1e-9))
    if abs(value * step) < NEGLIGIBLE:
        return ""
    key = "marginal.gain" if value > 0 else "marginal.loss"
    return words(key, step=numbers.amount(step, size["unit"]), money=numbers.money(abs(value) * step))


def _break_even_of_more(reading: Reading, size: Size) -> str:
    words, numbers, even = reading.words, reading.numbers, size.get("break_even") or {}
    capital, today = even.get("capital"), even.get("today")
    if size["limit"]["kind"] != "balanced" or capital is None or today is None or capital >= today * 0.999:
        return ""
    return words(
        "break.bigger", capital=numbers.price(capital), today=numbers.price(today), unit=numbers.unit(size["unit"], 1.0)
    )


def _break_even_of_nothing(reading: Reading, size: Size) -> str:
    words, numbers, even = reading.words, reading.numbers, size.get("break_even") or {}
    unit = numbers.unit(size["unit"], 1.0)
    capital, today, annuity = even.get("capital"), even.get("today"), even.get("annuity")
    if capital is not None and capital > 0:
        if today is not None and capital >= EDGE * today:
            return words("break.edge", today=numbers.price(today), unit=unit)
        if today is not None:
            return words("break.build", capital=numbers.price(capital), today=numbers.price(today), unit=unit)
        return words("break.build.only", capital=numbers.price(capital), unit=unit)
    if annuity is not None and annuity > 0:
        return words("break.annuity", annuity=numbers.price(annuity), unit=unit)
    return words("break.never")
