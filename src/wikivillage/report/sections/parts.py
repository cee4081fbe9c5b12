"""Small pieces that several sections share: grades, loop names, refusals, share bars."""

from __future__ import annotations

from collections.abc import Iterable

from wikivillage.report.markup import Child, Html, icon, loop_class, pattern_of, sign, tag
from wikivillage.report.words import Words


def grade(words: Words, letter: str | None, href: str | None = None) -> Html | None:
    """The letter of a grade after a number, with its meaning; it leads to the number's source where there is one."""
    if letter not in words.grades:
        return None
    badge = tag("abbr", letter, class_=f"grade {letter.lower()}", title=words.grades[letter])
    return tag("a", badge, href=href, class_="to", aria_label=f"{letter} : {words.grades[letter]}") if href else badge


def named(loop: str, name: Child) -> Html:
    """A loop's shape before the name of a thing."""
    return Html(f"{sign(loop)} {tag('span', name)}")


def refusal(title: str, reasons: Iterable[Child], out: tuple[str, str]) -> Html:
    """The ink block: what does not work, all the reasons numbered, then what would."""
    head = tag("header", icon("cross"), tag("h3", title))
    way_out = tag("div", tag("p", tag("b", out[0]), " ", out[1]), class_="out")
    return tag("div", head, tag("div", tag("ol", [tag("li", reason) for reason in reasons]), way_out), class_="refusal")


def share_bar(share: float, loop: str) -> Html:
    """A thin measured bar, for a share of a sum."""
    wide = f"{min(max(share, 0.0), 1.0):.1%}"
    bar = tag(
        "rect", class_=f"{loop_class(loop)} edge", fill=f"url(#p-{pattern_of(loop)})", x=0, y=1, width=wide, height=12
    )
    return tag("svg", bar, class_="bar", width="100%", height=14, aria_hidden="true")
