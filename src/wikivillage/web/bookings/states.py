"""The words of bookings that are kept, with what people read: kinds of units, states, features."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ROOM, DESK, STUDIO, MACHINE, BENCH, HALL = "room", "desk", "studio", "machine", "bench", "hall"
KINDS: dict[str, Promise] = {
    ROOM: _("room"),
    HALL: _("hall"),
    DESK: _("desk"),
    STUDIO: _("studio"),
    BENCH: _("lab bench"),
    MACHINE: _("machine"),
}

HELD, REQUESTED, OFFERED, CONFIRMED = "held", "requested", "offered", "confirmed"
CHECKED_IN, DONE, CANCELLED, REFUSED = "checked_in", "done", "cancelled", "refused"
NO_SHOW, RELEASED, EXPIRED = "no_show", "released", "expired"
STATES: dict[str, Promise] = {
    HELD: pgettext_lazy("a booking", "kept for you"),
    REQUESTED: pgettext_lazy("a booking", "asked for"),
    OFFERED: pgettext_lazy("a booking", "offered to you"),
    CONFIRMED: pgettext_lazy("a booking", "booked"),
    CHECKED_IN: pgettext_lazy("a booking", "in use"),
    DONE: pgettext_lazy("a booking", "over"),
    CANCELLED: pgettext_lazy("a booking", "cancelled"),
    REFUSED: pgettext_lazy("a booking", "refused"),
    NO_SHOW: pgettext_lazy("a booking", "nobody came"),
    RELEASED: pgettext_lazy("a booking", "given back"),
    EXPIRED: pgettext_lazy("a booking", "not confirmed in time"),
}
HOLDING = frozenset({HELD, OFFERED, CONFIRMED, CHECKED_IN})
"""States in which a booking keeps a unit from others, a hold and an offer only until they expire."""
LASTING = frozenset({CONFIRMED, CHECKED_IN})
COUNTED = frozenset({CONFIRMED, CHECKED_IN, DONE, NO_SHOW, REQUESTED, OFFERED})
"""States that count against how many bookings somebody may have in a week."""
UNCHARGED = frozenset({REFUSED, EXPIRED})
"""States in which the price that was shown is nothing that anybody owes."""
OPEN = frozenset({HELD, REQUESTED, OFFERED, CONFIRMED, CHECKED_IN})

FEATURES: dict[str, Promise] = {
    "step_free": _("step-free"),
    "screen": _("screen"),
    "hearing_loop": _("hearing loop"),
    "quiet": pgettext_lazy("bookings", "quiet"),
    "whiteboard": _("whiteboard"),
    "sink": _("sink"),
    "kitchen": _("kitchen"),
    "daylight": _("daylight"),
    "dust_collection": _("dust extraction"),
}
