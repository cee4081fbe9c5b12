"""The whole page: one file, every style inside it, no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pandas as pd

from wikivillage.report.markup import Html, icon, render, tag
from wikivillage.report.reading import Reading, Record, read
from wikivillage.report.sections.boundary import boundary
from wikivillage.report.sections.carbon import carbon, measures
from wikivillage.report.sections.evidence import certificate, evidence, evidence_page
from wikivillage.report.sections.floor import Floor
from wikivillage.report.sections.goals import goals
from wikivillage.report.sections.hero import hero, hours_in_words
from wikivillage.report.sections.money import costs, prices
from wikivillage.report.sections.net import net
from wikivillage.report.sections.sizes import not_built, sizes
from wikivillage.report.sections.stores import stores
from wikivillage.report.sections.trouble import trouble
from wikivillage.report.sections.weeks import weeks

Section = Callable[[Reading], Floor | None]
SECTIONS: tuple[Section, ...] = (
    goals,
    trouble,
    net,
    weeks,
    stores,
    sizes,
    not_built,
    costs,
    boundary,
    prices,
    carbon,
    measures,
    evidence,
    certificate,
)
"""In the order of the page; each may have nothing to say."""
NUMBERS = "numbers/"
"""Where a site shows the numbers, below the report."""
ON_THE_PHONE = ("objectifs", "flux", "semaines", "tailles", "certificat")
"""The five anchors of the bottom bar."""
IN_THE_RAIL = (*ON_THE_PHONE, "manques", "reserves", "argent", "carbone", "nombres")
"""The anchors of the rail of wide screens."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A report for a site that has its own frame: anchors and titles of its sections, the finding, and the sections.

    ``body`` refers to the numbers at the address ``numbers/`` below its own.
    """

    contents: tuple[tuple[str, str], ...]
    head: Html
    body: Html
    numbers: Html


def report_parts(record: Record, flows: pd.DataFrame, lang: str = "fr") -> Parts:
    """The report of a plan without its frame, its many numbers apart. Raises as ``render_html`` does."""
    reading = read(record, flows, lang, numbers_at=NUMBERS)
    floors = floors_of(reading, [section for section in SECTIONS if section is not evidence])
    contents = tuple((each.id, each.title) for each in floors)
    return Parts(contents, hero(reading), render([each.markup for each in floors]), evidence_page(reading))


def floors_of(reading: Reading, sections: Iterable[Section]) -> list[Floor]:
    """The sections that have something to say."""
    return [each for each in (section(reading) for section in sections) if each]


def report_body(reading: Reading, floors: Iterable[Floor]) -> Html:
    """The finding and the sections below it."""
    return render([hero(reading), [each.markup for each in floors]])


def render_html(record: Record, flows: pd.DataFrame, lang: str = "fr") -> str:
    """The report of a plan as one self-contained HTML page.

    ``record``: what ``plan.json`` holds; ``flows``: the long table of ``flows.parquet``; ``lang``: ``fr`` or ``en``.
    Raises ValueError for another language, and for a net of flows that does not balance.
    """
    reading = read(record, flows, lang)
    floors = floors_of(reading, SECTIONS)
    body = tag(
        "body",
        tag("a", reading.words("skip"), class_="skip", href="#contenu"),
        Html(look("signs.svg")),
        _top(reading),
        _nav(reading, floors),
        tag("main", report_body(reading, floors), id="contenu"),
        _foot(reading),
    )
    return "<!doctype html>\n" + tag("html", _head(reading), "\n", body, lang=lang) + "\n"


@cache
def look(name: str) -> str:
    """A file of the look, as text."""
    return files("wikivillage.report").joinpath("look", name).read_text("utf-8")


def _head(reading: Reading) -> Html:
    words, village = reading.words, str(reading.record["village"]["name"])
    whole = reading.whole_year
    covers = (
        words("plan.title.year", year=str(reading.start.year))
        if whole
        else words("plan.title.hours", hours=hours_in_words(reading))
    )
    styles = "".join(look(name) for name in ("tokens.css", "base.css", "report.css"))
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", words("title", period=covers, village=village)),
        tag("style", Html(styles)),
    )


def _top(reading: Reading) -> Html:
    place = tag("svg", tag("use", href="#i-village"), viewbox="0 0 34 34", class_="pen", aria_hidden="true")
    village = tag(
        "div",
        str(reading.record["village"]["name"]),
        tag("span", reading.words("brand.plan", year=str(reading.start.year))),
    )
    lang = tag("p", reading.words("foot.other"), class_="note language", lang=reading.words("foot.other.lang"))
    return tag("header", tag("a", place, village, class_="brand", href="#haut"), lang, class_="top")


def _nav(reading: Reading, floors: list[Floor]) -> Html:
    links = [
        tag(
            "a",
            icon(each.icon),
            tag("span", reading.words(f"nav.{each.id}")),
            href=f"#{each.id}",
            class_=None if each.id in ON_THE_PHONE else "rail-only",
        )
        for each in floors
        if each.id in IN_THE_RAIL
    ]
    return tag("nav", links, class_="nav contents", aria_label=reading.words("nav.label"))


def _foot(reading: Reading) -> Html:
    words, record = reading.words, reading.record
    made = words(
        "foot.made",
        version=str((record.get("versions") or {}).get("wikivillage", "")),
        file=str(record["village"].get("file", "")),
    )
    synthetic = f" {words('hero.synthetic')}" if reading.synthetic else ""
    return tag("footer", tag("p", made + synthetic), class_="foot")
