"""Words of meters for templates: spans, times to the second, how an amount is known, why something was set aside."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

from django import template
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wikivillage.report.formats import MINUS
from wikivillage.web.meters.state_words import ASIDE, REGISTERS, RULES, SURENESS
from wikivillage.web.shell.templatetags.village import amount, clock, day, moment, numbers

register = template.Library()

SPAN_WORDS = {"day": _("Day"), "week": _("Week"), "month": _("Month"), "year": _("Year")}
GRID_WORDS = {
    "quarter-hour": _("Every quarter of an hour"),
    "half-hour": _("Every half hour"),
    "hour": _("Every hour"),
    "day": _("Every day"),
}


@register.filter
def span_word(word: str) -> str:
    """A stretch of time in a word."""
    return str(SPAN_WORDS.get(word, word))


@register.filter
def grid_word(word: str) -> str:
    """How often a register is closed."""
    return str(GRID_WORDS.get(word, word))


@register.filter
def sureness(word: str) -> str:
    """How an amount is known."""
    return str(SURENESS.get(word, word))


@register.filter
def register_word(name: str) -> str:
    """The name of a register, in words where it is one of the usual ones."""
    return str(REGISTERS.get(name, name))


@register.filter
def rules(text: str) -> list[str]:
    """By which rules an amount was made, in words."""
    return [str(RULES.get(word, word)) for word in text.split(", ") if word]


@register.filter
def aside_word(code: str) -> str:
    """Why something was set aside, in a word."""
    return str(ASIDE[code][0]) if code in ASIDE else code.replace("-", " ")


@register.filter
def aside_sentence(code: str) -> str:
    """Why something was set aside, in a sentence; nothing where no words are kept for it."""
    return str(ASIDE[code][1]) if code in ASIDE else ""


@register.filter
def part_word(begin: datetime, span: str) -> str:
    """An hour, a day or a month of a stretch."""
    at = timezone.localtime(begin)
    words = numbers()
    match span:
        case "day":
            return gettext("at %(hour)s") % {"hour": clock(at)}
        case "year":
            return gettext("in %(month)s") % {"month": words.words.month(at.month)}
        case _:
            return gettext("on %(day)s") % {"day": f"{words.words.weekdays[at.weekday()]} {words.date(at, year=False)}"}


@register.filter
def exact(value: Decimal) -> str:
    """A number with all the decimals that it has."""
    return numbers().number(float(value), max(0, -int(value.normalize().as_tuple().exponent)))


@register.filter
def moment_exact(at: datetime) -> str:
    """A day and a time to the minute, or to the second where that says more."""
    local = timezone.localtime(at)
    return f"{day(local)}, {clock(local)}" if not local.second else f"{day(local)}, {local:%H:%M:%S}"


@register.filter
def said_moment(text: str) -> str:
    """A time that somebody's meter said, as it is where it is none."""
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return text
    return moment(at) if at.tzinfo else text


@register.filter
def said_number(text: str) -> str:
    """A number that somebody's meter said, as people write it; as it is where it is none."""
    try:
        value = Decimal(text)
    except (InvalidOperation, TypeError, ValueError):
        return text
    return exact(value) if value.is_finite() and abs(value) < Decimal("1e15") else text


@register.filter
def local_day(at: datetime) -> str:
    """The local day of a time, as an address has it."""
    return timezone.localtime(at).date().isoformat()


@register.filter
def signed(value: Decimal, unit: str) -> str:
    """A change with its sign."""
    return amount(value, unit) if value < 0 else f"+{amount(value, unit)}".replace("+" + MINUS, MINUS)
