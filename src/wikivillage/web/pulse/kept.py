"""What is costly is made once a minute and kept: one makes it, those who come meanwhile take the last one or wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.core.cache import caches

T = TypeVar("T")

FRESH = timedelta(seconds=60)
"""How old what is shown may be."""
STALE = timedelta(seconds=90)
"""How old it may be while somebody is making the next."""


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """Something and when it was made."""

    at: datetime
    value: T


_making: dict[str, threading.Lock] = {}
_door = threading.Lock()


def keep(key: str, make: Callable[[], T], *, at: datetime) -> Kept[T]:
    """What was made for this key, at most a minute ago; made now where there is nothing so fresh."""
    found = _look(key)
    if found and at - found.at < FRESH:
        return found
    with _door:
        lock = _making.setdefault(key, threading.Lock())
    if not lock.acquire(blocking=found is None or at - found.at >= STALE):
        assert found is not None, "who finds nothing waits"
        return found
    try:
        again = _look(key)
        if again and at - again.at < FRESH:
            return again
        made = Kept(at, make())
        caches["pages"].set(key, made, STALE.total_seconds())
        return made
    finally:
        lock.release()
        with _door:
            _making.pop(key, None)


def _look(key: str) -> Kept[Any] | None:
    found: Kept[Any] | None = caches["pages"].get(key)
    return found
