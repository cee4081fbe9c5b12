"""Filters of the run log: lengths of time, and words that were kept in English."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils.translation import gettext

from wikivillage.web.jobs import shown

register = template.Library()


@register.filter
def span(length: timedelta) -> str:
    """A length of time as people say it."""
    return shown.span(length.total_seconds())


@register.filter
def translated(words: str) -> str:
    """Words of the program that were kept in English, in the language that is read now."""
    return gettext(words) if words else ""
