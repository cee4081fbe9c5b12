"""A part of the page: a slab, its name, what stands on it."""

from __future__ import annotations

from dataclasses import dataclass

from wikivillage.report.markup import Child, Html, tag


@dataclass(frozen=True, slots=True)
class Floor:
    """A section: anchor, title, an icon of the pen, its markup."""

    id: str
    title: str
    icon: str
    markup: Html


def floor(id: str, title: str, icon: str, note: str, *content: Child, side: bool = False) -> Floor:
    """A section under its slab; with ``side`` its title stands in the margin of wide screens."""
    head = tag(
        "header",
        tag("h2", title, id=f"{id}-title"),
        tag("p", note, class_="note") if note else None,
        class_="stack-s" if side else "row split",
    )
    markup = tag(
        "section",
        head,
        tag("div", *content, class_="stack-l"),
        class_="floor side" if side else "floor",
        id=id,
        aria_labelledby=f"{id}-title",
    )
    return Floor(id, title, icon, markup)


def figure(title: Child, drawing: Html, *caption: Child) -> Html:
    """A figure: its finding as title, the drawing, a caption with key and table."""
    return tag("figure", tag("h3", title), drawing, tag("figcaption", *caption, class_="stack-s"), class_="fig")
