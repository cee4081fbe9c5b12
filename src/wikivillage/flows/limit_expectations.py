"""What a replayed case expects of the rules of entries themselves: how many classes, what may change afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from wikivillage.flows.check_entry import check_entry
from wikivillage.flows.kinds import ZERO, Event, Measure
from wikivillage.flows.wire import json_schema


class Compares(Protocol):
    """Where comparisons are noted."""

    def same(self, what: str, wanted: Any, got: Any) -> None:
        """Compare what was expected with what was found."""

    def unknown(self, key: str) -> None:
        """Note an expectation that nothing compares."""


def _limits(found: Compares, wanted: Mapping[str, Any], _scene: object) -> None:
    """So many classes an event may have: the most as a number, or counts that are accepted or rejected."""
    for key, value in wanted.items():
        number = str(value) if key.endswith("_max") else key
        if not number.isdecimal() or not (key.isdecimal() or key == "classifiedAs_max"):
            found.unknown(f"limits {key}")
            continue
        fits, beyond = _classes_fit(int(number)), _classes_fit(int(number) + 1)
        if key.isdecimal():
            found.same(f"{number} classes", value, "accepted" if fits else "rejected")
        else:
            found.same(f"whether {number} classes are the most", True, fits and not beyond)


def _classes_fit(count: int) -> bool:
    classes = tuple(f"c{number}" for number in range(count))
    event = Event("limit", "raise", "a", "a", resource="r", quantity=Measure(ZERO, "u"), classified_as=classes)
    return not check_entry(event)


def _mutable(found: Compares, wanted: list[str], _scene: object) -> None:
    """Whatever an entry holds is sealed: what may change later lies outside of it."""
    sealed = json_schema("event")["properties"]
    found.same("what may change though it is sealed", [], [name for name in wanted if name in sealed])


LIMIT_CHECKS: dict[str, Callable[[Compares, Any, object], None]] = {
    "limits": _limits,
    "mutable_fields_after_creation": _mutable,
}
"""The expectations by their keys."""
