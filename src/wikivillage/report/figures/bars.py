"""Amounts of equal steps as bars: hours of a day, days of a month. What is estimated is drawn weaker, what is missing
is drawn as a gap with its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from wikivillage.report.figures.scale import round_step
from wikivillage.report.markup import Html, loop_class, pattern_of, tag

Sureness = Literal["measured", "estimated", "partial", "missing"]


@dataclass(frozen=True, slots=True)
class Bar:
    """The amount of one step, and how it is known. A missing one has no amount."""

    value: float
    sureness: Sureness = "measured"


@dataclass(frozen=True, slots=True)
class Labels:
    """What is written at the bars: ``ticks`` under the step of their number, the words of a gap, and of the axis."""

    ticks: Sequence[tuple[int, str]]
    gap: str
    step: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a drawing, in its own units (about one per pixel)."""

    width: int
    height: int
    head: int = 24
    foot: int = 26
    most_ticks: int = 14


WIDE = Frame(900, 220)
NARROW = Frame(358, 190, most_ticks=5)
LETTER = 7.2
"""About how wide a letter of a label is."""


def axis_step(bars: Sequence[Bar]) -> float:
    """The value of the one line that is labelled."""
    return round_step(max((abs(bar.value) for bar in bars), default=0.0))


def bars(found: Sequence[Bar], *, loop: str, labels: Labels) -> Html:
    """The drawing twice, wide and narrow, from the same amounts. Below zero they hang under the line."""
    frames = ((WIDE, "only-wide"), (NARROW, "only-phone"))
    return Html("".join(tag("div", _draw(frame, found, loop, labels), class_=name) for frame, name in frames))


def _draw(frame: Frame, found: Sequence[Bar], loop: str, labels: Labels) -> Html:
    top = max((bar.value for bar in found), default=0.0)
    low = min((bar.value for bar in found), default=0.0)
    top, low = max(top, 0.0), min(low, 0.0)
    per_unit = (frame.height - frame.head - frame.foot) / max(top - low, 1e-12)
    zero = frame.head + top * per_unit
    across = frame.width / max(len(found), 1)
    line = zero - axis_step(found) * per_unit
    return tag(
        "svg",
        tag("path", class_="hair", d=f"M0 {line:.1f}H{frame.width}") if top else None,
        [_bar(bar, i, across, zero, per_unit, loop) for i, bar in enumerate(found) if bar.value],
        _gaps(frame, found, across, labels.gap),
        tag("path", class_="pen", d=f"M0 {zero:.1f}H{frame.width}"),
        _ticks(frame, labels.ticks, across),
        tag("text", labels.step, class_="n t2 halo", x=2, y=float(line - 5)) if top else None,
        viewbox=f"0 0 {frame.width} {frame.height}",
        aria_hidden="true",
    )


def _bar(bar: Bar, number: int, across: float, zero: float, per_unit: float, loop: str) -> Html:
    gap = min(2.0, across * 0.18)
    tall = abs(bar.value) * per_unit
    strong = bar.sureness == "measured"
    return tag(
        "rect",
        class_=f"{loop_class(loop)} edge",
        fill=f"url(#{'p' if strong else 'r'}-{pattern_of(loop)})",
        stroke_dasharray=None if strong else "3 2",
        x=float(number * across + gap / 2),
        y=float(zero - tall if bar.value > 0 else zero),
        width=float(max(across - gap, 0.6)),
        height=float(tall),
    )


def _gaps(frame: Frame, found: Sequence[Bar], across: float, words: str) -> list[Html]:
    """Dashed boxes where steps in a row are missing, with their name where there is room for it."""
    drawn: list[Html] = []
    for is_missing, group in groupby(range(len(found)), key=lambda i: found[i].sureness == "missing"):
        numbers = list(group)
        if not is_missing:
            continue
        x, wide = numbers[0] * across, len(numbers) * across
        tall = frame.height - frame.foot - frame.head
        box = {"x": float(x + 1), "y": frame.head, "width": float(max(wide - 2, 1)), "height": tall}
        drawn.append(tag("rect", class_="pen2", stroke_dasharray="3 3", **box))
        if wide > len(words) * LETTER + 8:
            drawn.append(tag("text", words, class_="n t2 mid", x=float(x + wide / 2), y=frame.head + tall // 2))
    return drawn


def _ticks(frame: Frame, ticks: Sequence[tuple[int, str]], across: float) -> list[Html]:
    every = -(-len(ticks) // frame.most_ticks) or 1
    base = frame.height - frame.foot
    drawn: list[Html] = []
    for number, label in ticks[::every]:
        x = number * across
        drawn.append(tag("path", class_="hair", d=f"M{x:.1f} {base}v8"))
        drawn.append(tag("text", label, class_="n t2", x=float(x + 3), y=base + 19))
    return drawn
