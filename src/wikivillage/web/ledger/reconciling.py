"""How rooms above the ledger compare what they keep with it: each names its comparison in a file ``reconcile.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.utils.module_loading import autodiscover_modules

from wikivillage.flows.kinds import State

Comparison = Callable[[State], Iterable[str]]
"""Looks at the state that the records add up to, and says each difference in a sentence."""

COMPARISONS: dict[str, Comparison] = {}


def reconciles(room: str) -> Callable[[Comparison], Comparison]:
    """Make a function the comparison of a room, which ``ledger check`` runs after its own."""

    def named(compare: Comparison) -> Comparison:
        assert COMPARISONS.get(room, compare) is compare, f"two comparisons are called {room}"
        COMPARISONS[room] = compare
        return compare

    return named


def differences_of_rooms(state: State) -> Iterator[str]:
    """What each room found that does not agree with the ledger."""
    autodiscover_modules("reconcile")
    for room, compare in sorted(COMPARISONS.items()):
        for difference in compare(state):
            yield f"{room}: {difference}"
