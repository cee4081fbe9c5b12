"""A level through the year: a filled area under a line, months below, the full mark above."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from wikivillage.report.markup import Html, loop_class, short, tag


def curve(
    values: np.ndarray,
    *,
    full: float,
    loop: str,
    pattern: str,
    full_label: str,
    ticks: Sequence[tuple[float, str]],
    small: bool = False,
) -> Html:
    """The drawing twice, or the narrow one alone when ``small``.

    ``values`` at equal steps; ``ticks``: (share of the width, label), the label right of its tick.
    """
    narrow_ticks = [(share, label if i % 2 == 0 or len(ticks) < 8 else "") for i, (share, label) in enumerate(ticks)]
    if small:
        return _draw(358, 140, values, full, loop, pattern, full_label, narrow_ticks, "narrow")
    drawings = [
        tag("div", _draw(width, height, values, full, loop, pattern, full_label, marks), class_=name)
        for width, height, name, marks in ((900, 150, "only-wide", ticks), (358, 140, "only-phone", narrow_ticks))
    ]
    return Html("".join(drawings))


def _draw(
    width: int,
    height: int,
    values: np.ndarray,
    full: float,
    loop: str,
    pattern: str,
    full_label: str,
    ticks: Sequence[tuple[float, str]],
    class_: str | None = None,
) -> Html:
    base, head = height - 26, 22
    per_unit = (base - head) / max(full, 1e-12)
    name = loop_class(loop)
    points = thin(values, width // 2)
    across = width / max(len(points) - 1, 1)
    line = " ".join(f"{short(float(i * across))} {short(float(base - v * per_unit))}" for i, v in enumerate(points))
    marks = [tag("path", class_="hair", d=f"M{share * width:.1f} {base}v8") for share, _ in ticks if share > 0]
    labels = [
        tag("text", label, class_="n t2", x=float(share * width + 4), y=base + 19) for share, label in ticks if label
    ]
    return tag(
        "svg",
        tag("path", class_="hair", d=f"M0 {head}H{width}"),
        tag("path", class_=f"{name} edge", stroke_opacity=".4", fill=f"url(#{pattern})", d=f"M{line}V{base}H0Z"),
        tag("path", class_=f"{name} curve", d=f"M{line}"),
        tag("path", class_="pen", d=f"M0 {base}H{width}"),
        marks,
        labels,
        tag("text", full_label, class_="n t2 halo", x=2, y=head - 6),
        viewbox=f"0 0 {width} {height}",
        aria_hidden="true",
        class_=class_,
    )


def thin(values: np.ndarray, most: int) -> np.ndarray:
    """At most about ``most`` points: the mean of equal blocks, ends kept."""
    if len(values) <= most:
        return values
    edges = np.linspace(0, len(values), most + 1).astype(int)
    return np.array([values[a:b].mean() for a, b in pairwise(edges)])
