"""What stands in the diary: the kinds of occurrences with their words, who may see them, and how sure they are."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS: dict[str, Promise] = {
    "event": _("event"),
    "meeting": _("meeting"),
    "workshop": _("workshop"),
    "training": _("training"),
    "booking": _("booking"),
    "session": _("machine in use"),
    "shift": _("shift"),
    "delivery": _("delivery"),
    "distribution": _("distribution"),
    "repair": _("repair day"),
    "loan": _("loan"),
    "visit": _("visit"),
    "upkeep": _("upkeep"),
}
"""Every kind. A room that needs another adds it here."""

PUBLIC, MEMBERS, PRIVATE = "public", "members", "private"
VISIBILITIES: dict[str, Promise] = {
    PUBLIC: pgettext_lazy("who sees it", "everybody"),
    MEMBERS: pgettext_lazy("who sees it", "members"),
    PRIVATE: pgettext_lazy("who sees it", "only those concerned"),
}

CONFIRMED, TENTATIVE, CANCELLED = "confirmed", "tentative", "cancelled"
STATES: dict[str, Promise] = {
    CONFIRMED: pgettext_lazy("an occurrence", "confirmed"),
    TENTATIVE: pgettext_lazy("an occurrence", "not yet sure"),
    CANCELLED: pgettext_lazy("an occurrence", "cancelled"),
}
