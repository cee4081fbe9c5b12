"""Round steps and paths that several figures share."""

from __future__ import annotations

import math
from collections.abc import Sequence

from wikivillage.report.markup import short


def round_step(most: float) -> float:
    """The largest of 1, 2, 5 x 10^n that is not above ``most``."""
    if most <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return max((step * power for step in (1.0, 2.0, 5.0) if step * power <= most * 1.0000001), default=power)


def stairs(tops: Sequence[float], step: float) -> str:
    """A path along the tops of equal steps, in whole tenths: ``M0 12h5v-3h5``. Flat runs are joined."""
    y = round(tops[0], 1)
    parts = [f"M0 {short(y)}"]
    x_done, x_now = 0.0, 0.0
    for top in tops:
        new = round(top, 1)
        if new != y:
            if x_now > x_done:
                parts.append(f"H{short(x_now)}")
                x_done = x_now
            parts.append(f"V{short(new)}")
            y = new
        x_now += step
    parts.append(f"H{short(x_now)}")
    return "".join(parts)


def band(tops: Sequence[float], bottoms: Sequence[float], step: float) -> str:
    """A closed area between two stairs; empty where they meet everywhere."""
    if all(round(t, 1) == round(b, 1) for t, b in zip(tops, bottoms, strict=True)):
        return ""
    return stairs(tops, step) + _back(bottoms, step) + "Z"


def _back(bottoms: Sequence[float], step: float) -> str:
    x = step * len(bottoms)
    parts: list[str] = []
    previous: float | None = None
    for bottom in reversed(bottoms):
        y = round(bottom, 1)
        if y != previous:
            if previous is not None:
                parts.append(f"H{short(x)}")
            parts.append(f"V{short(y)}")
            previous = y
        x -= step
    return "".join([*parts, "H0"])
