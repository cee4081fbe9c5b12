"""What stands in the diary: put, moved and cancelled; who sees it; what is taken; hours and closed periods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.web.diary.days import AT, house, paris, put
from tests.web.registry.somebody import codes, holder, person
from wikivillage.web.diary import actions, queries
from wikivillage.web.diary.models import ClosedPeriod, Occurrence, OpeningHours
from wikivillage.web.diary.openings import Week
from wikivillage.web.diary.reasons import Span
from wikivillage.web.registry.models import Change
from wikivillage.web.registry.viewer import VISITOR, viewer
from wikivillage.web.registry.words import Text

pytestmark = pytest.mark.usefixtures("ledger")
LATER = AT + timedelta(hours=1)
EVENING = ("2026-11-26T18:00", "2026-11-26T20:00")


def nine_to(hour: int) -> Week:
    """Open from nine on six days."""
    return (*((Span(9 * 60, hour * 60),) for _ in range(6)), ())


def between(first: str, last: str, **words: Any) -> list[str]:
    """The ids of what takes place."""
    return [row.uid for row in queries.occurrences_between(paris(first), paris(last), **words)]


def test_the_same_again_changes_nothing_and_other_facts_raise_the_sequence() -> None:
    house()
    assert put("talk", "2026-11-26T18:00", place="cafe").sequence == 0
    assert put("talk", "2026-11-26T18:00", place="cafe", at=LATER).sequence == 0
    row = put("talk", "2026-11-26T18:00", place="lab", at=LATER)
    assert (row.sequence, row.place, row.changed_at, row.made_at) == (1, "lab", LATER, AT)
    assert Occurrence.objects.count() == 1
    assert Change.objects.filter(verb="put_occurrence", subject="talk").count() == 2


def test_moving_and_cancelling_raise_the_sequence_and_what_is_cancelled_stays() -> None:
    put("talk", "2026-11-26T18:00")
    begin, end = paris("2026-11-27T18:00"), paris("2026-11-27T20:00")
    assert actions.move_occurrence(uid="talk", begin=begin, end=end, at=LATER).sequence == 1
    assert actions.move_occurrence(uid="talk", begin=begin, end=end, at=LATER).sequence == 1
    row = actions.cancel_occurrence(uid="talk", at=LATER, by="p-1")
    assert (row.sequence, row.state) == (2, "cancelled")
    assert actions.cancel_occurrence(uid="talk", at=LATER).sequence == 2
    assert codes(actions.move_occurrence, uid="talk", begin=begin, end=end, at=LATER) == ["is-cancelled"]
    assert between("2026-11-27T00:00", "2026-11-28T00:00") == []
    assert between("2026-11-27T00:00", "2026-11-28T00:00", cancelled=True) == ["talk"]
    assert put("talk", "2026-11-28T18:00").state == "confirmed", "who puts it again means it"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"uid": "a/b"}, ["bad-uid"]),
        ({"uid": "\0", "title": "x"}, ["bad-uid"]),
        ({"title": " "}, ["bad-words"]),
        ({"title": "x" * 201, "path": "javascript:alert(1)"}, ["bad-words", "bad-words"]),
        ({"subject": "\0"}, ["bad-words"]),
        ({"kind": "party", "visibility": "all", "state": "maybe"}, ["unknown-word"] * 3),
        ({"capacity": 0}, ["bad-capacity"]),
        ({"place": "moon"}, ["unknown-place"]),
        ({"place": "\0"}, ["bad-words"]),
        ({"zone": "Europe/Atlantis"}, ["unknown-zone"]),
        ({"hours": 0}, ["backwards"]),
        ({"hours": 24 * 40}, ["too-long"]),
        ({"begin": "1789-07-14T10:00"}, ["too-far"]),
        ({"hours": -1, "capacity": -3}, ["bad-capacity", "backwards"]),
    ],
)
def test_what_makes_no_sense_is_refused_with_everything(said: dict[str, Any], expected: list[str]) -> None:
    assert codes(put, **{"uid": "talk", "begin": "2026-11-26T18:00", **said}) == expected
    assert not Occurrence.objects.exists()


def test_what_is_not_there_is_told() -> None:
    begin, end = map(paris, EVENING)
    for uid in ("nothing", "\0"):
        assert codes(actions.move_occurrence, uid=uid, begin=begin, end=end, at=AT) == ["no-occurrence"]
        assert codes(actions.cancel_occurrence, uid=uid, at=AT) == ["no-occurrence"]
    assert codes(actions.end_closed_period, id=1, at=AT) == ["no-closed-period"]


@pytest.mark.parametrize("wrong", [{"kind": "party"}, {"state": "maybe"}, {"visibility": "all"}, {"end": AT}])
def test_the_database_itself_refuses_what_cannot_be(wrong: dict[str, Any]) -> None:
    put("talk", "2026-11-26T18:00")
    with pytest.raises(IntegrityError), transaction.atomic():
        Occurrence.objects.update(**wrong)


def test_busy_is_what_overlaps_and_is_not_cancelled() -> None:
    put("early", "2026-11-26T16:00", subject="room")
    put("late", "2026-11-26T20:00", subject="room")
    put("other", "2026-11-26T18:00", subject="hall")
    begin, end = map(paris, EVENING)
    assert queries.busy("room", begin, end) == []
    put("middle", "2026-11-26T19:30", hours=0.25, subject="room")
    assert [row.uid for row in queries.busy("room", begin, end)] == ["middle"]
    assert queries.busy("room", begin, end, but=["middle"]) == []
    many = queries.busy_with(["room", "hall", "attic"], begin, end)
    assert {subject: [row.uid for row in rows] for subject, rows in many.items()} == {
        "room": ["middle"],
        "hall": ["other"],
    }
    actions.cancel_occurrence(uid="middle", at=LATER)
    assert queries.busy("room", begin, end) == []


def test_a_long_one_is_found_at_its_end() -> None:
    put("exhibition", "2026-11-01T10:00", hours=30 * 24, subject="hall")
    assert [row.uid for row in queries.busy("hall", paris("2026-12-01T09:00"), paris("2026-12-01T10:00"))] == [
        "exhibition"
    ]


def test_who_sees_what() -> None:
    member, other = holder("ben", "member"), person("eve")
    put("open_day", "2026-11-26T10:00", visibility="public")
    put("assembly", "2026-11-26T11:00", visibility="members")
    put("dinner", "2026-11-26T12:00", visibility="private", owner=member.pk)
    put("own_members", "2026-11-26T13:00", visibility="members", owner=other.pk)
    day = ("2026-11-26T00:00", "2026-11-27T00:00")

    def seen(who: Any) -> list[str]:
        looks = viewer(who.pk, at=AT, second_factor=True) if who else VISITOR
        return between(*day, viewer=looks)

    assert seen(None) == ["open_day"]
    assert seen(member) == ["open_day", "assembly", "dinner", "own_members"]
    assert seen(other) == ["open_day", "own_members"]
    assert seen(holder("ada", "auditor")) == ["open_day", "assembly", "dinner", "own_members"]
    assert queries.find_occurrence("dinner", VISITOR) is None
    assert queries.find_occurrence("\0", VISITOR) is None
    assert between(*day) == ["open_day", "assembly", "dinner", "own_members"], "rooms see everything"


def test_filters_of_the_agenda() -> None:
    house()
    put("talk", "2026-11-26T18:00", place="cafe", kind="event")
    put("print", "2026-11-26T19:00", place="lab", subject="printer")
    day = ("2026-11-26T00:00", "2026-11-27T00:00")
    assert between(*day, places=queries.places_in("ground")) == ["talk"]
    assert between(*day, kind="meeting") == ["print"]
    assert between(*day, subject="printer") == ["print"]


def test_open_follows_the_places_around_and_tells_every_reason() -> None:
    house()
    actions.set_opening(subject="", season="ordinary", since=date(2026, 1, 1), week=nine_to(22), at=AT)
    begin, end = map(paris, EVENING)
    assert queries.is_open("cafe", begin, end) == ()
    actions.set_opening(subject="ground", season="ordinary", since=date(2026, 1, 1), week=nine_to(19), at=AT)
    words = {"why_en": "Works.", "why_fr": "Travaux."}
    actions.close_period(subject="cafe", begin=begin, end=end, at=AT, **words)
    hours, works = queries.is_open("cafe", begin, end)
    assert hours.en.startswith("Ground floor: opening hours on Thursday 26 November 2026 are 09:00 to 19:00")
    assert works.fr.startswith("Café\u00a0: fermeture du jeudi 26 novembre 2026, 18\u00a0h au ")
    assert works.fr.endswith("Travaux.")
    assert len(queries.is_open("table", begin, end, place="cafe")) == 2
    assert queries.is_open("lab", begin, end) == ()
    assert [one.code for one in queries.is_open("cafe", end, begin)] == ["backwards"]
    actions.set_opening(subject="table", season="ordinary", since=date(2026, 1, 1), week=nine_to(10), at=AT)
    named = queries.is_open("table", begin, end, place="cafe", name=Text("Table", "La table"))
    assert [one.fr.partition("\u00a0:")[0] for one in named] == ["La table", "Café"]


def test_the_hour_that_comes_twice_is_asked_by_the_wall() -> None:
    first = paris("2026-10-25T02:45")
    second = paris("2026-10-25T02:15").replace(fold=1)
    actions.set_opening(subject="", season="ordinary", since=date(2026, 1, 1), week=((Span(0, 1440),),) * 7, at=AT)
    assert second > first.astimezone(second.tzinfo) or second.timestamp() > first.timestamp()
    assert queries.is_open("lab", first.astimezone(tz=None), second.astimezone(tz=None)) == ()


def test_many_houses_cost_three_questions() -> None:
    house()
    actions.set_opening(subject="", season="ordinary", since=date(2026, 1, 1), week=nine_to(22), at=AT)
    with CaptureQueriesContext(connection) as asked:
        found = queries.houses([(f"unit-{number}", "cafe") for number in range(200)])
    assert len(found) == 200
    assert len(asked) <= 4


def test_hours_are_replaced_on_their_day_and_refused_where_they_make_no_sense() -> None:
    words = {"subject": "cafe", "season": "ordinary", "since": date(2026, 1, 1), "at": AT}
    actions.set_opening(week=nine_to(20), **words)
    actions.set_opening(week=nine_to(21), **words)
    assert OpeningHours.objects.get().week[0] == [[540, 1260]]
    late = ((Span(1200, 600),),) * 7
    assert codes(actions.set_opening, week=late, **words) == ["bad-hours"]
    twice = ((Span(540, 720), Span(600, 800)),) * 7
    assert codes(actions.set_opening, week=twice, **words) == ["bad-hours"]
    assert codes(actions.set_opening, week=((),), **{**words, "season": "winter", "subject": "\0"}) == [
        "unknown-word",
        "bad-words",
        "bad-hours",
    ]


def test_closing_lists_who_is_touched_and_cancels_nothing() -> None:
    house()
    put("talk", "2026-11-26T18:00", place="cafe")
    put("table", "2026-11-26T19:00", subject="cafe")
    put("print", "2026-11-26T19:00", place="lab")
    put("before", "2026-11-26T16:00", place="cafe")
    begin, end = map(paris, EVENING)
    words = {"begin": begin, "end": end, "at": AT, "why_fr": "Travaux."}
    closed = actions.close_period(subject="ground", **words)
    assert [row.uid for row in closed.touched] == ["talk", "table"]
    assert closed.period.why_en == "Travaux."
    again = actions.close_period(subject="ground", **words)
    assert again.period == closed.period
    assert len(actions.close_period(subject="", **words).touched) == 3
    assert Occurrence.objects.filter(state="cancelled").count() == 0
    assert [row.subject for row in queries.closed_periods(AT)] == ["ground", ""]
    actions.end_closed_period(id=closed.period.pk, at=LATER)
    actions.end_closed_period(id=closed.period.pk, at=LATER + timedelta(days=1))
    assert ClosedPeriod.objects.get(pk=closed.period.pk).ended_at == LATER
    assert [one.code for one in queries.is_open("cafe", begin, end)] == ["closed_period"], "the village is closed still"
    assert codes(actions.close_period, **{**words, "subject": "", "why_fr": "", "end": begin}) == [
        "backwards",
        "bad-words",
    ]
