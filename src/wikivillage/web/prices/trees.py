"""Price rules as trees of words, as they are proposed and kept, and back; every figure is checked on the way in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.web.prices.policies import (
    EVERYONE,
    KINDS,
    PERSON,
    BiddingRound,
    Brackets,
    CommonFund,
    EffortFigures,
    EffortRate,
    FreePrice,
    GridPrice,
    Plain,
    Policy,
    Scale,
    Sharing,
    SunDiscount,
    Text,
)

MOST = Decimal(1_000_000)
DECIMALS = 6
Tree = Mapping[str, Any]


@dataclass(slots=True)
class Reader:
    """Reads figures and words out of a tree and writes down what is wrong with them."""

    problems: list[Problem] = field(default_factory=list)

    def wrong(self, code: str, where: str, what: str, hint: str = "") -> None:
        """Write a problem down."""
        self.problems.append(Problem(code, where, what, hint))

    def figure(self, value: Any, where: str, most: Decimal = MOST) -> Decimal:
        """A number from nothing to ``most``; nothing where it is none."""
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and 0 <= number <= most and number == round(number, DECIMALS):
            return number
        self.wrong("bad-figure", where, f'"{value}" is no figure from 0 to {most}.', "Write such as: 8.00 or 0.45.")
        return Decimal(0)

    def figures(self, value: Any, where: str, most: Decimal = MOST) -> tuple[Decimal, ...]:
        """Several figures, at least one."""
        if isinstance(value, list) and value:
            return tuple(self.figure(one, f"{where}[{index}]", most) for index, one in enumerate(value))
        self.wrong("bad-figure", where, "Figures stand in a list.", "Write such as: [0.30, 0.45].")
        return (Decimal(0),)

    def rising(self, figures: tuple[Decimal, ...], where: str) -> None:
        """Write down where who has more would pay less."""
        if any(one > other for one, other in pairwise(figures)):
            self.wrong("not-rising", where, "Who has more would pay less.", "Let each figure be as large as the last.")

    def text(self, value: Any, where: str) -> Text:
        """Words in both languages."""
        words = value if isinstance(value, Mapping) else {}
        said = [words.get(lang) for lang in ("en", "fr")]
        if all(isinstance(one, str) and one.strip() and "\0" not in one for one in said):
            return Text(str(said[0]), str(said[1]))
        self.wrong("bad-words", where, "Words are needed in both languages.", 'Write {"en": ..., "fr": ...}.')
        return Text("", "")

    def word(self, value: Any, where: str) -> str:
        """A short word."""
        if isinstance(value, str) and 0 < len(value) <= 64 and "\0" not in value:
            return value
        self.wrong("bad-words", where, f'"{value}" is no word.', "Write a word of at most 64 letters.")
        return ""

    def day(self, value: Any, where: str) -> date:
        """A day."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.wrong("bad-day", where, f'"{value}" is no day.', "Write such as: 2026-01-01.")
            return date.max


def read_policy(tree: Tree, *, service: str, version: int, valid_from: date) -> Policy:
    """A rule from its tree. Raises ProblemError with all that is wrong with it."""
    reader = Reader()
    grid, sun = tree.get("grid", []), tree.get("sun")
    policy = Policy(
        service,
        version,
        valid_from,
        reader.text(tree.get("name"), "name"),
        tuple(
            _read_grid(one, f"grid[{index}]", reader)
            for index, one in enumerate(grid if isinstance(grid, list) else [])
        ),
        _read_sharing(tree.get("sharing", {"kind": "plain"}), reader),
        _read_sun(sun, reader) if sun is not None else None,
    )
    if not policy.grid and policy.kind != "scale":
        reader.wrong("no-grid", "grid", "A rule without a grid prices nothing.", "Write at least one price.")
    if reader.problems:
        raise ProblemError(reader.problems)
    return policy


def _read_grid(tree: Any, where: str, reader: Reader) -> GridPrice:
    one = tree if isinstance(tree, Mapping) else {}
    most = one.get("most_a_day")
    return GridPrice(
        reader.word(one.get("item"), f"{where}.item"),
        reader.text(one.get("name"), f"{where}.name"),
        reader.word(one.get("unit"), f"{where}.unit"),
        reader.figure(one.get("price"), f"{where}.price"),
        reader.word(one.get("audience", EVERYONE), f"{where}.audience"),
        None if most is None else reader.figure(most, f"{where}.most_a_day"),
    )


def _read_sun(tree: Any, reader: Reader) -> SunDiscount:
    one = tree if isinstance(tree, Mapping) else {}
    if not one.get("decision"):
        hint = "Say in both languages who decided it, and the day as decided_on."
        reader.wrong("sun-without-decision", "sun.decision", "Hours of sun cost less by a decision only.", hint)
    return SunDiscount(
        reader.figure(one.get("discount"), "sun.discount", Decimal(1)),
        reader.figure(one.get("least"), "sun.least", Decimal(1)),
        reader.text(one.get("decision") or {"en": "-", "fr": "-"}, "sun.decision"),
        reader.day(one.get("decided_on"), "sun.decided_on"),
    )


def _read_sharing(tree: Any, reader: Reader) -> Sharing:
    one = tree if isinstance(tree, Mapping) else {}
    kind = one.get("kind")
    if kind not in KINDS:
        close = nearest(str(kind), KINDS)
        hint = f'Did you mean "{close}"?' if close else f"There is: {', '.join(KINDS)}."
        reader.wrong("unknown-sharing", "sharing.kind", f'"{kind}" is no way to share a price.', hint)
        return Plain()
    return READERS[kind](one, reader)


