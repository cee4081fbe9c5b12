"""The kinds of things that people are told, with their words, and how each comes by letter unless they choose."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NOW, DAILY, NEVER = "now", "daily", "none"
WAYS: dict[str, Promise] = {
    NOW: pgettext_lazy("a letter comes", "at once"),
    DAILY: pgettext_lazy("a letter comes", "once a day"),
    NEVER: pgettext_lazy("a letter comes", "not by letter"),
}
"""How something is told besides the inbox, in which everything stands."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notices: its name, when it is told, and how it comes by letter unless somebody chooses."""

    name: Promise
    about: Promise
    way: str = NOW


KINDS: dict[str, Kind] = {
    "booking": Kind(
        pgettext_lazy("notices", "My bookings"),
        _("What becomes of a booking of yours: confirmed, moved, cancelled, ended."),
    ),
    "waiting_list": Kind(pgettext_lazy("notices", "Waiting list"), _("A place that becomes free is offered to you.")),
    "approval": Kind(pgettext_lazy("notices", "To decide"), _("Somebody asks for something on which you decide.")),
    "blackout": Kind(
        pgettext_lazy("notices", "Closed or broken"), _("A place or a machine that you booked cannot be used.")
    ),
    "match": Kind(
        pgettext_lazy("notices", "Offers and needs"),
        _("Something that you look for is here, or somebody looks for what you have."),
    ),
    "reservation": Kind(
        pgettext_lazy("notices", "Reserved material"), _("What you reserved is about to be free again, or is gone.")
    ),
    "loan": Kind(
        pgettext_lazy("notices", "Things lent"), _("What you borrowed is due, or what you asked for is ready.")
    ),
    "repair": Kind(pgettext_lazy("notices", "Repairs"), _("What became of a thing that you brought.")),
    "hours": Kind(
        pgettext_lazy("notices", "Hours"), _("Hours that somebody gave or received, to be confirmed by you.")
    ),
    "agreement": Kind(
        pgettext_lazy("notices", "Agreements and trainings"), _("Something to sign, or that ends soon."), DAILY
    ),
    "price": Kind(pgettext_lazy("notices", "Prices"), _("A price rule or your income band changes."), DAILY),
    "village": Kind(pgettext_lazy("notices", "News of the village"), _("What concerns everybody."), DAILY),
}
"""Every kind. A room that needs another adds it here."""
