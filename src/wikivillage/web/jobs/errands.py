"""What the worker can do: each room names its errands in a file ``errands.py``, found when the site starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol


class Progress(Protocol):
    """How an errand says where it is; ``done`` of ``total`` may be left open."""

    def __call__(self, label: str, done: int = 0, total: int = 0) -> None:
        """Say it. Raises when somebody stopped the job."""


Body = Callable[[Progress, dict[str, Any]], dict[str, Any] | None]
"""Does the errand with its payload and returns what there is to tell of it, as JSON."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A kind of job; with ``every`` it is put into the queue by itself, once in each period."""

    kind: str
    body: Body
    every: timedelta | None


ERRANDS: dict[str, Errand] = {}


def errand(kind: str, *, every: timedelta | None = None) -> Callable[[Body], Body]:
    """Make a function an errand."""

    def named(body: Body) -> Body:
        assert kind not in ERRANDS, f"two errands are called {kind}"
        ERRANDS[kind] = Errand(kind, body, every)
        return body

    return named
