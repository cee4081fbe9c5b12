"""The words of material lots: few and fixed, each with how it is read."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FREE, QUARANTINED, GONE = "free", "quarantined", "gone"
STATES: dict[str, Any] = {
    FREE: pgettext_lazy("a lot", "free"),
    QUARANTINED: pgettext_lazy("a lot", "set aside"),
    GONE: pgettext_lazy("a lot", "gone"),
}

SITE_OFFCUT, NEIGHBOUR, BUILDING_PART, FABLAB, GIFT = "site_offcut", "neighbour", "building_part", "fablab", "gift"
ORIGINS: dict[str, Any] = {
    NEIGHBOUR: _("a neighbour"),
    FABLAB: _("the fablab and the workshops"),
    SITE_OFFCUT: _("offcuts of the building site"),
    BUILDING_PART: _("a part of the building"),
    GIFT: _("a gift from outside"),
}

CONDITIONS: dict[str, Any] = {
    "good": pgettext_lazy("a lot", "good"),
    "worn": pgettext_lazy("a lot", "worn"),
    "broken": pgettext_lazy("a lot", "broken, for its matter"),
    "unsorted": pgettext_lazy("a lot", "not sorted yet"),
}

RAW, TREATED_YES, UNKNOWN = "no", "yes", "unknown"
TREATED: dict[str, Any] = {
    RAW: _("No, it is raw"),
    TREATED_YES: _("Yes: painted, glued or treated"),
    UNKNOWN: _("I do not know"),
}

RESERVED, TAKEN, CANCELLED, LAPSED = "open", "taken", "cancelled", "lapsed"
RESERVATIONS: dict[str, Any] = {
    RESERVED: _("kept for you"),
    TAKEN: pgettext_lazy("a reservation", "taken"),
    CANCELLED: pgettext_lazy("a reservation", "given back"),
    LAPSED: _("run out"),
}

PURPOSES: dict[str, Any] = {
    "furniture": _("A piece of furniture or an object"),
    "repair": _("A repair"),
    "building": _("Building something in the village"),
    "course": _("A trial, a course"),
    "art": _("A work of art"),
    "garden": _("The gardens"),
    "other": _("Something else"),
}

HELD_BACK, RELEASED, TOLD = "held_back", "released", "told"
MARKS: dict[str, Any] = {
    HELD_BACK: pgettext_lazy("a lot", "Set aside"),
    RELEASED: _("Released"),
    TOLD: _("Described anew"),
}

CHANNELS: dict[str, Any] = {
    "recycling": _("recycled into new matter"),
    "compost": _("composted"),
    "energy": _("burnt for its heat"),
    "landfill": _("buried"),
}

LOSSES: dict[str, Any] = {
    "water": _("water that dried"),
    "dust": _("dust and shavings that were not kept"),
    "rejects": _("rejects that were not weighed"),
    "added": _("glue, screws or water that were added"),
    "scales": _("the scales differ"),
    "unknown": _("nobody knows"),
}
