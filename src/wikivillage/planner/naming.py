"""What the things of a plan are called and where they stand, as the record says it."""

from __future__ import annotations

from collections.abc import Mapping

from wikivillage.model.kinds import Exchange, Name, Need, Offer, Process, Store
from wikivillage.planner.sheet import Sheet


def both_languages(name: Name) -> dict[str, str]:
    """A name in each language."""
    return {"en": name.en, "fr": name.fr}


def place_of(sheet: Sheet, id: str) -> str | None:
    """The place of a process, store, need, offer or exchange."""
    village = sheet.village
    sections = (village.processes, village.stores, village.needs, village.offers, village.exchanges)
    return next((section[id].at for section in sections if id in section), None)


def name_of(sheet: Sheet, id: str, kind: str = "") -> dict[str, str] | None:
    """What people call a process, store, need, offer or exchange; None where nobody said.

    The same id may name, say, a process and an exchange: the kind of flow or charge tells which is meant.
    """
    village = sheet.village
    sections: dict[str, Mapping[str, Process | Store | Need | Offer | Exchange]] = {
        "need": village.needs,
        "offer": village.offers,
        "exchange": village.exchanges,
        "process": village.processes,
        "store": village.stores,
    }
    meant = SECTION_OF_KIND.get(kind)
    for section in (sections[meant],) if meant and id in sections[meant] else sections.values():
        if id in section:
            return _own_name(sheet, section[id])
    return None


SECTION_OF_KIND = {
    "served": "need", "unmet": "need", "missing": "need",
    "offered": "offer", "stranded": "offer",
    "bought": "exchange", "sold": "exchange",
    "input": "process", "output": "process", "running": "process",
    "charged": "store", "discharged": "store", "level": "store", "holding": "store",
}  # fmt: skip
"""Where the id of a flow or charge of some kind is to be looked up first."""


def _own_name(sheet: Sheet, thing: Process | Store | Need | Offer | Exchange) -> dict[str, str] | None:
    if thing.name is not None:
        return both_languages(thing.name)
    match thing:
        case Process():
            return both_languages(sheet.village.recipes[thing.recipe].name)
        case Store():
            return both_languages(sheet.village.store_recipes[thing.recipe].name)
        case _:
            return None
