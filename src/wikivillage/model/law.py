"""What the law refuses: a use fed with what may not serve it. No error: the plan does without and says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from wikivillage.model.kinds import Name, Village
from wikivillage.model.law_book import MEETS, LawBook, LegalClass, Use, law_book


@dataclass(frozen=True, slots=True)
class Refusal:
    """A process or need (``id``) that may not use a resource, with the rule, its date and what it says."""

    id: str
    recipe: str | None
    use: str
    resource: str
    rule: str
    date: date
    text: Name
    source: str


def refusals(village: Village) -> list[Refusal]:
    """Every process and need whose use the law refuses to feed with what it takes."""
    book = law_book()
    found = []
    for id, recipe, use, resource, place in _uses(village):
        legal = book.classes.get(village.resources[resource].legal or "")
        if legal is None:
            continue
        rule = broken_rule(legal, book.uses[use], sensitive=_sensitive(village, place, book))
        if rule is not None:
            found.append(_refusal(book, id, recipe, use, resource, legal, rule))
    return found


def broken_rule(legal: LegalClass, use: Use, *, sensitive: bool) -> str | None:
    """The id of the rule that refuses a water for a use, or None. ``sensitive``: children, patients, elderly people."""
    demand = use.demands[legal.water]
    if demand in ("never", "case_by_case"):
        return demand
    if demand not in MEETS[legal.treated]:
        return "quality"
    free = legal.water == "drinking" or (legal.water == "raw" and demand == "free")
    return "sensitive_public" if sensitive and not free else None


def _uses(village: Village) -> Iterator[tuple[str, str | None, str, str, str | None]]:
    """(id, recipe, use, resource, place) of everything whose use the law looks at."""
    for process in village.processes.values():
        recipe = village.recipes[process.recipe]
        if recipe.use is not None:
            for arc in recipe.inputs:
                yield process.id, recipe.id, recipe.use, arc.resource, process.to or process.at
    for need in village.needs.values():
        if need.use is not None:
            yield need.id, None, need.use, need.resource, need.at


def _sensitive(village: Village, place: str | None, book: LawBook) -> bool:
    """Whether the place, or one that it is inside of, receives a sensitive public."""
    seen: set[str] = set()
    while place is not None and place in village.places and place not in seen:
        seen.add(place)
        if village.places[place].use in book.sensitive_places:
            return True
        place = village.places[place].inside
    return False


def _refusal(
    book: LawBook, id: str, recipe: str | None, use: str, resource: str, legal: LegalClass, rule: str
) -> Refusal:  # fmt: skip
    broken, named = book.rules[rule], book.uses[use]
    demand = named.demands[legal.water]
    text = Name(
        broken.text.en.format_map({"water": legal.name.en, "use": named.name.en, "class": demand}),
        broken.text.fr.format_map({"water": legal.name.fr, "use": named.name.fr, "class": demand}),
    )
    return Refusal(id, recipe, use, resource, rule, broken.date, text, broken.source)
