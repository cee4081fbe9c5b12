"""The plan on one screen of the terminal: about 40 lines, 80 to 100 columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from wikivillage.report.goals_read import Goal, says, shown, target_words, title_of
from wikivillage.report.limits import reason
from wikivillage.report.reading import GROUPS, PAID, Reading, Record, read
from wikivillage.report.sections.evidence import problems_found
from wikivillage.report.sections.hero import finding, lead, when
from wikivillage.report.sections.sizes import Size, is_built, main_sizes, size_text
from wikivillage.report.sections.trouble import Row, refused_words, stranded_words, unmet_words
from wikivillage.report.words import capital

GOALS, SIZES, COSTS, TROUBLE = 7, 12, 6, 4
"""Rows of each table; what does not fit is counted and stands in the report."""
BAR = 16


def terminal_summary(record: Record, lang: str = "fr") -> RenderableType:
    """The finding, the goals, the sizes, the cost and the certificate of a plan, for rich to print.

    Raises ValueError for a language that the report does not speak.
    """
    reading = read(record, pd.DataFrame(), lang)
    goals = record.get("goals") or []
    met = sum(1 for goal in goals if goal["met"])
    parts: list[RenderableType | None] = [
        Text.assemble((f"{record['village']['name']}  ", "bold"), (when(reading), "dim")),
        Text(finding(reading.words, met, len(goals) - met), style="bold"),
        Text(lead(reading) + (f" {reading.words('hero.synthetic')}" if reading.synthetic else "")),
        _trouble(reading),
        _goals(reading, goals),
        _sizes(reading),
        _costs(reading),
        _certificate(reading),
    ]
    return Group(*(part for part in parts if part is not None))


@dataclass(frozen=True, slots=True)
class Column:
    """``most``: letters it is cut to when it is not ``rigid``; the last column takes what is left."""

    rigid: bool = False
    right: bool = False
    style: str = ""
    most: int = 1000


@dataclass(frozen=True, slots=True)
class Rows:
    """A small table that keeps its figures whole and cuts its words to the width of the terminal."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[str, ...]]
    rest: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One line per row, never wrapped."""
        widths = self.widths(options.max_width)
        yield Text(f"\n{self.title}", style="dim")
        for row in self.rows:
            line = Text(no_wrap=True, overflow="crop")
            for column, width, cell in zip(self.columns, widths, row, strict=True):
                words = cell if len(cell) <= width else cell[: max(width - 1, 0)].rstrip() + "…"
                line.append(words.rjust(width) if column.right else words.ljust(width), style=column.style)
                line.append("  ")
            line.rstrip()
            yield line
        if self.rest:
            yield Text(self.rest, style="dim")

    def widths(self, total: int) -> list[int]:
        """Rigid columns whole; the soft ones lose their longest first until the last has some room."""
        widths = [min(column.most, max(len(row[i]) for row in self.rows)) for i, column in enumerate(self.columns)]
        room = total - 2 * (len(widths) - 1)
        soft = [i for i, column in enumerate(self.columns) if not column.rigid]
        while sum(widths) > room and any(widths[i] > 8 for i in soft):
            longest = max(soft, key=lambda i: widths[i] * (1 if i == soft[-1] else 2))
            widths[longest] -= 1
        return widths


def _table(
    reading: Reading, title: str, columns: tuple[Column, ...], rows: Sequence[tuple[str, ...]], rest: int
) -> Rows:
    more = reading.words.count("terminal.more", rest) if rest > 0 else ""
    return Rows(capital(title), columns, rows, more)


def _goals(reading: Reading, goals: list[Goal]) -> Rows | None:
    if not goals:
        return None
    rows = []
    for goal in goals[:GOALS]:
        said = says(reading, goal)
        rows.append(
            (
                "✓" if goal["met"] else "✗",
                title_of(reading, goal),
                shown(reading, goal, goal["reached"]),
                target_words(reading, goal),
                said.step or said.fact,
            )
        )
    columns = (
        Column(rigid=True),
        Column(rigid=True),
        Column(rigid=True, right=True),
        Column(style="dim", most=27),
        Column(),
    )
    return _table(reading, reading.words("terminal.goals"), columns, rows, len(goals) - GOALS)


def _sizes(reading: Reading) -> Rows | None:
    built = [size for size in main_sizes(reading) if is_built(size)]
    if not built:
        return None
    built.sort(key=lambda size: -float(size.get("capital_eur") or 0.0))
    rows = [
        (reading.called(s["id"]), size_text(reading, s), _capital(reading, s), reason(reading, s))
        for s in built[:SIZES]
    ]
    columns = (Column(most=28), Column(rigid=True, right=True), Column(rigid=True, right=True), Column(style="dim"))
    return _table(reading, reading.words("terminal.sizes"), columns, rows, len(built) - SIZES)


def _capital(reading: Reading, size: Size) -> str:
    if size.get("owned"):
        return reading.words("sizes.owned")
    return reading.numbers.money(size.get("capital_eur") or 0.0)


def _costs(reading: Reading) -> Rows | None:
    words, numbers = reading.words, reading.numbers
    sums: dict[tuple[str, str], float] = {}
    for part in reading.record["objective"]["parts"]:
        if part["kind"] in PAID:
            key = (GROUPS.get(part["kind"], "thing"), part["id"])
            sums[key] = sums.get(key, 0.0) + part["amount"]
    ordered = [
        (key, value) for key, value in sorted(sums.items(), key=lambda each: -abs(each[1])) if abs(value) >= 0.005
    ]
    largest = max((abs(value) for _, value in ordered), default=1.0)
    rows = [
        (reading.called(id, group), numbers.money(value), "█" * max(1, round(BAR * abs(value) / largest)))
        for (group, id), value in ordered[:COSTS]
    ]
    columns = (Column(most=32), Column(rigid=True, right=True), Column(rigid=True))
    return _table(reading, words("terminal.costs"), columns, rows, len(ordered) - COSTS) if rows else None


def _trouble(reading: Reading) -> Group | None:
    """What is missing, stranded or refused, each with its amount and its place in time."""
    told: list[Text] = []
    for kind, say in TROUBLES.items():
        rows = reading.record.get(kind) or []
        if rows:
            told.append(Text(f"\n{capital(reading.words.count(f'{kind}.head', len(rows)))}", style="bold"))
        for row in rows[:TROUBLE]:
            what, fact = say(reading, row)[:2]
            told.append(Text.assemble("✗  ", (what, "bold"), " ", fact))
        if len(rows) > TROUBLE:
            told.append(Text(reading.words.count("terminal.more", len(rows) - TROUBLE), style="dim"))
    return Group(*told) if told else None


TROUBLES: dict[str, Callable[[Reading, Row], tuple[str, ...]]] = {
    "unmet": unmet_words,
    "stranded": stranded_words,
    "refused": refused_words,
}
"""How each kind of trouble is told."""


def _certificate(reading: Reading) -> Text:
    words, numbers = reading.words, reading.numbers
    proof = reading.record.get("certificate") or {}
    found = problems_found(reading)
    if found is None:
        said = words("certificate.unchecked")
    else:
        said = words.count("certificate.failed", len(found)) if found else words("certificate.checked")
    gap = f"{capital(words('terminal.gap'))} {numbers.number(proof.get('relative_gap'))}"
    residual = f"{words('terminal.residual')} {numbers.number(proof.get('worst_residual'))}"
    return Text(f"\n{said} {gap}, {residual}.", style="dim" if not found else "bold")
