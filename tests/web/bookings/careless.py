"""``python -m tests.web.bookings.careless LEVEL ...``: the site, served without what keeps bookings apart.

``rules``: nobody looks first whether a time is free, so that only the ledger decides. ``nothing``: the ledger does not
look either; with the guards gone from the database, nothing is left.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def without_rules() -> None:
    """Let everybody believe that a time is free."""
    from wikivillage.web.bookings import rules

    rules.RULES = tuple(rule for rule in rules.RULES if rule is not rules.is_free)


def without_anything() -> None:
    """Let the ledger believe it too."""
    from wikivillage.flows import promises

    without_rules()
    nothing: Any = lambda draft, booking, stock: None  # noqa: E731
    promises._check_slot = nothing


LEVELS: dict[str, Callable[[], None]] = {"careful": lambda: None, "rules": without_rules, "nothing": without_anything}


def main() -> None:
    """Serve the site with the arguments that follow the level."""
    level = sys.argv.pop(1)
    from wikivillage.web import server

    served = server.serve_site
    server._warm = lambda worker: None

    def serve_site(**options: Any) -> None:
        LEVELS[level]()
        served(**options)

    server.serve_site = serve_site
    from wikivillage.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
