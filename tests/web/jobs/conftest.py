"""What the tests of the queue may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.web.jobs.chores import make_known
from wikivillage.web.jobs import errands, queries, shown, views, worker


@pytest.fixture
def chores(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    """The errands of the tests, and no others."""
    known: dict[str, Any] = {}
    make_known(known)
    monkeypatch.setattr(errands, "ERRANDS", known)
    for module in (errands, queries, shown, views, worker):
        monkeypatch.setattr(module, "find_errands", lambda: known)
    return known
