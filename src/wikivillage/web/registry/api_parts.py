"""What the endpoints of this room share: times, numbers of rows, somebody by handle, problems in English."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Annotated, Any

from django.utils import translation
from ninja import Path, Schema
from pydantic import AwareDatetime, Field

from wikivillage.base.problems import ProblemError
from wikivillage.web.problems import not_found
from wikivillage.web.registry.access import TokenAuth
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.queries import find_agent, unknown_agent

Steward = TokenAuth("steward")
Moment = Annotated[AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))]
"""A time with its zone, in a century that calendars know."""

Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
"""The number of a row."""


class Interval(Schema):
    """From when to when; without ``since`` from now, without ``until`` without an end."""

    since: Moment | None = None
    until: Moment | None = None


def in_english(answer: Callable[..., Any]) -> Callable[..., Any]:
    """Tell problems in English, whatever a program's header says: programs read their codes."""

    @wraps(answer)
    def told(*arguments: Any, **words: Any) -> Any:
        with translation.override("en"):
            return answer(*arguments, **words)

    told.__signature__ = inspect.signature(answer, eval_str=True)  # type: ignore[attr-defined]  # ninja reads it
    return told


def agent_called(handle: str, where: str = "agent") -> Agent:
    """Somebody by their handle. Raises ProblemError unknown-agent."""
    found = find_agent(handle)
    if found is None:
        raise ProblemError([unknown_agent(handle[:100], where)])
    return found


def row_of(table: Any, number: int, what: str) -> Any:
    """A row by its number. Raises ProblemError not-found."""
    found = table.objects.filter(pk=number).first()
    if found is None:
        raise not_found(what, str(number))
    return found


def handle_of(agent: Agent) -> str:
    """What programs call somebody; nothing once they were erased."""
    identity = getattr(agent, "identity", None)
    return identity.handle if identity else ""
