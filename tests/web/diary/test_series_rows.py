"""Series in the diary: a preview with verdicts, skipped conflicts, this one, this and following, all, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.diary.days import AT, PARIS, put
from tests.web.registry.somebody import codes
from wikivillage.web.diary import actions, models, queries, series_actions
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.diary.reasons import Reason, reason
from wikivillage.web.diary.series import Dated

pytestmark = pytest.mark.usefixtures("ledger")
TUESDAY = (datetime(2026, 11, 24, 18), datetime(2026, 11, 24, 20))
FOUR = ["11-24 18:00", "12-01 18:00", "12-08 18:00", "12-15 18:00"]


def course(**more: Any) -> series_actions.Put:
    """Four Tuesdays."""
    words = {"uid": "course", "rule": "FREQ=WEEKLY;COUNT=4", "begin": TUESDAY[0], "end": TUESDAY[1], "at": AT}
    details = {"title": "Course", "kind": "workshop", "subject": "hall"}
    return series_actions.put_series(**{**words, **details, **more})


def change(scope: str, day: str, begin: str, hours: float = 2, **more: Any) -> series_actions.Put:
    """Another time from a day on."""
    start = datetime.fromisoformat(begin)
    words = {"uid": "course", "at": AT, **more}
    return series_actions.change_series(
        scope=scope, day=date.fromisoformat(day), begin=start, end=start + timedelta(hours=hours), **words
    )


def shown(**words: Any) -> list[str]:
    """When the dates that are not cancelled take place."""
    rows = Occurrence.objects.exclude(state="cancelled").filter(**words).order_by("begin")
    return [f"{row.begin.astimezone(PARIS):%m-%d %H:%M}" for row in rows]


def taken(dated: Dated) -> Sequence[Reason]:
    """A check as a room of bookings would have it."""
    return [
        reason("busy", begin=row.begin.astimezone(PARIS), end=row.end.astimezone(PARIS))
        for row in queries.busy("hall", dated.begin, dated.end)
        if row.series is None
    ]


def test_a_series_is_put_once_with_all_its_dates() -> None:
    made = course()
    assert shown() == FOUR
    assert made.preview.refused == ()
    assert course().series == made.series
    assert len(shown()) == 4
    assert sorted(Occurrence.objects.values_list("uid", flat=True))[0] == "course.20261124"


def test_a_preview_writes_nothing_and_tells_every_date() -> None:
    put("party", "2026-12-01T19:00", subject="hall")
    words = {"rule": "FREQ=WEEKLY;COUNT=4", "begin": TUESDAY[0], "end": TUESDAY[1]}
    found = series_actions.preview_series(check=taken, **words)
    assert [bool(one.reasons) for one in found.verdicts] == [False, True, False, False]
    assert found.refused[0].reasons[0].fr == (
        "C’est déjà pris du mardi 1er décembre 2026, 19\u00a0h au mardi 1er décembre 2026, 21\u00a0h."
    )
    assert not models.Series.objects.exists()
    leap = {"rule": "FREQ=YEARLY;COUNT=2", "begin": datetime(2028, 2, 29, 9), "end": datetime(2028, 2, 29, 10)}
    assert len(series_actions.preview_series(**leap).notes) == 3
    assert codes(series_actions.preview_series, **words, zone="Nowhere") == ["unknown-zone"]


def test_conflicts_refuse_everything_or_are_skipped() -> None:
    put("party", "2026-12-01T19:00", subject="hall")
    with translation.override("en"):
        assert codes(course, check=taken) == ["date-refused"]
    assert not models.Series.objects.exists()
    made = course(check=taken, skip=True)
    assert shown(kind="workshop") == [FOUR[0], *FOUR[2:]]
    assert made.series.left_out == ["2026-12-01"]
    assert len(made.preview.refused) == 1


def test_when_no_date_remains_it_is_refused_even_with_skipping() -> None:
    put("camp", "2026-11-20T00:00", hours=30 * 24, subject="hall")
    assert codes(course, check=taken, skip=True) == ["date-refused"] * 4


def test_one_date_moves_alone_and_keeps_its_id() -> None:
    course()
    change("this", "2026-12-01", "2026-12-03T19:00", title="Course, on a Thursday")
    assert shown() == [FOUR[0], "12-03 19:00", *FOUR[2:]]
    row = Occurrence.objects.get(uid="course.20261201")
    assert (row.sequence, row.apart, row.title) == (2, True, "Course, on a Thursday")
    assert {one.sequence for one in Occurrence.objects.exclude(pk=row.pk)} == {0}


def test_this_and_following_keeps_ids_and_what_is_before() -> None:
    course()
    later = change("following", "2026-12-08", "2026-12-10T17:00").series
    assert shown() == [*FOUR[:2], "12-10 17:00", "12-17 17:00"]
    assert later.uid == "course~20261208"
    assert sorted(Occurrence.objects.values_list("uid", flat=True)) == [
        "course.20261124",
        "course.20261201",
        "course.20261208",
        "course.20261215",
    ]
    first = models.Series.objects.get(uid="course")
    assert (first.rule, later.rule) == ("FREQ=WEEKLY;COUNT=2", "FREQ=WEEKLY;COUNT=2")
    assert [row.sequence for row in Occurrence.objects.order_by("begin")] == [0, 0, 1, 1]
    change("following", "2026-12-17", "2026-12-17T09:00", uid="course~20261208")
    assert shown() == [*FOUR[:2], "12-10 17:00", "12-17 09:00"]


def test_all_leaves_what_has_begun_and_what_stands_apart() -> None:
    course()
    change("this", "2026-12-15", "2026-12-16T18:00")
    soon = datetime(2026, 11, 25, 9, tzinfo=PARIS)
    change("all", "2026-12-01", "2026-12-01T10:00", at=soon, capacity=8)
    assert shown() == [FOUR[0], "12-01 10:00", "12-08 10:00", "12-16 18:00"]
    assert [row.capacity for row in Occurrence.objects.order_by("begin")] == [None, 8, 8, 8]
    over = datetime(2027, 1, 1, tzinfo=PARIS)
    words = {"uid": "course~20261201", "at": over}
    assert codes(change, scope="all", day="2026-12-01", begin="2026-12-01T09:00", **words) == ["series-is-over"]


def test_a_new_rule_adds_dates_and_cancels_those_that_fall_away() -> None:
    course()
    change("all", "2026-11-24", "2026-11-24T18:00", rule="FREQ=WEEKLY;INTERVAL=2;COUNT=3")
    assert shown() == [FOUR[0], FOUR[2], "12-22 18:00"]
    cancelled = Occurrence.objects.filter(state="cancelled").values_list("uid", flat=True)
    assert sorted(cancelled) == ["course.20261201", "course.20261215"]
    change("all", "2026-11-24", "2026-11-24T18:00", rule="FREQ=WEEKLY;COUNT=2")
    assert shown() == FOUR[:2]
    assert Occurrence.objects.filter(uid="course.20261201-2").count() == 1, "a cancelled id is not used again"


def test_a_change_asks_for_each_date_again() -> None:
    course()
    put("party", "2026-12-08T15:00", subject="hall")
    assert codes(change, scope="all", day="2026-11-24", begin="2026-11-24T15:00", check=taken) == ["date-refused"]
    assert shown(kind="workshop") == FOUR
    change("all", "2026-11-24", "2026-11-24T15:00", check=taken, skip=True)
    assert shown(kind="workshop") == ["11-24 15:00", "12-01 15:00", "12-15 15:00"]
    assert codes(change, scope="this", day="2026-12-01", begin="2026-12-08T16:00", check=taken) == ["date-refused"]


def test_cancelling_one_the_rest_and_all() -> None:
    course()
    assert series_actions.cancel_series(uid="course", scope="this", day=date(2026, 12, 1), at=AT) == 1
    assert models.Series.objects.get().left_out == ["2026-12-01"]
    assert series_actions.cancel_series(uid="course", scope="following", day=date(2026, 12, 8), at=AT) == 2
    assert shown() == FOUR[:1]
    assert series_actions.cancel_series(uid="course", scope="all", day=date(2026, 11, 24), at=AT) == 1
    assert Occurrence.objects.count() == 4
    assert series_actions.cancel_series(uid="course", scope="all", day=date(2026, 11, 24), at=AT) == 0


def test_one_that_is_cancelled_by_itself_does_not_come_back() -> None:
    course()
    actions.cancel_occurrence(uid="course.20261208", at=AT)
    change("all", "2026-11-24", "2026-11-25T18:00")
    assert shown() == ["11-25 18:00", "12-02 18:00", "12-16 18:00"]


def test_what_makes_no_sense_is_refused() -> None:
    assert codes(course, uid="x" * 41) == ["bad-uid"]
    assert codes(course, rule="FREQ=WEEKLY") == ["endless-series"]
    assert codes(course, kind="party", end=TUESDAY[0]) == ["unknown-word", "backwards"]
    assert codes(change, scope="this", day="2026-11-24", begin="2026-11-24T18:00") == ["no-series"]
    course()
    for scope in series_actions.SCOPES:
        assert codes(change, scope=scope, day="2026-11-23", begin="2026-11-23T18:00") == ["no-such-date"]
    assert codes(change, scope="some", day="2026-11-24", begin="2026-11-24T18:00") == ["unknown-word"]
    cancel = series_actions.cancel_series
    assert codes(cancel, uid="course", scope="this", day=date(2026, 11, 23), at=AT) == ["no-such-date"]
    assert codes(cancel, uid="course", scope="some", day=date(2026, 11, 24), at=AT) == ["unknown-word"]
    assert codes(cancel, uid="\0", scope="this", day=date(2026, 11, 24), at=AT) == ["no-series"]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(series_actions.SCOPES), st.integers(0, 11), st.integers(0, 23)), max_size=4),
    st.uuids(),
)
def test_whatever_is_changed_no_date_is_lost_or_doubled(steps: list[tuple[str, int, int]], name: Any) -> None:
    uid = f"s{name.hex[:20]}"
    course(uid=uid, rule="FREQ=WEEKLY;COUNT=12")
    for scope, number, hour in steps:
        row = Occurrence.objects.filter(uid__startswith=uid).order_by("uid")[number]
        begin = f"{row.day}T{hour:02}:00"
        change(scope, str(row.day), begin, uid=row.series.uid)
    rows = Occurrence.objects.filter(uid__startswith=uid).order_by("uid")
    assert [row.uid for row in rows] == [f"{uid}.{TUESDAY[0].date() + timedelta(weeks=n):%Y%m%d}" for n in range(12)]
    assert {row.state for row in rows} == {"confirmed"}
    assert sum(part.dates.count() for part in models.Series.objects.filter(uid__startswith=uid)) == 12
