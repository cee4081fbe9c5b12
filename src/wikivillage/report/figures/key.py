"""Keys of figures, drawn with the very patterns that the figures use."""

from __future__ import annotations

from collections.abc import Iterable

from wikivillage.report.markup import Html, tag


def swatch(loop: str, pattern: str) -> Html:
    """A small area filled with a pattern."""
    area = tag("rect", class_="edge", fill=f"url(#{pattern})", x=1, y=1, width=20, height=12)
    return tag("svg", area, class_=loop, aria_hidden="true")


def stroke(style: str = "pen") -> Html:
    """A short line as the figure draws it."""
    return tag("svg", tag("path", class_=style, d="M1 7h20"), aria_hidden="true")


def key(entries: Iterable[tuple[Html, str]]) -> Html:
    """A list of samples with their words."""
    return tag("ul", [tag("li", sample, words) for sample, words in entries], class_="key")
