"""What the worker can do: each room names its errands in a file ``errands.py``, found when the worker starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any, Protocol

from django.utils.module_loading import autodiscover_modules

MOST_TRIES = 5
"""How often a job is tried before it is given up, unless its errand says otherwise."""


class Progress(Protocol):
    """How an errand says where it is; ``done`` of ``total`` may be left open.

    It costs nothing: others see it at most twice a second. A ``label`` is kept in English and translated where it is
    read, so it is one of the words that the room translates (``gettext_noop``), without numbers in it.
    """

    def __call__(self, label: str, done: int = 0, total: int = 0) -> None:
        """Say it. Raises JobEndedError, which no errand catches, when somebody stopped the job."""


Body = Callable[[Progress, dict[str, Any]], dict[str, Any] | None]
"""Does the errand with its payload and returns what there is to tell of it, as JSON."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A kind of job; with ``every`` it is put into the queue by itself, once in each period.

    ``title`` is what people read, in English, to be translated. ``tries``: how often it is tried at most.
    """

    kind: str
    body: Body
    every: timedelta | None
    title: str
    tries: int


ERRANDS: dict[str, Errand] = {}


def errand(
    kind: str, *, every: timedelta | None = None, title: str = "", tries: int = MOST_TRIES
) -> Callable[[Body], Body]:
    """Make a function an errand. It may be run again from its start, for a worker may die at any moment."""

    def named(body: Body) -> Body:
        assert kind not in ERRANDS, f"two errands are called {kind}"
        ERRANDS[kind] = Errand(kind, body, every, title or kind, tries)
        return body

    return named


def find_errands() -> Mapping[str, Errand]:
    """The errands of every room, by kind."""
    import_module("wikivillage.web.jobs.upkeep")
    autodiscover_modules("errands")
    return ERRANDS
