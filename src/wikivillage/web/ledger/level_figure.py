"""The level of a stock over time, as a curve."""

from __future__ import annotations

import numpy as np
from django.utils import timezone

from wikivillage.report.figures.curve import curve
from wikivillage.report.markup import Html, loop_class, pattern_of
from wikivillage.web.ledger.models import Stock
from wikivillage.web.ledger.page_queries import Level, level_of
from wikivillage.web.shell.templatetags.village import numbers

STEPS = 240
"""Of how many equal steps of time the curve is drawn."""
SHARES = (0.0, 0.2, 0.4, 0.6, 0.8)
"""Where a date is written, as shares of the width."""


def draw_level(row: Stock, loop: str) -> Html | None:
    """The level over time, where there is one to be drawn: an account that may owe has none."""
    found = sorted(level_of(row), key=lambda one: one.at)
    if len(found) < 3 or found[0].at == found[-1].at or min(one.onhand for one in found) < 0:
        return None
    first, last = found[0].at, found[-1].at
    values, words = _evenly(found), numbers()
    moments = [(share, timezone.localtime(first + (last - first) * share)) for share in SHARES]
    return curve(
        values,
        full=float(values.max()),
        loop=loop,
        pattern=f"p-{pattern_of(loop_class(loop))}",
        full_label=words.amount(float(values.max()), row.unit),
        ticks=[(share, words.date(at, year=False)) for share, at in moments],
    )


def _evenly(found: list[Level]) -> np.ndarray:
    """The level at equal steps of time: what the last event before left."""
    first = found[0].at
    seconds = [(one.at - first).total_seconds() for one in found]
    steps = np.linspace(0, seconds[-1], STEPS + 1)
    numbered = np.searchsorted(seconds, steps, side="right") - 1
    return np.array([float(one.onhand) for one in found])[numbered]
