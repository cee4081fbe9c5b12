"""What a process holds is handed out as it is, and no longer than was said."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.core.cache import caches

from tests.web.remembered import forget_all


@pytest.fixture(autouse=True)
def _empty() -> Iterator[None]:
    forget_all()
    yield
    forget_all()


def test_it_hands_out_the_thing_itself() -> None:
    thing = object()
    caches["pages"].set("thing", thing)
    assert caches["pages"].get("thing") is thing


def test_what_is_over_or_unknown_is_not_there() -> None:
    caches["pages"].set("short", "x", 0.01)
    time.sleep(0.02)
    assert caches["pages"].get("short", "nothing") == "nothing"
    assert caches["pages"].get("never") is None


def test_it_holds_no_more_than_it_may_and_lets_go_of_what_nobody_asked_for() -> None:
    memory = caches["pages"]
    for number in range(memory._max_entries):
        memory.set(f"n{number}", number)
    assert memory.get("n0") == 0
    memory.set("another", 1)
    assert (memory.get("n0"), memory.get("another"), memory.get("n1")) == (0, 1, None)
