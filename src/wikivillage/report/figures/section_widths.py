"""Widths side by side: shares of a whole by weight, none too small, and no sliver beyond a line."""

from __future__ import annotations

from collections.abc import Sequence


def ends_of(weights: Sequence[float]) -> list[float]:
    """The borders between shares of one."""
    total = sum(weights) or float(len(weights))
    ends, at = [], 0.0
    for weight in weights[:-1]:
        at += (weight if sum(weights) else 1.0) / total
        ends.append(at)
    return ends


def widths_of(weights: Sequence[float], free: float, least: float) -> list[float]:
    """Shares of a width by weight, none below ``least`` as far as there is room for all."""
    least = min(least, free / len(weights))
    small: set[int] = set()
    while True:
        rest = free - least * len(small)
        total = sum(weight for at, weight in enumerate(weights) if at not in small)
        found = [
            least if at in small else rest * (weight / total if total else 1.0 / (len(weights) - len(small)))
            for at, weight in enumerate(weights)
        ]
        now = {at for at, width in enumerate(found) if width < least - 1e-9} | small
        if now == small or len(now) == len(weights):
            return found if now == small else [free / len(weights)] * len(weights)
        small = now


def without_sliver(widths: list[float], left: float, least: float) -> list[float]:
    """Widths of which no room has a sliver beyond the shaft: its border moves to the shaft if that leaves enough."""
    at = 0.0
    for index, width in enumerate(widths):
        before, after = left - at, at + width - left
        if before > 0.01 and after > 0.01:
            if before < least * 0.6 and index > 0:
                return _moved(widths, index - 1, index, before, least)
            if after < least * 0.6 and index + 1 < len(widths):
                return _moved(widths, index + 1, index, after, least)
        at += width
    return widths


def _moved(widths: list[float], gains: int, loses: int, much: float, least: float) -> list[float]:
    if widths[loses] - much < least:
        return widths
    changed = list(widths)
    changed[gains] += much
    changed[loses] -= much
    return changed
