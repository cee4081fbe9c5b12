"""Units to begin with: what the announcement of Saint-Blaise names, with rules and powers that are ours to discuss."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings.models import Unit
from wikivillage.web.bookings.unit_actions import add_unit
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.registry.models import Place


def default_units() -> list[dict[str, Any]]:
    """The units of the file beside this one, as the action takes them that adds one."""
    text = (resources.files("wikivillage.web.bookings") / "figures" / "units.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return list(found["units"])


@retrying
@transaction.atomic
def put_defaults(*, at: datetime, by: str = "") -> list[Unit]:
    """Add each unit whose place is there and that is not there yet; run by whoever runs its place. What was added.

    Raises ProblemError no-places where none of the places is there.
    """
    places = {row.pk: row for row in Place.objects.exclude(run_by=None)}
    wanted = [facts for facts in default_units() if facts["place"] in places]
    if not wanted:
        what = _("None of the places of these things is in the village.")
        raise ProblemError([Problem("no-places", "place", what, _("Load the village file of Saint-Blaise first."))])
    known = set(Unit.objects.values_list("pk", flat=True))
    made = []
    for position, facts in enumerate(wanted, 1):
        if facts["id"] not in known:
            words = {key: value for key, value in facts.items() if key not in ("name", "about")}
            names = {f"{key}_{lang}": facts[key][lang] for key in ("name", "about") for lang in ("en", "fr")}
            run_by = places[facts["place"]].run_by_id
            made.append(add_unit(**words, **names, run_by=run_by, position=position, at=at, by=by))
    return made
