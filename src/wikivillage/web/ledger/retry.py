"""Losers of a race between transactions try again: deadlocks, serialisation failures, a key taken in between."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 8
LOST_RACES = {"40P01", "40001", "55P03", "23505", "23P01", "23001"}
"""PostgreSQL's codes: deadlock, serialisation failure, lock not available, unique and exclusion violation, and that of
our guards, which see what was committed since the rules looked."""


class RaceLostError(Exception):
    """Something that was looked at has changed before it could be locked."""


def retrying(action: Callable[P, R]) -> Callable[P, R]:
    """Run an action again when it lost a race; inside somebody else's transaction that one decides."""

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for tries in range(TRIES, 0, -1):
            try:
                return action(*args, **kwargs)
            except (RaceLostError, OperationalError, IntegrityError) as error:
                if tries == 1 or connection.in_atomic_block or not lost_a_race(error):
                    raise
                time.sleep(random.uniform(0.001, 0.02) * (TRIES - tries + 1))
        raise AssertionError("the last try returns or raises")

    return run


def lost_a_race(error: Exception) -> bool:
    """Whether the same action may succeed when it is tried again."""
    if isinstance(error, RaceLostError):
        return True
    code = getattr(error.__cause__, "sqlstate", None)
    return code in LOST_RACES if code else "locked" in str(error) or "UNIQUE" in str(error)
