"""Prices in words, as they are kept and as pages show them: the table ``prices/quote.html`` of every room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wikivillage.web.prices.engine import by_bracket
from wikivillage.web.prices.facts import Facts
from wikivillage.web.prices.lines import Line, Quote
from wikivillage.web.prices.models import FrozenQuote
from wikivillage.web.prices.policies import Policy, Text
from wikivillage.web.prices.sentences import Share, both, money, said, say


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the table: its words, its reasons, its sum, and where its rule stands."""

    words: str
    notes: tuple[str, ...]
    sum: str
    source: str
    href: str


@dataclass(frozen=True, slots=True)
class ShownBracket:
    """What one bracket pays; ``own``: it is that of the reader."""

    number: int
    share: str
    sum: str
    own: bool


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A price on a page."""

    lines: tuple[ShownLine, ...]
    total: str
    total_cents: int
    words: str
    brackets: tuple[ShownBracket, ...] = ()


def lines_tree(quote: Quote) -> list[dict[str, Any]]:
    """Lines as they are kept, in both languages and without incomes; the last says the whole calculation."""
    return [*(_line_tree(line) for line in quote.lines), {"words": _tree(quote.words)}]


def _line_tree(line: Line) -> dict[str, Any]:
    return {
        "cents": line.cents,
        "words": _tree(both(line.words, private=False)),
        "notes": [_tree(both(note, private=False)) for note in line.notes],
        "from": _tree(both(line.source.words)),
        "source": [line.source.service, line.source.version, line.source.part, line.source.since.isoformat()],
    }


def _tree(text: Text) -> dict[str, str]:
    return {"en": text.en, "fr": text.fr}


def shown_quote(quote: Quote, lang: str, *, policy: Policy | None = None, facts: Facts | None = None) -> ShownQuote:
    """A price for a page, before it is promised; with its rule and facts also what each bracket pays."""
    brackets = shown_brackets(policy, facts, lang) if policy and facts else ()
    return _shown(lines_tree(quote), quote.total_cents, lang, brackets)


def shown_frozen(
    row: FrozenQuote, lang: str, *, policy: Policy | None = None, facts: Facts | None = None
) -> ShownQuote:
    """A promised price for a page."""
    brackets = shown_brackets(policy, facts, lang) if policy and facts else ()
    return _shown(row.lines, row.total_cents, lang, brackets)


def shown_brackets(policy: Policy, facts: Facts, lang: str) -> tuple[ShownBracket, ...]:
    """What each bracket pays for the same."""
    own = facts.band.number if facts.band and facts.on <= facts.band.valid_until else None
    return tuple(
        ShownBracket(number, "" if share is None else share_words(share, lang), money(paid, lang), number == own)
        for number, share, paid in by_bracket(policy, facts)
    )


def share_words(share: Any, lang: str) -> str:
    """A share of one in words."""
    return say(said("share", share=Share(share)), lang)


def _shown(lines: Sequence[Mapping[str, Any]], total: int, lang: str, brackets: tuple[ShownBracket, ...]) -> ShownQuote:
    shown = tuple(
        ShownLine(
            line["words"][lang],
            tuple(note[lang] for note in line["notes"]),
            money(line["cents"], lang) if line["cents"] else "",
            line["from"][lang],
            f"/prices/{line['source'][0]}/{line['source'][1]}/",
        )
        for line in lines
        if "cents" in line
    )
    words = next((line["words"][lang] for line in lines if "cents" not in line), "")
    return ShownQuote(shown, money(total, lang), total, words, brackets)
