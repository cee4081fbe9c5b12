"""From where electricity comes over some hours, as a strip: sun, kept sun, grid; and the same in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from wikivillage.report.markup import Html, tag
from wikivillage.web.bookings.energy import GRID, KEPT, SUN, Run
from wikivillage.web.diary.reasons import clock
from wikivillage.web.diary.series import from_wall
from wikivillage.web.registry.words import Text

FILLS = {SUN: ("energy", "p-energy"), KEPT: ("energy", "p-kept"), GRID: ("money", "r-money")}
"""The class and the pattern of each source."""
NAMES = {
    SUN: Text("sun", "soleil"),
    KEPT: Text("kept sun (battery)", "soleil gardé (batterie)"),
    GRID: Text("grid", "réseau"),
}
FROM = {
    SUN: Text("the sun", "du soleil"),
    KEPT: Text("the battery", "de la batterie"),
    GRID: Text("the grid", "du réseau"),
}
MOST_TICKS = 6


def strip(runs: Sequence[Run], begin: datetime, end: datetime, *, zone: str, lang: str) -> Html:
    """The hours as one bar with a clock below."""
    whole = (end - begin) / timedelta(hours=1)

    def share(moment: datetime) -> float:
        return (moment - begin) / timedelta(hours=1) / whole

    bars = [
        tag(
            "rect",
            class_=f"{FILLS[run.mostly][0]} edge",
            fill=f"url(#{FILLS[run.mostly][1]})",
            x=f"{share(run.begin):.2%}",
            y=1,
            width=f"{share(run.end) - share(run.begin):.2%}",
            height=18,
        )
        for run in runs
    ]
    line = tag("line", class_="pen", x1=0, x2="100%", y1=19, y2=19)
    ticks = [_tick(moment, share(moment), zone, lang) for moment in _ticks(begin, end)]
    return tag("svg", bars, line, ticks, class_="gauge", width="100%", height=46, aria_hidden="true")


def _ticks(begin: datetime, end: datetime) -> list[datetime]:
    hours = max(1, round((end - begin) / timedelta(hours=1)))
    step = -(-hours // MOST_TICKS)
    found = [begin + timedelta(hours=number) for number in range(0, hours, step)]
    return [*(one for one in found if end - one > timedelta(minutes=30)), end]


def _tick(moment: datetime, share: float, zone: str, lang: str) -> Html:
    wall = from_wall(moment, zone)
    side = "" if share < 0.05 else "end" if share > 0.95 else "mid"
    word = tag("text", clock(wall.hour * 60 + wall.minute, lang), class_=f"n t2 {side}".strip(), y=40)
    return tag("svg", tag("path", class_="pen", d="M-4 23 4 15"), word, x=f"{share:.2%}", class_="over")


def sources(runs: Sequence[Run]) -> list[str]:
    """Which sources there are, in the order of the key."""
    there = {run.mostly for run in runs}
    return [name for name in FILLS if name in there]


def sentence(runs: Sequence[Run], *, zone: str, lang: str) -> str:
    """``L’électricité viendra du soleil jusqu’à 18 h 30, puis du réseau.``"""
    parts = []
    for index, (name, several) in enumerate(groupby(runs, key=lambda run: run.mostly)):
        last = list(several)[-1].end
        wall = from_wall(last, zone)
        until = clock(wall.hour * 60 + wall.minute, lang)
        word = FROM[name].words(lang)
        if last == runs[-1].end and index:
            parts.append(f"puis {word}" if lang == "fr" else f"then from {word}")
        elif last == runs[-1].end:
            parts.append(word if lang == "fr" else f"from {word}")
        else:
            parts.append(f"{word} jusqu’à {until}" if lang == "fr" else f"from {word} until {until}")
    text = ", ".join(parts) if parts else ""
    start = "L’électricité viendra" if lang == "fr" else "Electricity will come"
    return f"{start} {text}." if text else ""
