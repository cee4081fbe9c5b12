"""A goal as a dimension line: a measured bar, a base line with oblique ticks, a thick mark for the goal."""

from __future__ import annotations

from wikivillage.report.markup import Html, loop_class, pattern_of, tag


def gauge(*, reached: float, target: float, at_least: bool, loop: str, target_label: str) -> Html:
    """The drawing; positions in per cent, so that strokes and patterns stay true at any width."""
    reached, target = max(reached, 0.0), max(target, 0.0)
    full = _full_scale(reached, target, at_least)
    within = reached if at_least else min(reached, target)
    over = 0.0 if at_least else max(reached - target, 0.0)
    name, pattern = loop_class(loop), pattern_of(loop)
    return tag(
        "svg",
        _bar(name, f"p-{pattern}", 0.0, within / full),
        _bar(name, f"r-{pattern}", within / full, over / full) if over else None,
        tag("line", class_="pen", x1=0, x2="100%", y1=22, y2=22),
        _tick("0"),
        _tick("100%"),
        _mark(target / full, target_label),
        class_="gauge",
        width="100%",
        height=48,
        aria_hidden="true",
    )


def _full_scale(reached: float, target: float, at_least: bool) -> float:
    if at_least:
        return max(reached, target) or 1.0
    return max(reached * 1.45 if target == 0 else max(reached * 1.05, target * 1.3), 1e-12)


def _bar(name: str, pattern: str, start: float, width: float) -> Html:
    return tag(
        "rect", class_=f"{name} edge", fill=f"url(#{pattern})", x=f"{start:.1%}", y=8, width=f"{width:.1%}", height=14
    )


def _tick(x: str) -> Html:
    return tag("svg", tag("path", class_="pen", d="M-4 26 4 18"), x=x, class_="over")


def _mark(share: float, label: str) -> Html:
    side = "" if share < 0.2 else "end" if share > 0.75 else "mid"
    text = tag("text", label, class_=f"n t2 {side}".strip(), y=44)
    return tag("svg", tag("path", class_="cut", d="M0 2V28"), text, x=f"{share:.1%}", class_="over")
