"""Filters of the pages of plans: money, sides of a comparison, words of the form of a scenario."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import gettext as _

from wikivillage.web.plans.compare import Row, Side
from wikivillage.web.plans.forms import GOALS, PRICES, SIZES, USES, Field
from wikivillage.web.plans.summary import changes_in_words
from wikivillage.web.shell.templatetags.village import language, numbers

register = template.Library()


@register.filter
def money(value: float | None) -> str:
    """An amount of euros as people write it."""
    return numbers().money(value)


@register.filter
def sides(row: Row) -> tuple[tuple[str, Side], tuple[str, Side]]:
    """Both sides of a comparison, with their letters."""
    return (("A", row.a), ("B", row.b))


@register.filter
def in_words(changes: list[list[Any]]) -> list[str]:
    """What a scenario has otherwise."""
    return changes_in_words(changes, language())


@register.filter
def group_words(group: str) -> str:
    """The title of a group of fields."""
    words = {
        GOALS: _("The goals"),
        USES: _("How much is wanted"),
        PRICES: _("The prices"),
        SIZES: _("The largest sizes"),
    }
    return words[group]


@register.filter
def group_note(group: str) -> str:
    """What the fields of a group mean."""
    notes = {
        GOALS: _("What the plan aims at; where it is out of reach, the plan says by how much."),
        USES: _("In per cent of what is wanted now: 120 for a fifth more people or more use."),
        PRICES: _("What the outside asks and pays."),
        SIZES: _("The plan chooses a size up to this; zero leaves it away."),
    }
    return notes[group]


@register.filter
def side_words(side: str) -> str:
    """Which number of a thing a field is."""
    words = {
        "at_least": _("at least"),
        "at_most": _("at most"),
        "buy": _("bought at"),
        "sell": _("sold at"),
        "most": _("at most"),
        "fixed": _("exactly"),
        "power": _("power, at most"),
    }
    return words[side]


@register.filter
def now_words(field: Field) -> str:
    """What a field holds in the village file."""
    return f"{numbers().number(float(field.number))}\u00a0{numbers().unit(field.unit)}".rstrip("\u00a0")


@register.filter
def any_wrong(fields: Iterable[Field]) -> bool:
    """Whether one of some fields is wrong."""
    return any(field.problems for field in fields)
