"""Loads the weather of a village: the synthetic Paris year, or the file that its site names."""

from __future__ import annotations

from pathlib import Path

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.climate.placing import lay_on_horizon
from wikivillage.climate.record import Weather
from wikivillage.climate.synthetic_paris import make_record
from wikivillage.model.kinds import SYNTHETIC_PARIS, Horizon, Site

__all__ = ["Weather", "load_weather"]


def load_weather(site: Site, horizon: Horizon, base: Path) -> Weather:
    """The weather of ``site`` on the hours of ``horizon``; files are looked for beside the village file in ``base``.

    Raises ProblemError, with every problem found, when the file is missing, is no weather file, or has hours that
    are absent or impossible.
    """
    if site.weather is None:
        hint = f"Write weather: {SYNTHETIC_PARIS}, or the path of a file."
        raise ProblemError([Problem("no_weather", "site", "no weather is named.", hint)])
    if site.weather == SYNTHETIC_PARIS:
        record = make_record(horizon, seed=site.seed)
    else:
        from wikivillage.climate.files import read_record

        record = read_record(base / site.weather, shown=site.weather, site=site)
    return lay_on_horizon(record, horizon)
