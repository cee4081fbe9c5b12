"""The files that a village reads, series and weather: the same village with other paths to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from wikivillage.model.kinds import Arc, Exchange, FromFile, Need, Offer, Recipe, Village

INPUTS = "inputs"
"""The folder beside a written village file for copies of what it reads."""

CARRIERS = (Village, Recipe, Arc, Need, Offer, Exchange)
"""The kinds that may hold a series read from a file, themselves or in a part of theirs."""


def with_inputs(village: Village, base: Path, renamed: Callable[[str], str]) -> Village:
    """The village reading ``renamed(path)`` for every path of a series or weather file that it names, from ``base``."""
    village = _moved(village, renamed)
    site = village.site
    if site is not None and site.weather is not None and (base / site.weather).is_file():
        village = replace(village, site=replace(site, weather=renamed(site.weather)))
    return village


def _moved(thing: Any, renamed: Callable[[str], str]) -> Any:
    if isinstance(thing, FromFile):
        return replace(thing, path=renamed(thing.path))
    if isinstance(thing, dict):
        return {key: _moved(part, renamed) for key, part in thing.items()}
    if isinstance(thing, tuple):
        return tuple(_moved(part, renamed) for part in thing)
    if isinstance(thing, CARRIERS):
        changes = {name: _moved(getattr(thing, name), renamed) for name in thing.__slots__}
        return replace(thing, **changes)
    return thing
