"""Who and where, from the registry: the agents, places and recipes of the village that is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wikivillage.web.demonstration.facts import Parties
from wikivillage.web.registry.models import Agent, Definition, Place

OPERATOR = "etic"
"""Who answers for what flows in the house of Saint-Blaise."""


def find_parties(record: Mapping[str, Any]) -> tuple[Parties, dict[str, str]]:
    """Who acts, and the French name of each thing of the plan."""
    agents = list(Agent.objects.filter(listed=True).order_by("position").values_list("pk", flat=True))
    trees = {section: _trees(section) for section in ("needs", "offers", "processes", "stores", "exchanges")}
    runs = dict(Place.objects.exclude(run_by=None).values_list("id", "run_by"))
    places = {
        id: str(tree["at"])
        for name in ("needs", "offers", "processes", "stores")
        for id, tree in trees[name].items()
        if tree.get("at")
    }
    parties = Parties(
        operator=OPERATOR if OPERATOR in agents else agents[0],
        agents=frozenset(agents),
        partners={id: str(tree["partner"]) for id, tree in trees["exchanges"].items() if tree.get("partner")},
        users={id: runs[tree["at"]] for id, tree in trees["needs"].items() if tree.get("at") in runs},
        places=places,
        recipes={id: str(tree["recipe"]) for id, tree in trees["processes"].items()},
    )
    names = {str(one["id"]): str((one["name"] or {}).get("fr") or "") for one in record["flows"]}
    return parties, names


def _trees(section: str) -> dict[str, Any]:
    return dict(Definition.objects.filter(section=section).values_list("entry", "tree"))
