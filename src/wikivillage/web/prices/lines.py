"""A price as lines: each in whole cents, with its words, its reasons and the rule it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wikivillage.report.formats import MINUS, NO_BREAK
from wikivillage.web.prices.policies import Policy, Text
from wikivillage.web.prices.sentences import Day, Said, money, said, say


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line comes from: a rule, its version, which part of it, and the day from which that part holds."""

    service: str
    version: int
    part: str
    since: date

    @property
    def words(self) -> Said:
        """What this part is called: the grid, the scale or the rule of a day."""
        key = f"source.{self.part}" if self.part in ("grid", "effort") else "source.rule"
        return said(key, since=Day(self.since))


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a price. ``term`` stands for it in the sum, ``condition`` beside it; ``notes`` say why."""

    cents: int
    words: Said
    source: Source
    notes: tuple[Said, ...] = ()
    term: Said | None = None
    condition: Said | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """What something costs and why. The lines add up to the total."""

    lines: tuple[Line, ...]

    @property
    def total_cents(self) -> int:
        """The sum of the lines."""
        return sum(line.cents for line in self.lines)

    @property
    def words(self) -> Text:
        """The calculation in one sentence: ``28,40 € = 8 h × 3,55 € ; revenu plafonné à 8 500 €``."""
        return Text(self.formula("en"), self.formula("fr"))

    def formula(self, lang: str) -> str:
        """The calculation in a language."""
        told = [line for line in self.lines if line.cents or line.term]
        parts = [money(self.total_cents, lang), f" ={_terms(told, lang)}"]
        conditions = [say(line.condition, lang) for line in self.lines if line.condition]
        between = f"{NO_BREAK}; " if lang == "fr" else "; "
        return between.join(["".join(parts), *dict.fromkeys(conditions)])


def source_of(policy: Policy, part: str) -> Source:
    """A part of a rule."""
    return Source(policy.service, policy.version, part, policy.valid_from)


def _terms(lines: list[Line], lang: str) -> str:
    """Each line with its sign, the first without a plus."""
    written = ""
    for line in lines:
        sign = f" {MINUS}" if line.cents < 0 else " +" if written else ""
        written += f"{sign} {say(line.term, lang) if line.term else money(abs(line.cents), lang)}"
    return written or f" {money(0, lang)}"
