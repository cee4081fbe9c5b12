"""A level of care at which lots are tried: nobody locks a lot or looks first how much is free of it.

So only the ledger decides who comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.web.pressed import Replaced


def hasty() -> Replaced:
    """Everybody believes that everything is free."""
    from wikivillage.web.exchange import reservation_actions
    from wikivillage.web.exchange.models import Lot

    nothing: Any = lambda *told, **more: []  # noqa: E731
    unlocked: Any = lambda id: Lot.objects.select_related("stock").get(pk=id)  # noqa: E731
    return {(reservation_actions, "refuse_short"): nothing, (reservation_actions, "locked_lot"): unlocked}


LEVELS: dict[str, Callable[[], Replaced]] = {"hasty": hasty}
