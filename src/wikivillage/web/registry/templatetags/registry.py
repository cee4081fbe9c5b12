"""Filters of this room: a word out of a table, and a thing's name in the language that is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def word(table: Mapping[str, str], key: str) -> str:
    """The word for a key; the key itself where there is none."""
    return table.get(key, key)


@register.filter
def named(thing: Any, lang: str) -> str:
    """What a place or a circle is called."""
    return str(getattr(thing, f"name_{lang}"))
