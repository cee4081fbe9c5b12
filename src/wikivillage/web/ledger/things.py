"""What people read for the ids of a page: resources, stocks, processes, places and agents, in few questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from django.utils.translation import gettext as _

from wikivillage.base.ids import title
from wikivillage.model import yaml_source
from wikivillage.model.library_files import library_entries
from wikivillage.report.words import lowered
from wikivillage.web.ledger.models import Stock
from wikivillage.web.ledger.stock_names import OUTSIDE
from wikivillage.web.registry.models import Definition, Place, RecipeEntry, ResourceKind
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer

Lang = Literal["en", "fr"]
WORKING = ("processes", "needs", "offers")
"""Sections of the village file whose entries the ledger knows as processes, in the order in which they are asked."""
HOLDING = ("stores", "exchanges")
"""Sections whose entries have a stock of their own."""


@dataclass(frozen=True, slots=True)
class Things:
    """Names by id. An id that the village file does not have is read as the words it is made of."""

    resources: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Name and loop."""
    entries: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Names by section and id."""
    located: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """The place of an entry that has one, by section and id."""
    places: Mapping[str, str] = field(default_factory=dict)
    stocks: Mapping[str, tuple[str, str | None, str | None, bool]] = field(default_factory=dict)
    """What a stock holds, its lot, its place, and whether it is outside the book."""
    agents: Mapping[str, str] = field(default_factory=dict)

    def resource(self, id: str | None) -> str:
        """A kind of thing that flows."""
        return self.resources[id][0] if id and id in self.resources else title(id or "")

    def loop(self, id: str | None) -> str:
        """The loop of a resource; ``neutral`` where it is not known."""
        return self.resources[id][1] if id and id in self.resources else "neutral"

    def process(self, id: str | None) -> str:
        """Something that takes and gives: a process, a need or an offer."""
        return self._entry(id, WORKING) or title(id or "")

    def stock(self, id: str | None) -> str:
        """Where something is: of a network, a store, an exchange, or a lot, which is called by its kind and number."""
        spec, lot, place, elsewhere = self.stocks.get(id or "", (id or "", None, None, False))
        if elsewhere:
            return _("outside the book: %(thing)s") % {"thing": lowered(self.resource(spec))}
        if id in self.resources and spec == id:
            return self.resource(id)
        kind = f"{self.resource(spec)}, " if spec in self.resources else ""
        called = ", ".join([_("lot %(lot)s") % {"lot": lot}, *([self.place(place)] if place else [])]) if lot else id
        named = self._entry((id or "").removesuffix(OUTSIDE), HOLDING)
        return named or (f"{kind}{called}" if kind else title(id or ""))

    def spec(self, stock: str | None) -> str | None:
        """What kind of thing a stock holds."""
        return self.stocks[stock][0] if stock and stock in self.stocks else None

    def is_elsewhere(self, stock: str | None) -> bool:
        """Whether a stock is only the ledger's account of what lies outside any record."""
        return bool(stock and stock in self.stocks and self.stocks[stock][3])

    def place(self, id: str | None) -> str:
        """A place of the village."""
        return self.places.get(id or "", title(id or ""))

    def place_of(self, process: str | None) -> str | None:
        """Where a process, need or offer is, by the village file."""
        keys = [(section, process or "") for section in WORKING]
        return next((self.located[key] for key in keys if key in self.located), None)

    def agent(self, pseudonym: str | None) -> str:
        """Who acts, as far as this reader may know."""
        return self.agents.get(pseudonym or "", _("somebody"))

    def _entry(self, id: str | None, sections: Iterable[str]) -> str | None:
        return next((self.entries[section, id] for section in sections if id and (section, id) in self.entries), None)


def find_things(
    viewer: Viewer, lang: str, *, ids: Iterable[str | None] = (), agents: Iterable[str | None] = ()
) -> Things:
    """The names of some ids, whatever they are ids of, and of some agents."""
    asked = sorted({id for id in ids if id})
    held = Stock.objects.filter(pk__in=asked).values_list("pk", "spec", "lot", "location", "elsewhere")
    stocks = {id: tuple(said) for id, *said in held}
    wanted = sorted({*asked, *(kept[0] for kept in stocks.values()), *(id.removesuffix(OUTSIDE) for id in stocks)})
    rows = list(Definition.objects.filter(entry__in=wanted, section__in=(*WORKING, *HOLDING)))
    recipes = _recipes(rows, lang)
    name = f"name_{lang}"
    kinds = ResourceKind.objects.filter(pk__in=wanted).values_list("pk", name, "loop")
    located = {(row.section, row.entry): str(row.tree["at"]) for row in rows if row.tree.get("at")}
    places = {*wanted, *located.values(), *(kept[2] for kept in stocks.values() if kept[2])}
    return Things(
        resources={id: (called, loop) for id, called, loop in kinds},
        entries={(row.section, row.entry): _name(row, recipes, lang) for row in rows},
        located=located,
        stocks=stocks,
        places=dict(Place.objects.filter(pk__in=places).values_list("pk", name)),
        agents=names_for(viewer, sorted({one for one in agents if one}), _lang(lang)),
    )


def _lang(lang: str) -> Lang:
    return "fr" if lang == "fr" else "en"


def _recipes(rows: Iterable[Definition], lang: str) -> dict[str, str]:
    """The names of the recipes of those entries that have no name of their own."""
    wanted = {str(row.tree["recipe"]) for row in rows if "recipe" in row.tree and "name" not in row.tree}
    return dict(RecipeEntry.objects.filter(pk__in=wanted).values_list("pk", f"name_{lang}"))


def _name(row: Definition, recipes: Mapping[str, str], lang: str) -> str:
    name: Any = row.tree.get("name")
    if isinstance(name, Mapping):
        return str(name.get(lang) or name.get("en") or title(row.entry))
    recipe = str(row.tree.get("recipe"))
    return str(name) if name else recipes.get(recipe) or _kept_name(recipe, lang) or title(row.entry)


@cache
def _kept_name(recipe: str, lang: str) -> str | None:
    """The name of a kind of store, which only the library knows; parsed once."""
    entry = library_entries("store_recipes").get(recipe)
    node: Any = entry().find("name") if entry else None  # type: ignore[union-attr]
    found = node.find(lang) or node.find("en") if isinstance(node, yaml_source.Mapping) else node
    return found.text if isinstance(found, yaml_source.Text) else None
