"""People for the tests of this room, in one line each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from wikivillage.base.problems import ProblemError
from wikivillage.web.registry.actions import add_agent
from wikivillage.web.registry.models import Agent

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2026, 4, 1, 9, tzinfo=UTC)
MUCH_LATER = datetime(2026, 6, 1, 9, tzinfo=UTC)


def person(handle: str) -> Agent:
    """Somebody new."""
    return add_agent(handle=handle, kind="person", at=AT)


def codes(action: Callable[..., Any], **words: Any) -> list[str]:
    """The codes of the problems that an action finds."""
    with pytest.raises(ProblemError) as refused:
        action(**words)
    return [problem.code for problem in refused.value.problems]
