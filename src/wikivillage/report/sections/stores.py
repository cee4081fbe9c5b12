"""How full each store is through the year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np

from wikivillage.report.figures.curve import curve
from wikivillage.report.markup import Html, details, sign, tag
from wikivillage.report.reading import Reading
from wikivillage.report.sections.floor import Floor, figure, floor

SHOWN = 3
"""Stores drawn at once; the others open on demand."""
PATTERNS = {"energy": "p-kept"}


def stores(reading: Reading) -> Floor | None:
    """The levels over the horizon, the costliest store first. None without a store that moves."""
    sizes = [s for s in reading.record.get("sizes") or [] if s["kind"] == "store" and s["size"] > 1e-9]
    sizes.sort(key=lambda size: -(size.get("capital_eur") or 0.0))
    moving = [(size, level) for size in sizes if len(level := reading.level(size["id"])) > 2 and level.max() > 1e-9]
    drawn = [_figure(reading, size, level, small=i >= SHOWN) for i, (size, level) in enumerate(moving)]
    if not drawn:
        return None
    words = reading.words
    rest = drawn[SHOWN:]
    more = details(words.count("stores.more", len(rest)), rest) if rest else None
    return floor("reserves", words("stores.title"), "off", "", drawn[:SHOWN], more)


def _figure(reading: Reading, size: Mapping[str, Any], level: np.ndarray, *, small: bool) -> Html:
    words, numbers = reading.words, reading.numbers
    unit = reading.level_unit(size["id"])
    full = float(max(level.max(), size["size"] if size["unit"] == unit else 0.0))
    level = np.where(level < 1e-4 * full, 0.0, level)
    loop = size.get("loop") or "neutral"
    title = words(
        "stores.says",
        name=reading.called(size["id"]),
        low=numbers.amount(float(level.min()), unit),
        high=numbers.amount(float(level.max()), unit),
    )
    drawing = curve(
        _by_day(level, reading),
        small=small,
        full=full,
        loop=loop,
        pattern=PATTERNS.get(loop, f"r-{loop}"),
        ticks=_months(reading),
        full_label=words("stores.full", amount=numbers.amount(full, unit)),
    )
    filled = float(np.mean(level >= 0.99 * full)) * 100
    empty = float(np.mean(level <= 0.01 * full)) * 100
    says = words("stores.caption", full=numbers.number(filled, 0), empty=numbers.number(empty, 0))
    return figure([sign(loop), " ", title], drawing, tag("p", says))


def _by_day(level: np.ndarray, reading: Reading) -> np.ndarray:
    """The highest level of each day, where there are several; a short horizon is drawn as it is."""
    steps = round(len(level) * 24 / reading.hours)
    if steps < 2 or reading.hours < 24 * 60:
        return level
    days = len(level) // steps
    return np.asarray(level[: days * steps].reshape(days, steps).max(axis=1))


def _months(reading: Reading) -> list[tuple[float, str]]:
    """Ticks at the first of each month; none for a horizon shorter than two months."""
    ticks: list[tuple[float, str]] = []
    when = reading.start
    end = reading.start + timedelta(hours=reading.hours)
    if reading.hours < 24 * 60:
        return [(0.0, reading.numbers.date(reading.start, year=False))]
    while when < end:
        share = (when - reading.start).total_seconds() / 3600 / reading.hours
        ticks.append((share, _short(reading.words.month(when.month))))
        when = (when.replace(day=1) + timedelta(days=32)).replace(day=1, hour=0)
    return ticks


def _short(month: str) -> str:
    return month if len(month) <= 4 else f"{month[:4].rstrip('i')}." if month.startswith("jui") else f"{month[:3]}."
