"""Ids: the short names by which the village file refers to its things."""

from __future__ import annotations

LONGEST = 64


def is_id(text: str) -> bool:
    """Whether ``text`` can name a thing: letters, digits and underscores, not a digit first, at most 64 of them.

    Dots are left out because a flow is called ``heat_pump.electricity``.
    """
    return text.isidentifier() and len(text) <= LONGEST


def title(id: str) -> str:
    """What people read when a thing has no name of its own: ``heat_pump`` becomes ``Heat pump``."""
    words = id.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
