"""Tags and filters of every template: numbers in words of the language, signs, icons, grades, and where from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from wikivillage.report import markup
from wikivillage.report.formats import Numbers
from wikivillage.report.page import look
from wikivillage.report.words import LANGUAGES, words_of

register = template.Library()
Number = float | int | Decimal | None


def language() -> str:
    """The language that is read now."""
    lang = (get_language() or "fr")[:2]
    return lang if lang in LANGUAGES else "en"


def numbers() -> Numbers:
    """How numbers and dates are written in the language that is read now."""
    return Numbers(words_of(language()))


@register.filter
def number(value: Number, decimals: int | None = None) -> str:
    """``1003`` as ``1 003`` in French; three significant digits unless told."""
    return numbers().number(_float(value), decimals)


@register.filter
def amount(value: Number, unit: str) -> str:
    """A number with its unit, in a larger one where that reads better."""
    return numbers().amount(_float(value), unit)


@register.filter
def unit(value: str) -> str:
    """A unit as people write it."""
    return numbers().unit(value)


@register.filter
def percent(value: Number) -> str:
    """A share of one as a percentage, never rounded to 100."""
    return numbers().percent(_float(value))


@register.filter
def day(value: date | datetime) -> str:
    """``16 avril 2026``."""
    return numbers().date(_local(value))


@register.filter
def weekday(value: date | datetime) -> str:
    """``jeudi 16 avril 2026``, with a capital where English wants one."""
    local = _local(value)
    return f"{numbers().words.weekdays[local.weekday()]} {numbers().date(local)}"


@register.filter
def clock(value: datetime) -> str:
    """``10 h 40`` in French, ``10:40`` in English."""
    local = _local(value)
    if language() == "fr":
        minutes = f"\u00a0{local.minute:02}" if local.minute else ""
        return f"{local.hour}\u00a0h{minutes}"
    return f"{local:%H:%M}"


@register.filter
def moment(value: datetime | None) -> str:
    """A day and an hour in the village's own time."""
    return f"{day(value)}, {clock(value)}" if value else numbers().words("number.none")


@register.filter
def happened(value: datetime) -> str:
    """When something ended. What ends at midnight was of the day before: a meter's day, or its last hour."""
    local = _local(value)
    return day(local - timedelta(days=1)) if local.time() == time() else moment(value)


@register.simple_tag
def sign(loop: str, name: str = "") -> SafeString:
    """The shape of a loop; with a name for those who cannot see it, where no word is beside it."""
    hidden = markup.tag("span", name, class_="vh") if name else ""
    return mark_safe(markup.sign(loop) + hidden)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon, beside a word."""
    return mark_safe(markup.icon(name))


@register.simple_tag
def signs() -> SafeString:
    """The shapes, icons and patterns that a page refers to; once in each page."""
    return mark_safe(look("signs.svg"))


@register.simple_tag
def grade(letter: str) -> SafeString:
    """How sure a number is: A measured, B declared or computed, C estimated."""
    titles = {"A": _("measured"), "B": _("declared or computed"), "C": _("estimated")}
    return mark_safe(markup.tag("abbr", letter, class_=f"grade {letter.lower()}", title=titles[letter]))


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: object = "") -> SafeString:
    """The options of a list to choose from, of values and their words; ``chosen`` is the value that stands there."""
    there = str(chosen)
    rows = [markup.tag("option", str(word), value=value, selected=str(value) == there) for value, word in choices]
    return mark_safe("".join(rows))


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The query of this page with some keys changed; None takes a key out."""
    wanted = context["request"].GET.copy()
    for key, value in changes.items():
        wanted.pop(key, None)
        if value is not None:
            wanted[key] = str(value)
    return f"?{wanted.urlencode()}"


def _float(value: Number) -> float | None:
    return None if value is None else float(value)


def _local(value: date | datetime) -> datetime:
    if isinstance(value, datetime):
        return timezone.localtime(value) if timezone.is_aware(value) else value
    return datetime(value.year, value.month, value.day)


@register.simple_tag(takes_context=True)
def way_to(context: dict[str, Any], name: str, *args: str, **query: str) -> str:
    """The address of a page that opens to whoever is signed in; for a visitor, the sign-in that leads there."""
    address = reverse(name, args=args) + (f"?{urlencode(query)}" if query else "")
    signed_in = context["request"].user.is_authenticated
    return address if signed_in else f"{settings.LOGIN_URL}?{urlencode({'next': address})}"
