"""The kinds of things that have labels, in words. A room that labels another kind adds it here."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

KINDS: dict[str, Promise] = {
    "unit": pgettext_lazy("labels", "Rooms, desks and machines"),
    "lot": pgettext_lazy("labels", "Lots of material"),
    "bin": pgettext_lazy("labels", "Bins and shelves"),
    "tool": pgettext_lazy("labels", "Tools to lend"),
    "meter": pgettext_lazy("labels", "Meters"),
    "place": pgettext_lazy("labels", "Places"),
}
"""Kinds and what they are called, many at once."""


def kind_name(kind: str) -> str:
    """What a kind of things is called; one without words by its id."""
    return str(KINDS.get(kind, kind))
