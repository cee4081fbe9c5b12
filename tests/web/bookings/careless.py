"""Levels of care at which bookings are tried: what keeps them apart is taken away, first the rules, then all of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.web.pressed import Replaced


def without_rules() -> Replaced:
    """Everybody believes that a time is free, so that only the ledger decides."""
    from wikivillage.web.bookings import rules

    return {(rules, "RULES"): tuple(rule for rule in rules.RULES if rule is not rules.is_free)}


def without_anything() -> Replaced:
    """The ledger believes it too; with the guards gone from the database, nothing is left."""
    from wikivillage.flows import promises

    nothing: Any = lambda draft, booking, stock: None  # noqa: E731
    return {**without_rules(), (promises, "_check_slot"): nothing}


LEVELS: dict[str, Callable[[], Replaced]] = {"rules": without_rules, "nothing": without_anything}
