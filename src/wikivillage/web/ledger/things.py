"""What people read for the ids of a page: resources, stocks, processes, places and agents, in few questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from wikivillage.base.ids import title
from wikivillage.report.words import lowered
from wikivillage.web.ledger.sql import select
from wikivillage.web.ledger.stock_names import OUTSIDE
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.registry.village_names import HOLDING, WORKING, village_names

Lang = Literal["en", "fr"]


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
        if id and id in self.resources:
            return self.resources[id][0]
        return str(OTHER_KINDS[id]) if id in OTHER_KINDS else title(id or "")

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


OTHER_KINDS = {
    "tool": pgettext_lazy("ledger", "tools"),
    "time_credit": pgettext_lazy("ledger", "hours of the time accounts"),
}
"""Kinds that no village file names, for rooms count them: what they are called."""


def find_things(
    viewer: Viewer, lang: str, *, ids: Iterable[str | None] = (), agents: Iterable[str | None] = ()
) -> Things:
    """The names of some ids, whatever they are ids of, and of some agents."""
    names = village_names(lang)
    held = select(STOCKS, sorted({id for id in ids if id}))
    return Things(
        resources=names.resources,
        entries=names.entries,
        located=names.located,
        places=names.places,
        stocks={id: (spec, lot, place, bool(elsewhere)) for id, spec, lot, place, elsewhere in held},
        agents=names_for(viewer, sorted({one for one in agents if one}), _lang(lang)),
    )


STOCKS = "SELECT id, spec, lot, location, elsewhere FROM ledger_stock WHERE id IN ({ids})"


def _lang(lang: str) -> Lang:
    return "fr" if lang == "fr" else "en"
