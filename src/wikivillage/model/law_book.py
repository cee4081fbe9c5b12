"""The rules of law as the library tells them: ``library/rules.yaml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, TypeVar, get_args

from wikivillage.base.problems import ProblemError
from wikivillage.model.fields import Field, as_mapping, as_text, read_record
from wikivillage.model.kinds import Name
from wikivillage.model.library_files import library_entries
from wikivillage.model.reading import EntryError, Reading, suggestion
from wikivillage.model.shelves import no_shelves
from wikivillage.model.values import choice, name, text
from wikivillage.model.yaml_source import Node

Water = Literal["drinking", "raw", "grey", "other"]
Demand = Literal["free", "A", "A+", "case_by_case", "never"]
T = TypeVar("T")

MEETS: Mapping[str | None, frozenset[Demand]] = {
    None: frozenset({"free"}),
    "A": frozenset({"free", "A"}),
    "A+": frozenset({"free", "A", "A+"}),
}
"""The demands that water meets, by the class to which it was treated."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a text of law says, since when, and where it stands; ``{water}``, ``{use}`` and ``{class}`` are open."""

    id: str
    date: date
    source: str
    text: Name


@dataclass(frozen=True, slots=True)
class LegalClass:
    """Which water a resource is for the law, and the class to which it has been treated."""

    name: Name
    water: Water
    treated: str | None


@dataclass(frozen=True, slots=True)
class Use:
    """A use, and what the law demands of each water for it."""

    name: Name
    demands: Mapping[Water, Demand]


@dataclass(frozen=True, slots=True)
class LawBook:
    """Every rule, legal class, use and sensitive place, by id."""

    rules: Mapping[str, Rule]
    classes: Mapping[str, LegalClass]
    uses: Mapping[str, Use]
    sensitive_places: frozenset[str]


RULE = (
    Field("date", lambda node, reading: date.fromisoformat(as_text(node)), "since when", required=True),
    Field("source", text, "where it stands", required=True),
    Field("text", name, "what it says", required=True),
)
LEGAL_CLASS = (
    Field("name", name, "what people call it", required=True),
    Field("water", choice(*get_args(Water)), "which water it is for the law", required=True),
    Field("treated", choice("A", "A+"), "the class to which it was treated"),
)
USE = (
    Field("name", name, "what people call it", required=True),
    Field("raw", choice(*get_args(Demand)), "what raw water must be", required=True),
    Field("grey", choice(*get_args(Demand)), "what greywater must be", required=True),
    Field("other", choice(*get_args(Demand)), "what other water must be", required=True),
)


@lru_cache(maxsize=1)
def law_book() -> LawBook:
    """The rules of the library. Raises ProblemError for a mistake in them."""
    reading = Reading(no_shelves(), origin="library")
    book = LawBook(
        rules=_entries("rules", lambda id, node: _rule(id, node, reading)),
        classes=_entries("legal_classes", lambda id, node: _legal_class(node, reading)),
        uses=_entries("uses", lambda id, node: _use(node, reading)),
        sensitive_places=frozenset(_entries("sensitive_places", lambda id, node: node)),
    )
    if reading.problems:
        raise ProblemError(reading.problems)
    return book


def legal_class(node: Node, reading: Reading) -> str:
    """The id of a legal class."""
    return _known(node, law_book().classes, "legal class")


def legal_use(node: Node, reading: Reading) -> str:
    """The id of a use that the law knows."""
    return _known(node, law_book().uses, "use that the law knows")


def _known(node: Node, known: Mapping[str, object], what: str) -> str:
    word = as_text(node)
    if word not in known:
        raise EntryError("unknown_legal", node, f'"{word[:40]}" is no {what}.', suggestion(word, known, "Known"))
    return word


def _entries(section: str, read: Callable[[str, Node], T]) -> dict[str, T]:
    return {id: read(id, node) for id, node in as_mapping(library_entries("rules")[section]()).values.items()}


def _rule(id: str, node: Node, reading: Reading) -> Rule:
    return Rule(id, **read_record(node, RULE, reading))


def _legal_class(node: Node, reading: Reading) -> LegalClass:
    return LegalClass(**read_record(node, LEGAL_CLASS, reading))


def _use(node: Node, reading: Reading) -> Use:
    record = read_record(node, USE, reading)
    demands: dict[Water, Demand] = {
        "drinking": "free", "raw": record["raw"], "grey": record["grey"], "other": record["other"],
    }  # fmt: skip
    return Use(record["name"], demands)
