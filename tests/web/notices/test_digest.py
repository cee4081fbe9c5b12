"""The letter of the day: one for many, at seven in the village, once, without what was read or is unwanted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from tests.web.notices.told import AT, person, told
from wikivillage.web.notices import errands, queries
from wikivillage.web.notices.actions import choose_ways, mark_read, unsubscribe, write_digest
from wikivillage.web.notices.errands import last_hour_of_the_digest
from wikivillage.web.notices.models import Letter, Notice
from wikivillage.web.registry.actions import erase_agent
from wikivillage.web.registry.words import Text

PARIS = ZoneInfo("Europe/Paris")
MORNING = datetime(2026, 4, 17, 5, tzinfo=UTC)
"""Seven in Paris, in summer."""

one_database = pytest.mark.usefixtures("ledger")


def write_all(monkeypatch: pytest.MonkeyPatch, at: datetime) -> dict[str, Any]:
    """What the errand does at a moment."""
    monkeypatch.setattr(errands.timezone, "now", lambda: at)
    return errands.write_digests(lambda label, done=0, total=0: None, {}) or {}


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        (datetime(2026, 4, 17, 7, tzinfo=PARIS), datetime(2026, 4, 17, 7, tzinfo=PARIS)),
        (datetime(2026, 4, 17, 6, 59, tzinfo=PARIS), datetime(2026, 4, 16, 7, tzinfo=PARIS)),
        (datetime(2026, 10, 25, 8, tzinfo=PARIS), datetime(2026, 10, 25, 6, tzinfo=UTC)),
        (datetime(2026, 3, 29, 8, tzinfo=PARIS), datetime(2026, 3, 29, 5, tzinfo=UTC)),
    ],
)
def test_seven_by_the_clocks_of_the_village(at: datetime, wanted: datetime) -> None:
    assert last_hour_of_the_digest(at, PARIS) == wanted


@one_database
def test_one_letter_for_many_once(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.ORIGIN = "https://village.example"
    zoe, ali = person(), person("ali", language="en")
    for number in range(3):
        told(zoe, kind="price", title=Text(f"p{number}", f"t{number}"), at=AT + timedelta(minutes=number))
    told(ali, kind="price")
    told(zoe, kind="price", at=MORNING + timedelta(minutes=1))
    assert not Letter.objects.exists()
    assert write_all(monkeypatch, MORNING - timedelta(minutes=1))["notices"] == 0, "not before seven"
    assert write_all(monkeypatch, MORNING + timedelta(hours=3)) == {"readers": 2, "notices": 4}, "late is not never"
    assert write_all(monkeypatch, MORNING + timedelta(hours=3)) == {"readers": 0, "notices": 0}, "run again"
    letter = Letter.objects.get(agent=zoe)
    assert "3" in letter.subject
    assert [letter.text.index(f"t{number}") for number in range(3)] == sorted(
        letter.text.index(f"t{n}") for n in range(3)
    )
    assert letter.unsubscribe in letter.text
    assert Letter.objects.get(agent=ali).subject.endswith("Your booking is confirmed"), "alone it says what it is"
    assert write_all(monkeypatch, MORNING + timedelta(days=1))["notices"] == 1, "what came after seven"


@one_database
def test_what_was_read_ended_or_is_nobodys_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    zoe, ali, eva, gone = person(), person("ali"), person("eva"), person("gone")
    for agent in (zoe, ali, eva, gone):
        told(agent, kind="price")
    mark_read(agent=zoe.pk, at=AT)
    unsubscribe(agent=ali.pk, kind="daily", at=AT)
    choose_ways(agent=eva.pk, ways={"price": "none"}, at=AT)
    erase_agent(agent=gone, at=AT)
    assert write_all(monkeypatch, MORNING)["notices"] == 0
    assert not Letter.objects.exists()


@one_database
def test_ending_the_letter_of_the_day_ends_each_kind_in_it() -> None:
    zoe = person()
    assert unsubscribe(agent=zoe.pk, kind="daily", at=AT)
    assert not unsubscribe(agent=zoe.pk, kind="daily", at=AT)
    ways = queries.ways_of(zoe.pk)
    assert "daily" not in ways.values()
    assert ways["booking"] == "now"


def write_at_once(agent: str) -> int:
    """One of several workers."""
    try:
        return write_digest(agent=agent, before=MORNING, at=MORNING)
    finally:
        connection.close()


@pytest.mark.usefixtures("database")
def test_two_workers_write_one_letter() -> None:
    zoe = person()
    for _ in range(5):
        told(zoe, kind="price")
    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(write_at_once, [zoe.pk] * 3)) == [0, 0, 5]
    assert Letter.objects.count() == 1
    assert not Notice.objects.filter(lettered_at=None).exists()
