"""One week of life from beginning to end, in the order in which one thing follows from another."""

from __future__ import annotations

from wikivillage.web.demonstration.energy import live_electricity, live_heat
from wikivillage.web.demonstration.matter import live_matter
from wikivillage.web.demonstration.planned import Planned, span_of_week
from wikivillage.web.demonstration.water import close_water, live_water
from wikivillage.web.demonstration.week import Week


def live_week(planned: Planned, number: int, seed: int) -> Week:
    """What each flow of the village brings in one week; the same whenever it is asked for."""
    week = Week(planned, span_of_week(planned, number), seed)
    live_heat(week)
    live_water(week)
    live_matter(week)
    close_water(week)
    live_electricity(week)
    return week
