"""The fixed words of wishes, tools, loans, repairs and hours, as pages say them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NEED, OFFER = "need", "offer"
SIDES: dict[str, Promise] = {NEED: _("I am looking for"), OFFER: _("I offer")}

THING, MATERIAL, SKILL, HOURS = "thing", "material", "skill", "hours"
WHATS: dict[str, Promise] = {
    THING: _("a thing"),
    MATERIAL: _("a material, by the kilogram"),
    SKILL: _("a skill"),
    HOURS: _("a hand, some hours"),
}
WHAT_NAMES: dict[str, Promise] = {
    THING: pgettext_lazy("a wish", "thing"),
    MATERIAL: pgettext_lazy("a wish", "material"),
    SKILL: pgettext_lazy("a wish", "skill"),
    HOURS: pgettext_lazy("a wish", "hours"),
}
TIME_KINDS = frozenset({SKILL, HOURS})
"""What is given in hours."""

OPEN, MET, ENDED, OVER = "open", "met", "ended", "over"
WISH_STATES: dict[str, Promise] = {
    OPEN: pgettext_lazy("a wish", "open"),
    MET: pgettext_lazy("a wish", "fulfilled"),
    ENDED: pgettext_lazy("a wish", "taken back"),
    OVER: pgettext_lazy("a wish", "its time is over"),
}

ASKED, AGREED, DONE, DECLINED, WITHDRAWN = "asked", "agreed", "done", "declined", "withdrawn"
ANSWER_STATES: dict[str, Promise] = {
    ASKED: pgettext_lazy("an answer", "waits for a word"),
    AGREED: pgettext_lazy("an answer", "agreed"),
    DONE: pgettext_lazy("an answer", "done"),
    DECLINED: pgettext_lazy("an answer", "declined"),
    WITHDRAWN: pgettext_lazy("an answer", "taken back"),
}

READY, BROKEN, RETIRED = "ready", "broken", "retired"
TOOL_STATES: dict[str, Promise] = {
    READY: pgettext_lazy("a tool", "ready"),
    BROKEN: pgettext_lazy("a tool", "to be repaired"),
    RETIRED: pgettext_lazy("a tool", "no longer lent"),
}

GOOD, WORN, DAMAGED, UNUSABLE = "good", "worn", "damaged", "unusable"
CONDITIONS: dict[str, Promise] = {
    GOOD: pgettext_lazy("a condition", "in good order"),
    WORN: pgettext_lazy("a condition", "worn, works"),
    DAMAGED: pgettext_lazy("a condition", "damaged, works badly"),
    UNUSABLE: pgettext_lazy("a condition", "broken, does not work"),
}
RANKS = (GOOD, WORN, DAMAGED, UNUSABLE)
"""From the best to the worst."""
NEEDS_REPAIR = frozenset({DAMAGED, UNUSABLE})

RESERVED, OUT, BACK, CANCELLED, NOT_FETCHED = "reserved", "out", "back", "cancelled", "not_fetched"
LOAN_STATES: dict[str, Promise] = {
    RESERVED: pgettext_lazy("a loan", "reserved"),
    OUT: pgettext_lazy("a loan", "out"),
    BACK: pgettext_lazy("a loan", "brought back"),
    CANCELLED: pgettext_lazy("a loan", "cancelled"),
    NOT_FETCHED: pgettext_lazy("a loan", "never fetched"),
}

WAITING, FIXED, REPAIRABLE, END_OF_LIFE = "waiting", "fixed", "repairable", "end_of_life"
OUTCOMES: dict[str, Promise] = {
    FIXED: pgettext_lazy("a repair", "repaired"),
    REPAIRABLE: pgettext_lazy("a repair", "can be repaired, not today"),
    END_OF_LIFE: pgettext_lazy("a repair", "at the end of its life"),
}
TICKET_STATES: dict[str, Promise] = {WAITING: pgettext_lazy("a repair", "waits"), **OUTCOMES}

CATEGORIES: dict[str, Promise] = {
    "kitchen": _("kitchen appliance"),
    "household": _("household appliance"),
    "audio_video": _("sound and picture"),
    "computer": _("computer, telephone"),
    "lighting": _("lamp"),
    "tool": _("tool, garden"),
    "bicycle": _("bicycle"),
    "textile": _("clothes, textile"),
    "furniture": _("furniture"),
    "toy": _("toy"),
    "other": _("something else"),
}

BARRIERS: dict[str, Promise] = {
    "": _("none"),
    "parts_missing": _("spare parts cannot be found"),
    "parts_dear": _("spare parts are too dear"),
    "no_way_in": _("there is no way to open it"),
    "no_information": _("there is no manual or plan"),
    "no_tool": _("the tool for it is missing"),
    "no_time": _("there was no time"),
}

TOLD, CONFIRMED, REFUSED, TAKEN_BACK = "told", "confirmed", "refused", "taken_back"
GIFT_STATES: dict[str, Promise] = {
    TOLD: pgettext_lazy("some hours", "to be confirmed"),
    CONFIRMED: pgettext_lazy("some hours", "confirmed by both"),
    REFUSED: pgettext_lazy("some hours", "not confirmed"),
    TAKEN_BACK: pgettext_lazy("some hours", "taken back"),
}
