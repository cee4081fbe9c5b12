"""The curve of a register over a stretch of time, its title and its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.translation import gettext as _

from wikivillage.report.figures.bars import Bar, Labels, axis_step, bars
from wikivillage.report.figures.curve import curve
from wikivillage.report.figures.key import key, swatch
from wikivillage.report.markup import Html, loop_class, pattern_of
from wikivillage.web.meters.models import Reading, Register
from wikivillage.web.meters.spans import Part, Stretch, steps_of
from wikivillage.web.shell.templatetags.village import clock, numbers

MOST_LEVELS = 3000
"""How many readings of a level are drawn at most."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn: the figure with its key, what it comes to, and the part with most of it."""

    figure: Html
    key: Html
    total: float
    most: Part | None
    known: int


def draw_sums(parts: Sequence[Part], stretch: Stretch, row: Register, loop: str) -> Shown:
    """The amounts of a stretch as bars."""
    zone, words = ZoneInfo(row.timezone), numbers()
    drawn = {part.begin: part.bar for part in parts}
    begins = list(drawn) if stretch.word == "year" else [begin for begin, _end in steps_of(stretch, row)]
    found = [drawn.get(begin, Bar(0.0)) for begin in begins]
    labels = Labels(
        ticks=[(i, label_of(begin.astimezone(zone), stretch)) for i, begin in enumerate(begins)],
        gap=_("no reading"),
        step=words.amount(axis_step(found), row.unit),
    )
    known = [part for part in parts if part.sureness != "missing"]
    most = max(known, key=lambda part: part.bar.value, default=None)
    total = sum(part.bar.value for part in known)
    return Shown(bars(found, loop=loop, labels=labels), _key(parts, loop), total, most, len(known))


def label_of(at: datetime, stretch: Stretch) -> str:
    """What is written under an hour, a day or a month."""
    words = numbers().words
    match stretch.word:
        case "day":
            return clock(at)
        case "week":
            return f"{words.weekdays[at.weekday()]} {at.day}"
        case "month":
            return str(at.day)
        case "year":
            return words.month(at.month)[:4]


def _key(parts: Sequence[Part], loop: str) -> Html:
    """The samples of what is there to be told apart."""
    kinds, name, pattern = {part.sureness for part in parts}, loop_class(loop), pattern_of(loop)
    listed = [(swatch(name, f"p-{pattern}"), _("measured"))] if "measured" in kinds else []
    if kinds & {"estimated", "partial"}:
        listed.append((swatch(name, f"r-{pattern}"), _("estimated, or known in part")))
    return key(listed) if len(kinds) > 1 and listed else Html("")


def draw_level(found: Sequence[Reading], stretch: Stretch, row: Register, loop: str) -> Html | None:
    """The level of a gauge over a stretch, held from each reading to the next."""
    if len(found) < 2:
        return None
    zone, words = ZoneInfo(row.timezone), numbers()
    first, last = found[0].at, found[-1].at
    seconds = [(one.at - first).total_seconds() for one in found]
    steps = np.linspace(0, seconds[-1], 240)
    values = np.array([float(one.value) for one in found])[np.searchsorted(seconds, steps, side="right") - 1]
    moments = [(share, (first + (last - first) * share).astimezone(zone)) for share in (0.0, 0.2, 0.4, 0.6, 0.8)]
    label = clock if stretch.word == "day" else _short_day
    return curve(
        np.maximum(values, 0),
        full=float(max(values.max(), 1e-9)),
        loop=loop,
        pattern=f"p-{pattern_of(loop)}",
        full_label=words.amount(float(values.max()), row.unit),
        ticks=[(share, label(at)) for share, at in moments],
    )


def _short_day(at: datetime) -> str:
    return numbers().date(at, year=False)


def told_stretch(stretch: Stretch) -> str:
    """A stretch in words: ``20 novembre 2026``, ``novembre 2026``, ``2026``, ``16 au 22 novembre``."""
    words = numbers()
    first, last = (datetime(day.year, day.month, day.day) for day in (stretch.first, stretch.last))
    match stretch.word:
        case "week":
            return words.days(first, last)
        case "month":
            return f"{words.words.month(first.month)} {first.year}"
        case "year":
            return str(first.year)
        case _:
            return f"{words.words.weekdays[first.weekday()]} {words.date(first)}"