def _read_brackets(tree: Tree, reader: Reader) -> Brackets:
    priced = tree.get("priced") is True
    most = MOST if priced else Decimal(1)
    rows = tree.get("table")
    if not isinstance(rows, list) or not rows:
        reader.wrong(
            "bad-figure", "sharing.table", "A table needs a row for each bracket.", "Write such as: [[0.3], [1]]."
        )
        rows = [[0]]
    table = tuple(reader.figures(row, f"sharing.table[{index}]", most) for index, row in enumerate(rows))
    if len({len(row) for row in table}) > 1:
        reader.wrong("uneven-table", "sharing.table", "Rows of brackets are of one length.", "Fill them up.")
    for column in zip(*table, strict=False):
        reader.rising(column, "sharing.table")
    audiences = tree.get("audiences", [PERSON])
    words = [reader.word(word, "sharing.audiences") for word in (audiences if isinstance(audiences, list) else [None])]
    return Brackets(table, priced, tuple(words))


def read_effort(tree: Tree, reader: Reader) -> EffortRate:
    """Figures of an effort rate, from a rule or from a file of the law."""
    rows = tree.get("figures")
    if not isinstance(rows, list) or not rows:
        reader.wrong(
            "bad-figure", "sharing.figures", "An effort rate needs figures from a day on.", "Write at least one."
        )
        rows = []
    return EffortRate(tuple(_read_effort_figures(row, f"sharing.figures[{i}]", reader) for i, row in enumerate(rows)))


def _read_effort_figures(tree: Any, where: str, reader: Reader) -> EffortFigures:
    one = tree if isinstance(tree, Mapping) else {}
    floor, rates = one.get("floor"), one.get("rates")
    rows = rates if isinstance(rates, list) else []
    pairs = [pair for pair in rows if isinstance(pair, list) and len(pair) == 2]
    read = tuple(
        (int(reader.figure(first, f"{where}.rates", Decimal(100))), reader.figure(rate, f"{where}.rates", Decimal(1)))
        for first, rate in pairs
    )
    steps = [first for first, _rate in read]
    if len(pairs) != len(rows) or steps[:1] != [1] or sorted(set(steps)) != steps:
        reader.wrong("bad-figure", f"{where}.rates", "Rates are pairs: from how many children on, and the share.", "")
        read = ((1, Decimal(0)),)
    reader.rising(tuple(rate for _first, rate in reversed(read)), f"{where}.rates")
    ceiling = reader.figure(one.get("ceiling"), f"{where}.ceiling")
    low = None if floor is None else reader.figure(floor, f"{where}.floor", ceiling)
    return EffortFigures(reader.day(one.get("since"), f"{where}.since"), ceiling, read, low, str(one.get("source", "")))


def _read_free(tree: Tree, reader: Reader) -> FreePrice:
    return FreePrice(reader.figure(tree.get("floor"), "sharing.floor"))


def _read_round(tree: Tree, reader: Reader) -> BiddingRound:
    lowest, highest = (reader.figure(tree.get(key), f"sharing.{key}", Decimal(100)) for key in ("lowest", "highest"))
    reader.rising((lowest, highest), "sharing.lowest")
    return BiddingRound(reader.figure(tree.get("need"), "sharing.need"), lowest, highest)


def _read_fund(tree: Tree, reader: Reader) -> CommonFund:
    contributions = reader.figures(tree.get("contributions"), "sharing.contributions")
    reader.rising(contributions, "sharing.contributions")
    return CommonFund(reader.figure(tree.get("entitlement"), "sharing.entitlement"), contributions)


def _read_scale(tree: Tree, reader: Reader) -> Scale:
    limits = reader.figures(tree.get("limits"), "sharing.limits")
    reader.rising(limits, "sharing.limits")
    return Scale(limits)


READERS: dict[str, Callable[[Tree, Reader], Sharing]] = {
    "plain": lambda _tree, _reader: Plain(),
    "brackets": _read_brackets,
    "effort": read_effort,
    "free": _read_free,
    "round": _read_round,
    "fund": _read_fund,
    "scale": _read_scale,
}
"""How each way to share is read."""


def policy_tree(policy: Policy) -> dict[str, Any]:
    """The tree of a rule, from which reading makes the same rule."""
    tree: dict[str, Any] = {"name": _words(policy.name), "grid": [_grid(line) for line in policy.grid]}
    tree["sharing"] = {"kind": policy.kind, **_plain(policy.sharing)}
    if policy.sun is not None:
        tree["sun"] = _plain(policy.sun)
    return tree


def _words(text: Text) -> dict[str, str]:
    return {"en": text.en, "fr": text.fr}


def _grid(line: GridPrice) -> dict[str, Any]:
    return {key: value for key, value in _plain(line).items() if value is not None}


def _plain(thing: Any) -> dict[str, Any]:
    return {name: _value(getattr(thing, name)) for name in thing.__dataclass_fields__}


def _value(value: Any) -> Any:
    match value:
        case Text():
            return _words(value)
        case Decimal() | date():
            return str(value)
        case tuple():
            return [_value(one) for one in value]
        case EffortFigures():
            return _plain(value)
    return value
