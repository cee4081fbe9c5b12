"""Which village a page is of: its name and its time, read every few seconds, and set for every request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from wikivillage.web.registry.models import Definition
from wikivillage.web.registry.places_here import forget_places
from wikivillage.web.registry.village_names import FRESH, forget_names

KEY = "registry.village"


@dataclass(frozen=True, slots=True)
class VillageHere:
    """What every page says of the village: its name, and the time zone of its clocks."""

    name: str
    zone: str
    loaded: bool


def village_here() -> VillageHere:
    """The village in the database, at most some seconds old."""
    found: VillageHere | None = caches["pages"].get(KEY)
    if found is None:
        rows = dict(Definition.objects.filter(section__in=("village", "site")).values_list("section", "tree"))
        site = rows.get("site") or {}
        found = VillageHere(
            str(rows.get("village") or "WikiVillage"), str(site.get("timezone", "Europe/Paris")), bool(rows)
        )
        caches["pages"].set(KEY, found, FRESH.total_seconds())
    return found


def forget_village() -> None:
    """Read it again at the next request, and what its things are called and where they are."""
    caches["pages"].delete(KEY)
    forget_names()
    forget_places()


class VillageMiddleware:
    """Gives each request its ``village`` and the village's time."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.village = village_here()
        with timezone.override(ZoneInfo(request.village.zone)):
            return self.answer(request)
