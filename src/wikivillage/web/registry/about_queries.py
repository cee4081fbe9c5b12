"""What the first visit tells of a village, from its own file: how big, who is in it, what runs in which loop."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from wikivillage.report.words import words_of
from wikivillage.web.registry.models import Agent, Definition, Place, RecipeEntry
from wikivillage.web.registry.words import ORGANISATION

LOOPS = ("energy", "water", "matter", "food", "people")
"""The five loops that a first visit shows; warmth runs with energy."""

WITH = {"heat": "energy"}


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation of the village file and the places that it runs."""

    agent: str
    name: str
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Running:
    """A loop, and how many of the village's recipes run in it."""

    loop: str
    name: str
    recipes: int


@dataclass(frozen=True, slots=True)
class About:
    """The village in a few numbers and names."""

    storeys: int
    area_m2: float
    places: int
    processes: int
    goals: int
    partners: tuple[Partner, ...]
    loops: tuple[Running, ...]


def about_village(lang: str) -> About:
    """What there is to say; zeros where no village is loaded yet."""
    places = list(
        Place.objects.order_by("position").values("id", f"name_{lang}", "floor", "area_m2", "run_by_id", "inside_id")
    )
    inhabited = [
        place for place in places if place["area_m2"] and (place["floor"] or 0) >= 0 and not place["inside_id"]
    ]
    floors = {place["floor"] for place in inhabited if place["floor"] is not None}
    sections = list(Definition.objects.filter(section__in=("processes", "goals")).values_list("section", "tree"))
    recipes = [tree.get("recipe", "") for section, tree in sections if section == "processes"]
    return About(
        storeys=len(floors),
        area_m2=sum(place["area_m2"] for place in inhabited),
        places=len(places),
        processes=len(recipes),
        goals=sum(section == "goals" for section, _tree in sections),
        partners=_partners([(p["run_by_id"], p["id"], p[f"name_{lang}"]) for p in places]),
        loops=_loops(recipes, lang),
    )


def _partners(places: list[tuple[str | None, str, str]]) -> tuple[Partner, ...]:
    """Organisations only: the allow-list of a page that everybody reads."""
    rows = Agent.objects.filter(kind=ORGANISATION, listed=True).exclude(identity=None).order_by("position")
    found = [
        Partner(pk, name, tuple((id, said) for run_by, id, said in places if run_by == pk))
        for pk, name in rows.values_list("pk", "identity__name")
    ]
    return tuple(sorted(found, key=lambda partner: not partner.places))


def _loops(recipes: list[str], lang: str) -> tuple[Running, ...]:
    rows = RecipeEntry.objects.filter(pk__in=recipes).values_list("loop", flat=True)
    counted = Counter(WITH.get(loop, loop) for loop in rows)
    return tuple(Running(loop, words_of(lang)(f"loop.{loop}"), counted[loop]) for loop in LOOPS)
