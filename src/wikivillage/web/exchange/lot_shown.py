"""Lots as pages show them: cards of the board, the label of one, its balance as a drawing and a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from wikivillage.report.figures.net import Link, Net, Node
from wikivillage.report.figures.sankey_small import sankey_small
from wikivillage.report.markup import Html
from wikivillage.report.words import lowered
from wikivillage.web.exchange import lot_queries as queries
from wikivillage.web.exchange.helping_pages import place_names
from wikivillage.web.exchange.lot_family import (
    ADDED,
    FOUND,
    GIVEN,
    LOST,
    MISSING,
    TAKEN,
    THERE,
    End,
    Family,
)
from wikivillage.web.exchange.lot_rules import kilograms
from wikivillage.web.exchange.lot_words import CONDITIONS
from wikivillage.web.exchange.models import Lot
from wikivillage.web.ledger.models import Stock
from wikivillage.web.ledger.things import find_things
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.shell.templatetags.village import numbers

FALLEN: dict[str, dict[str, str]] = {
    "en": {
        "site_offcut": "fallen from the building site",
        "neighbour": "brought by a neighbour",
        "building_part": "once part of the building",
        "fablab": "left over in the workshop",
        "gift": "given to us",
    },
    "fr": {
        "site_offcut": "tombés du chantier",
        "neighbour": "apportés du voisinage",
        "building_part": "sortis du bâtiment",
        "fablab": "restés à l’atelier",
        "gift": "offerts au village",
    },
}
"""How the sentence of a lot goes on, by where it comes from."""
ELIDED = "aeiouyàâäéèêëîïôöùûühœæ"


@dataclass(frozen=True, slots=True)
class Names:
    """What kinds and places are called in a language; ``in_french``: kinds as lots are called by themselves."""

    kinds: Mapping[str, str]
    in_french: Mapping[str, str]
    places: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Card:
    """A lot in a list."""

    lot: Lot
    title: str
    kind: str
    place: str
    kg: Decimal
    free: Decimal
    photo: int | None
    facts: tuple[str, ...]

    @property
    def href(self) -> str:
        """Its page."""
        return f"/exchange/lots/{self.lot.pk}/"

    @property
    def code(self) -> str:
        """The number on its label."""
        return str(self.lot.stock.lot or "")


def cards_of(rows: Iterable[Lot], lang: str, at: datetime) -> list[Card]:
    """Lots as cards, with as many questions for a page as for one."""
    lots = list(rows)
    ids = [lot.pk for lot in lots]
    kept, photos, names = queries.reserved_of(ids, at), queries.pictured(ids), names_in(lang)
    return [card_of(lot, names, kept, photos) for lot in lots]


def names_in(lang: str) -> Names:
    """What cards are to call kinds and places."""
    return Names(queries.kind_names(lang), queries.kind_names("fr"), place_names(lang))


def card_of(lot: Lot, names: Names, kept: Mapping[str, Decimal], photos: Mapping[str, int]) -> Card:
    """One lot as a card. Where it was called as its kind is, the reader reads the kind in their own language."""
    kind = names.kinds.get(lot.spec, lot.spec)
    return Card(
        lot,
        kind if lot.title == names.in_french.get(lot.spec) else lot.title,
        kind,
        names.places.get(lot.place, lot.place),
        lot.stock.onhand,
        lot.stock.onhand - kept.get(lot.pk, Decimal(0)),
        photos.get(lot.pk),
        facts_of(lot),
    )


def facts_of(lot: Lot) -> tuple[str, ...]:
    """Pieces, size and condition, as far as somebody said them."""
    pieces = _("%(n)s pieces") % {"n": lot.pieces} if lot.pieces and lot.pieces > 1 else ""
    long = _("up to %(cm)s cm") % {"cm": lot.longest_cm} if lot.longest_cm and not lot.size else ""
    condition = str(CONDITIONS[lot.condition]) if lot.condition != "good" else ""
    return tuple(one for one in (pieces, lot.size, long, condition) if one)


def headline(card: Card, lang: str) -> str:
    """``12 kg de chêne, tombés du chantier.``"""
    amount = kilograms(card.kg if card.kg else card.lot.dropped_kg)
    return f"{amount} {_of(card.title, lang)}, {FALLEN[lang][card.lot.origin]}."


def _of(title: str, lang: str) -> str:
    words = lowered(title)
    if not words[:1].isalpha():
        return f"({words})"
    if lang != "fr":
        return f"of {words}"
    return f"d’{words}" if words[0].lower() in ELIDED else f"de {words}"


def label_of_end(end: End, lot: Lot, names: Mapping[str, str]) -> str:
    """What an end of the flows is called."""
    words = {
        GIVEN: _("Brought"),
        FOUND: _("Found on the scales"),
        ADDED: _("Added"),
        TAKEN: _("Taken away"),
        MISSING: _("Missing on the scales"),
        LOST: _("Lost at work"),
        "run": _("Workshop"),
    }
    if end.kind in words:
        return words[end.kind]
    if end.kind == THERE and end.id == lot.pk:
        return _("This lot")
    return names.get(end.id, end.id)


def names_of_ends(family: Family, viewer: Viewer, lang: str) -> dict[str, str]:
    """The names of the stocks and runs of a family: a lot by its number, a run by its recipe."""
    ids = sorted({end.id for pair in family.flows for end in pair if end.id})
    codes = dict(Stock.objects.filter(pk__in=ids).exclude(lot=None).values_list("pk", "lot"))
    other = [id for id in ids if id not in codes]
    things = find_things(viewer, lang, ids=other, agents=[])
    return {id: _("Lot %(code)s") % {"code": codes[id]} if id in codes else things.stock(id) for id in ids}


def draw(family: Family, lot: Lot, names: Mapping[str, str]) -> Html | None:
    """The flows as a drawing; None where there is nothing to see: one thing came in, and is still there."""
    if len(family.flows) < 3:
        return None
    nodes: dict[str, Node] = {}
    links = []
    for (source, target), amount in sorted(_direct(family).items(), key=lambda item: -item[1]):
        first, last = _node(source, "source", lot, names), _node(target, "sink", lot, names)
        nodes.setdefault(first.id, first)
        nodes.setdefault(last.id, last)
        links.append(Link(first.id, last.id, float(amount), "matter", first.grey or last.grey))
    return sankey_small(Net("kg", tuple(nodes.values()), tuple(links)), _short)


def _direct(family: Family) -> dict[tuple[End, End], Decimal]:
    """The flows without the lots in the middle that say nothing: all of it is still there, or all went on at once."""
    flows = dict(family.flows)
    for lot in [End("stock", id) for id in family.lots]:
        before = [(pair, amount) for pair, amount in flows.items() if pair[1] == lot]
        after = [(pair, amount) for pair, amount in flows.items() if pair[0] == lot]
        only = len(before) == 1 and before[0][0][0].kind != "run"
        if len(after) == 1 and (only or after[0][0][1].kind == THERE):
            for pair, _amount in [*before, *after]:
                del flows[pair]
            for pair, amount in before:
                joined = (pair[0], after[0][0][1])
                flows[joined] = flows.get(joined, Decimal(0)) + amount
    return flows


def _node(end: End, side: str, lot: Lot, names: Mapping[str, str]) -> Node:
    inside = end.kind in ("stock", "run")
    role: Any = ("process" if end.kind == "run" else "bus") if inside else side
    id = f"{end.kind}/{end.id}/{'' if inside else side}"
    return Node(id, label_of_end(_shown(end), lot, names), "matter", role, end.kind in (LOST, MISSING, FOUND, ADDED))


def _shown(end: End) -> End:
    return End(THERE, end.id) if end.kind == "stock" else end


def _short(value: float) -> str:
    return str(numbers().number(value))


def table_of(ends: Mapping[End, Decimal], lot: Lot, names: Mapping[str, str]) -> list[tuple[str, Decimal]]:
    """Ends and kilograms as rows, alike ends together."""
    rows: dict[str, Decimal] = {}
    for end, amount in ends.items():
        word = label_of_end(end, lot, names)
        rows[word] = rows.get(word, Decimal(0)) + amount
    return sorted(rows.items(), key=lambda row: -row[1])
