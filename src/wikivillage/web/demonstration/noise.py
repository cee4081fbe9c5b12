"""Believable noise: smooth from week to week, different each day and hour, the same whenever it is asked for."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from wikivillage.web.demonstration.planned import DAYS_OF_WEEK

Factors = NDArray[np.float64]


def chance(seed: int, *words: object) -> np.random.Generator:
    """The source of chance for something that has a name."""
    text = "|".join(str(word) for word in (seed, *words))
    return np.random.default_rng(int.from_bytes(sha256(text.encode()).digest()[:8]))


def day_factors(seed: int, name: str, week: int, size: float) -> Factors:
    """How much more or less than planned each day of a week brings, about 1 and never further from it than ``size``."""
    now, then = (chance(seed, name, "week", number).uniform(-1, 1) for number in (week, week + 1))
    drift = now + (then - now) * np.arange(DAYS_OF_WEEK) / DAYS_OF_WEEK
    daily = chance(seed, name, "days", week).uniform(-1, 1, DAYS_OF_WEEK)
    return np.asarray(1 + size * (0.5 * drift + 0.5 * daily))


def hour_factors(seed: int, name: str, week: int, size: float, hours: int) -> Factors:
    """The flicker of single hours, about 1."""
    return 1 + size * chance(seed, name, "hours", week).uniform(-1, 1, hours)
