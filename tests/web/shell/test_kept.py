"""What is costly is made once a minute, by one of those who ask."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches

from tests.web.remembered import forget_all
from wikivillage.web.shell.kept import Kept, keep

AT = datetime(2026, 11, 12, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    forget_all()
    yield
    forget_all()


def test_it_is_made_again_after_a_minute_and_not_before() -> None:
    made = iter(range(9))
    seconds = (0, 30, 59, 60, 90, 121)
    found = [keep("it", lambda: next(made), at=AT + timedelta(seconds=one)).value for one in seconds]
    assert found == [0, 0, 0, 1, 1, 2]
    assert keep("other", lambda: "other", at=AT).value == "other"


def test_a_failure_is_not_kept_and_stops_nobody() -> None:
    def fail() -> str:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        keep("it", fail, at=AT)
    assert keep("it", lambda: "mended", at=AT).value == "mended"


def _ask(times: list[datetime], slow: threading.Event, begun: threading.Event) -> tuple[list[Kept[int]], list[int]]:
    """Several ask at once, the first of whom is slow; what they were given, and how often it was made."""
    made: list[int] = []
    given: list[Kept[int]] = []

    def make() -> int:
        made.append(len(made))
        begun.set()
        slow.wait(10)
        return len(made)

    askers = [threading.Thread(target=lambda at=at: given.append(keep("it", make, at=at))) for at in times]
    askers[0].start()
    assert begun.wait(10)
    for asker in askers[1:]:
        asker.start()
    if len(times) > 2:
        askers[-1].join(0.2)
    slow.set()
    for asker in askers:
        asker.join(10)
    return given, made


def test_those_who_come_meanwhile_wait_where_there_is_nothing() -> None:
    given, made = _ask([AT] * 5, threading.Event(), threading.Event())
    assert [one.value for one in given] == [1] * 5
    assert made == [0]


def test_those_who_come_meanwhile_take_the_last_one_where_it_is_not_too_old() -> None:
    caches["pages"].set("it", Kept(AT, 7))
    given, made = _ask([AT + timedelta(seconds=70)] * 5, threading.Event(), threading.Event())
    assert sorted(one.value for one in given) == [1, 7, 7, 7, 7]
    assert made == [0]


def test_nobody_is_given_what_is_too_old() -> None:
    caches["pages"].set("it", Kept(AT, 7))
    given, made = _ask([AT + timedelta(seconds=95)] * 3, threading.Event(), threading.Event())
    assert [one.value for one in given] == [1, 1, 1]
    assert made == [0]
