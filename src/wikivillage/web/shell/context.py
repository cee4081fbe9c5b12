"""What every page is told: where it stands in the navigation, and what time it is in the village."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Door:
    """An entry of the navigation: the first part of its addresses, its word and its icon.

    ``wide``: it stands in the rail of a wide screen; on a phone, whose foot holds five, it is found below each page.
    """

    path: str
    word: Promise
    icon: str
    wide: bool = False


DOORS = (
    Door("/", _("Today"), "today"),
    Door("/building/", _("Building"), "house"),
    Door("/bookings/", pgettext_lazy("shell", "Book"), "book"),
    Door("/exchange/", pgettext_lazy("shell", "Exchange"), "swap"),
    Door("/plans/", _("Plan"), "plan"),
    Door("/meters/", _("Meters"), "week", wide=True),
    Door("/ledger/", _("Ledger"), "flow", wide=True),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """The doors, the one that is open, and the hour."""
    here = next((door for door in reversed(DOORS) if request.path.startswith(door.path)), None)
    at_home = here is not None and (here.path != "/" or request.path == "/")
    return {
        "doors": DOORS,
        "here": here if at_home else None,
        "village": getattr(request, "village", None),
        "now": timezone.localtime(),
        "demonstration": settings.DEMONSTRATION,
    }
