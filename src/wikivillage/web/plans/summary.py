"""A plan in few words: its title, its finding, its goals, what a scenario has otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd
from django.utils.translation import gettext as _

from wikivillage.report.formats import Numbers
from wikivillage.report.markup import Html
from wikivillage.report.reading import Reading, read, readable
from wikivillage.report.sections.goals import goals
from wikivillage.report.sections.hero import finding, lead
from wikivillage.report.words import words_of
from wikivillage.web.plans import queries
from wikivillage.web.plans.models import StoredPlan
from wikivillage.web.plans.scenario import SCALE


def reading_of(plan: StoredPlan, lang: str) -> Reading:
    """The record of a plan in a language, without its series."""
    return read(queries.record_of(plan), pd.DataFrame(), lang)


def finding_of(plan: StoredPlan, lang: str) -> str:
    """One sentence for the plan."""
    return finding(reading_of(plan, lang).words, plan.summary["met"], len(plan.summary["goals"]) - plan.summary["met"])


def lead_of(plan: StoredPlan, lang: str) -> str:
    """What it costs, and how it stands to the goals and needs."""
    return lead(reading_of(plan, lang))


def goals_of(plan: StoredPlan, lang: str) -> Html:
    """Every goal with its gauge."""
    return _goals(plan.pk, plan.sha256, lang)


@lru_cache(maxsize=8)
def _goals(id: int, sha256: str, lang: str) -> Html:
    return goals(reading_of(StoredPlan.objects.get(pk=id), lang)).markup


def title_of_plan(plan: StoredPlan, lang: str) -> str:
    """What people call it: its own name, else what it has otherwise."""
    if plan.name:
        return str(plan.name)
    return ", ".join(changes_in_words(plan.changes, lang)) if plan.changes else _("The village as it is")


def changes_in_words(changes: Sequence[Sequence[Any]], lang: str) -> list[str]:
    """What a scenario has otherwise, each in a few words: ``Battery: at most 100 kWh``."""
    return [_in_words(str(path), str(value), names, lang) for path, value, names in changes]


def _in_words(path: str, value: str, names: Mapping[str, str], lang: str) -> str:
    section, _dot, rest = path.partition(".")
    id, _dot, side = rest.partition(".")
    thing = names.get(lang) or readable(id)
    if section == SCALE:
        return _("%(thing)s: %(value)s %% of what is wanted now") % {"thing": thing, "value": value}
    forms = {
        "buy": _("%(thing)s: bought at %(value)s"),
        "sell": _("%(thing)s: sold at %(value)s"),
        "power": _("%(thing)s: power at most %(value)s"),
        "at_least": _("%(thing)s: at least %(value)s"),
    }
    found = forms.get(side) or (
        _("%(thing)s: at most %(value)s") if ".." in value or side == "at_most" else "%(thing)s: %(value)s"
    )
    return found % {"thing": thing, "value": _amount(value, lang)}


def _amount(value: str, lang: str) -> str:
    """``0..60 kWp`` as ``60 kWc``: the number and the unit as people write them."""
    number, _space, unit = value.rpartition("..")[2].partition(" ")
    try:
        words = Numbers(words_of(lang))
        return f"{words.number(float(number))}\u00a0{words.unit(unit)}".rstrip("\u00a0")
    except ValueError:
        return value
