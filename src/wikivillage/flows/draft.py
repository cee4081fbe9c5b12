"""A draft: what one entry would change in a state, and every problem found on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from wikivillage.base.problems import Problem
from wikivillage.flows.kinds import Commitment, Pledge, Standing, State, Stock, Work

EMPTY: frozenset[str] = frozenset()


class Draft:
    """Reads see the state and what was already written here; the state itself is not touched.

    ``at`` is when the entry is recorded, ``entry`` its id, by which problems call it.
    """

    def __init__(self, state: State, at: datetime, entry: str) -> None:
        self.base, self.at, self.entry = state, at, entry
        self.stocks: dict[str, Stock] = {}
        self.works: dict[str, Work] = {}
        self.pledges: dict[str, Pledge] = {}
        self.events: dict[str, Standing] = {}
        self.contents: dict[str, frozenset[str]] = {}
        self.promised: dict[str, frozenset[str]] = {}
        self.closed_until = state.closed_until
        self.problems: list[Problem] = []

    def refuse(self, code: str, field: str, what: str, hint: str = "") -> None:
        """Note what is wrong with the entry."""
        self.problems.append(Problem(code, f"{self.entry} {field}".strip(), what, hint))

    def stock(self, id: str | None) -> Stock | None:
        """A record as it stands in this draft."""
        return None if id is None else self.stocks.get(id) or self.base.stocks.get(id)

    def put(self, stock: Stock) -> None:
        """Write a record, and keep the index of what lies in it."""
        before = self.stock(stock.id)
        held = before.contained_in if before else None
        if held != stock.contained_in:
            if held is not None:
                self.contents[held] = self.inside(held) - {stock.id}
            if stock.contained_in is not None:
                self.contents[stock.contained_in] = self.inside(stock.contained_in) | {stock.id}
        self.stocks[stock.id] = stock

    def inside(self, container: str) -> frozenset[str]:
        """The ids of what lies directly in a container."""
        return _layered(self.contents, self.base.contents, container)

    def all_inside(self, container: str) -> list[str]:
        """The ids of everything in a container, and in the containers in it."""
        found: list[str] = []
        for id in sorted(self.inside(container)):
            found += [id, *self.all_inside(id)]
        return found

    def work(self, id: str) -> Work | None:
        """A process as it stands."""
        return self.works.get(id) or self.base.works.get(id)

    def pledge(self, id: str) -> Pledge | None:
        """A promise as it stands."""
        return self.pledges.get(id) or self.base.pledges.get(id)

    def put_pledge(self, pledge: Pledge) -> None:
        """Write a promise, and keep the index of those that count against a resource."""
        promise = pledge.promise
        self.pledges[promise.id] = pledge
        if isinstance(promise, Commitment) and promise.resource and counts_against(promise):
            others = self.promises_on(promise.resource) - {promise.id}
            self.promised[promise.resource] = others if pledge.ended else others | {promise.id}

    def promises_on(self, resource: str) -> frozenset[str]:
        """The ids of the promises that count against a resource."""
        return _layered(self.promised, self.base.promised, resource)

    def standing(self, id: str) -> Standing | None:
        """An event as it stands after its corrections."""
        return self.events.get(id) or self.base.events.get(id)


def counts_against(commitment: Commitment) -> bool:
    """Whether a commitment takes something of its resource away from others: an amount, or a stretch of time."""
    return commitment.reserves or is_booking(commitment)


def is_booking(commitment: Commitment) -> bool:
    """Whether a commitment occupies its resource from its begin to its end."""
    bounded = commitment.begin is not None and commitment.end is not None
    return commitment.action == "use" and commitment.resource is not None and bounded


def absorbed(state: State, draft: Draft) -> State:
    """The state after a draft: a new one, the old is left as it is."""
    return replace(
        state,
        stocks={**state.stocks, **draft.stocks},
        works={**state.works, **draft.works},
        pledges={**state.pledges, **draft.pledges},
        events={**state.events, **draft.events},
        contents={**state.contents, **draft.contents},
        promised={**state.promised, **draft.promised},
        closed_until=draft.closed_until,
    )


def _layered(above: Mapping[str, frozenset[str]], below: Mapping[str, frozenset[str]], key: str) -> frozenset[str]:
    return above[key] if key in above else below.get(key, EMPTY)
