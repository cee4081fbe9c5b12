"""What the tests of plans may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.test import Client

from tests.web.plans.planned import load_small_village, seen_by

As = Callable[..., Client]


@pytest.fixture
def village(ledger: None, tmp_path: Path) -> Path:
    """The small village in a database whose changes are taken back; the folder of its file."""
    load_small_village(tmp_path)
    return tmp_path


@pytest.fixture
def page_as(monkeypatch: pytest.MonkeyPatch) -> Iterator[As]:
    """A browser in which somebody is signed in."""
    with ExitStack() as open_browsers:
        yield lambda viewer, lang="en": open_browsers.enter_context(seen_by(viewer, lang, monkeypatch))
