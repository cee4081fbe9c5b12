"""Building HTML and SVG from Python values. Plain text is escaped always; only ``Html`` passes as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from html import escape
from typing import TypeAlias

VOID = frozenset({"meta", "link", "br", "img", "rect", "circle", "path", "use", "line", "col"})
"""Elements written without an end tag; in SVG they close themselves."""


class Html(str):
    """Text that is markup already. Nothing that a person wrote may be wrapped in it directly."""

    __slots__ = ()


Child: TypeAlias = "Html | str | Iterable[Child] | None"
Attribute: TypeAlias = "str | float | int | bool | None"


def render(child: Child) -> Html:
    """Markup of a child: ``Html`` as it is, other text escaped, iterables joined, None as nothing."""
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return Html(escape(child))
    return Html("" if child is None else "".join([render(each) for each in child]))


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """An element. ``class_`` becomes ``class``, other underscores become hyphens; None and False leave out."""
    written = "".join([_attribute(key, value) for key, value in attributes.items()])
    if name in VOID:
        return Html(f"<{name}{written}/>")
    return Html(f"<{name}{written}>{render(children)}</{name}>")


def _attribute(key: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    name = _written_name(key)
    if value is True:
        return f" {name}"
    text = short(value) if isinstance(value, float) else escape(str(value))
    return f' {name}="{text}"'


@cache
def _written_name(key: str) -> str:
    return CAMEL.get(key) or key.rstrip("_").replace("_", "-")


CAMEL = {"viewbox": "viewBox"}
"""The attributes of SVG whose capitals matter."""


def short(value: float) -> str:
    """A coordinate with at most one decimal, in as few characters as possible."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def slug(*parts: str) -> str:
    """An id for an anchor: letters, digits and hyphens, never empty."""
    return "-".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") or "x" for part in parts)


def web_address(text: str) -> str | None:
    """The first http(s) address in a source, if it has one."""
    found = re.search(r"https?://[^\s<>\"']+", text)
    return found.group(0).rstrip(".,;)") if found else None


def table(
    head: list[Child],
    rows: list[list[Child]],
    *,
    caption: str,
    foot: list[Child] | None = None,
    numeric: set[int],
    fold: bool = False,
    anchors: list[str | None] | None = None,
) -> Html:
    """A data table: first column is the row's header, columns in ``numeric`` are aligned to the right."""

    def cell(column: int, child: Child) -> Html:
        if column == 0:
            return tag("th", child, scope="row", role="rowheader" if fold else None)
        return tag("td", child, class_="r" if column in numeric else None, role="cell" if fold else None)

    heads = [
        tag("th", each, scope="col", class_="r" if i in numeric else None, role="columnheader" if fold else None)
        for i, each in enumerate(head)
    ]
    ids = anchors or [None] * len(rows)
    role = "row" if fold else None
    body = [
        tag("tr", [cell(i, c) for i, c in enumerate(row)], id=anchor, role=role)
        for row, anchor in zip(rows, ids, strict=True)
    ]
    group = "rowgroup" if fold else None
    last = _foot(foot, cell, fold) if foot else None
    return tag(
        "table",
        tag("caption", caption, class_="vh"),
        tag("thead", tag("tr", heads, role=role), role=group),
        tag("tbody", body, role=group),
        last,
        class_="data fold" if fold else "data",
        role="table" if fold else None,
    )


def _foot(foot: list[Child], cell: Callable[[int, Child], Html], fold: bool) -> Html:
    """The sum. A folding table has three columns: the first two are one in its foot."""
    if not fold:
        return tag("tfoot", tag("tr", [cell(i, c) for i, c in enumerate(foot)]))
    wide = tag("th", foot[0], scope="row", role="rowheader", colspan=2)
    return tag("tfoot", tag("tr", wide, tag("td", foot[-1], class_="r", role="cell"), role="row"), role="rowgroup")


def scrolling(content: Child, label: str) -> Html:
    """A wide thing that scrolls sideways by itself, reachable by keyboard."""
    return tag("div", content, class_="scroll", tabindex="0", role="region", aria_label=label)


def details(summary: str, *children: Child) -> Html:
    """A part that opens on demand, without a script, and prints open."""
    return tag("details", tag("summary", summary), *children, class_="why")


@cache
def sign(loop: str) -> Html:
    """The shape of a loop, before its name."""
    return tag(
        "svg",
        tag("use", href=f"#m-{SHAPES.get(loop, 'all')}"),
        class_=f"m {loop_class(loop)}",
        viewbox="0 0 16 16",
        aria_hidden="true",
    )


@cache
def icon(name: str) -> Html:
    """An icon, always beside a word."""
    return tag("svg", tag("use", href=f"#i-{name}"), class_="i", viewbox="0 0 24 24", aria_hidden="true")


LOOPS = ("energy", "heat", "water", "matter", "food", "people", "money")
SHAPES = {loop: loop for loop in LOOPS}


def loop_class(loop: str) -> str:
    """The class that sets a loop's four tones; anything across loops is neutral."""
    return loop if loop in SHAPES else "neutral"


def pattern_of(loop: str) -> str:
    """The name of a loop's pattern, ``all`` for what crosses loops."""
    return SHAPES.get(loop, "all")
