"""What the actions of mutual help share: ids, and checks of words, amounts and places."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.flows.kinds import Measure
from wikivillage.web.registry.models import Place
from wikivillage.web.shell.templatetags.village import amount, moment

PIECE = "one"
HOUR = "h"
KILOGRAM = "kg"
LABOUR = "labour"
"""The resource of people's time in the registry."""


def new_id(word: str) -> str:
    """An id that says nothing but its kind."""
    return f"{word}-{secrets.token_hex(6)}"


def one_piece() -> Measure:
    """A single thing."""
    return Measure(Decimal(1), PIECE)


def check_words(field: str, text: str, *, most: int, needed: bool = False) -> list[Problem]:
    """Whether words can be kept, are there where they are needed, and are not too many."""
    found = []
    if needed and not text.strip():
        found.append(Problem("bad-words", field, _("Some words are missing."), _("Write a few.")))
    if "\0" in text:
        found.append(Problem("bad-words", field, _("It holds a sign that cannot be kept."), _("Type it again.")))
    if len(text) > most:
        what = _("It has %(has)s signs, at most %(most)s fit.") % {"has": len(text), "most": most}
        found.append(Problem("bad-words", field, what, _("Make it shorter.")))
    return found


def check_choice(field: str, word: str, known: Iterable[str]) -> list[Problem]:
    """Whether a word is one of those that there are."""
    if word in set(known):
        return []
    return [Problem("unknown-word", field, _("That is not one of the choices."), _("Choose from the list."))]


def check_place(place: str) -> list[Problem]:
    """Whether there is such a place; none is fine."""
    if not place or ("\0" not in place and Place.objects.filter(pk=place).exists()):
        return []
    return [Problem("unknown-place", "place", _("There is no such place."), _("Choose one from the list."))]


def check_amount(field: str, value: Decimal | None, unit: str, *, most: Decimal, step: Decimal) -> list[Problem]:
    """Whether an amount is more than nothing, not absurd, and as fine as people measure."""
    if value is None or not value.is_finite() or value <= 0:
        return [Problem("bad-amount", field, _("It must be more than zero."), _("Write how much."))]
    if value > most:
        what = _("That is too much to be right: at most %(most)s.") % {"most": _said(most, unit)}
        return [Problem("bad-amount", field, what, _("Look at the number again."))]
    if value % step:
        what = _("It is counted in steps of %(step)s.") % {"step": _said(step, unit)}
        return [Problem("bad-amount", field, what, _("Round it."))]
    return []


def _said(value: Decimal, unit: str) -> str:
    return amount(value, "" if unit == PIECE else unit).strip()


def told_at(when: datetime | None) -> str:
    """A moment in words of the language that is read."""
    return moment(when) if when else ""
