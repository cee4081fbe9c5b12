"""Hours of a week, stacked by source: what serves the need below the need's line, what is kept or sold above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wikivillage.report.figures.scale import band, round_step, stairs
from wikivillage.report.markup import Html, tag


@dataclass(frozen=True, slots=True)
class Layer:
    """One source or use: ``values`` (hours,) in the unit of the figure; ``loop`` and ``pattern`` say how it looks."""

    label: str
    loop: str
    pattern: str
    values: np.ndarray


@dataclass(frozen=True, slots=True)
class Mark:
    """Words at an hour, over a line: a solid one for now (``is_now``), a dashed one for what is expected.

    ``hour`` counts from the left edge; ``wide_only``: there is no room for it on a phone.
    """

    hour: float
    words: str
    is_now: bool = False
    wide_only: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a drawing, in its own units (about one per pixel)."""

    width: int
    height: int
    foot: int = 28
    head: int = 26


WIDE = Frame(900, 240)
NARROW = Frame(358, 200)


def stacked_hours(
    below: Sequence[Layer],
    need: np.ndarray,
    above: Sequence[Layer],
    *,
    top: float,
    step_label: str,
    step: float,
    day_labels: Sequence[str],
    narrow_labels: Sequence[str] | None = None,
    marks: Sequence[Mark] = (),
    wide: Frame = WIDE,
) -> Html:
    """The drawing twice, wide and narrow, from the same numbers. ``top``: the highest value on the axis.

    ``day_labels`` share the width evenly; ``narrow_labels`` take their place where they would touch. ``wide``: the
    size of the wide one, where it has not the whole page.
    """
    kinds = ((wide, "only-wide", day_labels), (NARROW, "only-phone", narrow_labels or day_labels))
    drawings = [
        tag("div", _draw(frame, below, need, above, top, step, step_label, labels, marks), class_=name)
        for frame, name, labels in kinds
    ]
    return Html("".join(drawings))


def _draw(
    frame: Frame,
    below: Sequence[Layer],
    need: np.ndarray,
    above: Sequence[Layer],
    top: float,
    step: float,
    step_label: str,
    day_labels: Sequence[str],
    marks: Sequence[Mark],
) -> Html:
    base = frame.height - frame.foot
    per_unit = (base - frame.head) / max(top, 1e-12)
    across = frame.width / len(need)

    def y(values: np.ndarray) -> list[float]:
        return [float(v) for v in base - values * per_unit]

    areas = []
    floor = np.zeros(len(need))
    for layer in below:
        areas.append(_area(layer, y(floor + layer.values), y(floor), across))
        floor = floor + layer.values
    floor = np.maximum(floor, need)
    for layer in above:
        areas.append(_area(layer, y(floor + layer.values), y(floor), across))
        floor = floor + layer.values
    line = tag("path", class_="pen", d=stairs(y(need), across))
    ground = tag("path", class_="pen", d=f"M0 {base}H{frame.width}")
    scale = _scale(frame, base - step * per_unit, step_label)
    return tag(
        "svg",
        _grid(frame, base - step * per_unit),
        areas,
        line,
        ground,
        _days(frame, base, day_labels),
        scale,
        [_mark(mark, frame, base, across) for mark in marks if frame is not NARROW or not mark.wide_only],
        viewbox=f"0 0 {frame.width} {frame.height}",
        aria_hidden="true",
    )


def _mark(mark: Mark, frame: Frame, base: int, across: float) -> Html:
    """Beside its line, on the side where there is room."""
    x = mark.hour * across
    line = f"M{x:.1f} {18 if mark.is_now else 24}V{base}"
    left = x > frame.width * 0.6
    place = {"x": float(x - 8 if left else x + 8), "y": 16}
    return Html(
        tag("path", class_="pen2", d=line, stroke_dasharray=None if mark.is_now else "3 3")
        + (tag("path", class_="inkfill", d=f"M{x - 6:.1f} 12h12l-6 9Z") if mark.is_now else "")
        + tag("text", mark.words, class_="n b halo end" if left else "n b halo", **place)
    )


def _area(layer: Layer, tops: list[float], bottoms: list[float], across: float) -> Html | None:
    path = band(tops, bottoms, across)
    if not path:
        return None
    return tag("path", class_=f"{layer.loop} edge", stroke_opacity=".55", fill=f"url(#{layer.pattern})", d=path)


def _grid(frame: Frame, y: float) -> Html:
    return tag("path", class_="hair", d=f"M0 {y:.1f}H{frame.width}")


def _scale(frame: Frame, y: float, label: str) -> Html:
    return tag("text", label, class_="n t2 halo", x=2, y=float(y - 4))


def _days(frame: Frame, base: int, labels: Sequence[str]) -> list[Html]:
    across = frame.width / len(labels)
    names = [
        tag("text", label, class_="n t2 mid", x=float(across * (i + 0.5)), y=base + 19)
        for i, label in enumerate(labels)
    ]
    ticks = [tag("path", class_="hair", d=f"M{across * i:.1f} {base}v8") for i in range(1, len(labels))]
    return [*ticks, *names]


def axis(highest: float) -> tuple[float, float]:
    """The top of the axis and the value of its one labelled line."""
    return highest, round_step(highest)
