"""Series: the same hour on the wall, what is left out, this one or the rest, days that do not exist, ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.registry.somebody import codes
from wikivillage.base.problems import ProblemError
from wikivillage.web.diary.rules import MOST, Rule, moved, read_rule
from wikivillage.web.diary.series import (
    Series,
    Slot,
    all_days,
    dates_of,
    from_wall,
    leave_out,
    move_one,
    notes_on,
    split,
)

PARIS = "Europe/Paris"


def at(text: str) -> datetime:
    """A wall time."""
    return datetime.fromisoformat(text)


def series(begin: str, end: str, rule: str, zone: str = PARIS) -> Series:
    """A series in one line."""
    return Series(Slot(at(begin), at(end)), zone, read_rule(rule))


def days(one: Series) -> list[str]:
    """Its dates."""
    return [f"{dated.day}" for dated in dates_of(one)]


WEEKDAYS = st.lists(st.integers(0, 6), max_size=3, unique=True)
ENDS = st.one_of(
    st.integers(1, MOST).map(lambda count: {"count": count}),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(lambda day: {"until": day}),
)


@st.composite
def some_series(draw: st.DrawFn) -> Series:
    """Any series that has dates, some of them left out and some moved."""
    begin = draw(st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)))
    length = timedelta(minutes=draw(st.integers(15, 36 * 60)))
    every = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    weekdays = draw(WEEKDAYS) if every == "WEEKLY" else []
    end = draw(ENDS)
    if "until" in end:
        span = {"DAILY": 90, "WEEKLY": 200, "MONTHLY": 2000, "YEARLY": 20_000}[every]
        end = {"until": begin.date() + timedelta(days=draw(st.integers(7, span)))}
    pairs = tuple(sorted((0, day) for day in weekdays))
    rule = Rule(every, interval=draw(st.integers(1, 3)), weekdays=pairs, **end)
    whole = Series(Slot(begin, begin + length), draw(st.sampled_from((PARIS, "America/New_York", "UTC"))), rule)
    if every == "YEARLY" and begin.month == 2 and begin.day == 29 and "until" in end:
        whole = Series(whole.first, whole.zone, Rule(every, count=3))
    try:
        names = all_days(whole)
    except ProblemError:
        names = ()
    if not names:
        return Series(whole.first, whole.zone, Rule("DAILY", count=5))
    for day in draw(st.lists(st.sampled_from(names), max_size=3, unique=True)):
        shift = timedelta(minutes=draw(st.integers(-3000, 3000)))
        slot = Slot(begin + shift, begin + shift + length)
        whole = leave_out(whole, day) if draw(st.booleans()) else move_one(whole, day, slot)
    return whole


@given(some_series())
def test_the_hour_on_the_wall_stays(one: Series) -> None:
    for dated in dates_of(one):
        if dated.day in one.moved:
            continue
        shown = from_wall(dated.begin, one.zone)
        wanted = datetime.combine(dated.day, one.first.begin.time().replace(fold=0))
        skipped = wanted.replace(tzinfo=ZoneInfo(one.zone)).astimezone(UTC).astimezone(ZoneInfo(one.zone))
        assert shown == wanted or shown == skipped.replace(tzinfo=None, fold=0) != wanted
        assert dated.end.astimezone(UTC) > dated.begin.astimezone(UTC)


@given(some_series(), st.data())
def test_this_and_following_loses_and_doubles_nothing(one: Series, data: st.DataObject) -> None:
    day = data.draw(st.sampled_from(all_days(one)))
    before, after = split(one, day)
    parts = [*(dates_of(before) if before else ()), *dates_of(after)]
    assert parts == list(dates_of(one))
    assert all(part.day < day for part in (dates_of(before) if before else ()))
    assert [name for part in (before, after) if part for name in all_days(part)] == list(all_days(one))


@given(some_series(), st.data())
def test_what_is_left_out_is_left_out_alone(one: Series, data: st.DataObject) -> None:
    day = data.draw(st.sampled_from(all_days(one)))
    left = leave_out(one, day)
    assert dates_of(left) == tuple(dated for dated in dates_of(one) if dated.day != day)
    assert all_days(left) == all_days(one)


@given(some_series())
def test_a_rule_written_and_read_again_is_the_same(one: Series) -> None:
    assert read_rule(str(one.rule)) == one.rule


WORDS = (
    "FREQ=DAILY FREQ=WEEKLY FREQ=MONTHLY FREQ=YEARLY INTERVAL=2 BYDAY=MO,WE BYDAY=-1FR,5SU BYMONTHDAY=31,-1 BYMONTH=2 "
    "BYSETPOS=1,-31 COUNT=7 COUNT=100 UNTIL=20270301 UNTIL=99991231 INTERVAL=99 BYMONTHDAY=30 COUNT=-3 =; \0"
)
PARTS = st.sampled_from(sorted(WORDS.split(" ")))


@given(st.lists(PARTS, max_size=6), st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)))
def test_any_rule_has_dates_or_problems(parts: list[str], begin: datetime) -> None:
    try:
        found = dates_of(Series(Slot(begin, begin + timedelta(hours=1)), PARIS, read_rule(";".join(parts))))
    except ProblemError:
        return
    assert 1 <= len(found) <= MOST
    assert list(found) == sorted(found, key=lambda dated: dated.begin)


def test_a_weekly_series_crosses_both_clock_changes() -> None:
    one = series("2026-10-20T18:00", "2026-10-20T20:00", "FREQ=WEEKLY;COUNT=24")
    shown = {dated.begin.astimezone(UTC).hour for dated in dates_of(one)}
    assert shown == {16, 17}
    assert {f"{dated.begin:%H:%M}–{dated.end:%H:%M}" for dated in dates_of(one)} == {"18:00–20:00"}


def test_a_night_over_the_clock_change_keeps_both_its_hours() -> None:
    night = dates_of(series("2026-10-24T22:00", "2026-10-25T06:00", "FREQ=DAILY;COUNT=1"))[0]
    assert (f"{night.begin:%d %H}", f"{night.end:%d %H}") == ("24 22", "25 06")
    assert night.end.astimezone(UTC) - night.begin.astimezone(UTC) == timedelta(hours=9)


def test_an_hour_that_the_clocks_skip_becomes_the_next_and_says_so() -> None:
    one = series("2026-03-28T02:30", "2026-03-28T02:45", "FREQ=DAILY;COUNT=3")
    assert [f"{dated.begin:%H:%M}" for dated in dates_of(one)] == ["02:30", "03:30", "02:30"]
    short = dates_of(series("2026-03-29T02:30", "2026-03-29T03:15", "FREQ=DAILY;COUNT=1"))[0]
    assert f"{short.begin:%H:%M}–{short.end:%H:%M}" == "03:30–04:15"
    (note,) = notes_on(one)
    assert note.fr == (
        "On change d’heure cette nuit-là\u00a0: dimanche 29 mars 2026, 2\u00a0h\u00a030 n’existe pas et devient "
        "dimanche 29 mars 2026, 3\u00a0h\u00a030."
    )


def test_the_29th_of_february_comes_when_there_is_one_and_says_when_not() -> None:
    one = series("2028-02-29T10:00", "2028-02-29T12:00", "FREQ=YEARLY;UNTIL=20370101")
    assert days(one) == ["2028-02-29", "2032-02-29", "2036-02-29"]
    notes = [note.en for note in notes_on(one)]
    assert notes[0] == "There is no 29 February in 2029: nothing that year."
    assert len(notes) == 6
    monthly = series("2026-01-31T10:00", "2026-01-31T12:00", "FREQ=MONTHLY;COUNT=3")
    assert days(monthly) == ["2026-01-31", "2026-03-31", "2026-05-31"]
    assert next(note.fr for note in notes_on(monthly)) == (
        "Il n’y a pas de jour 31 en février 2026\u00a0: rien ce mois-là."
    )
    weekly = series("2028-02-22T10:00", "2028-02-22T12:00", "FREQ=WEEKLY;COUNT=3")
    assert days(weekly) == ["2028-02-22", "2028-02-29", "2028-03-07"]
    assert notes_on(weekly) == ()


def test_rules_that_people_use() -> None:
    last_friday = series("2026-01-30T18:00", "2026-01-30T20:00", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=3")
    assert days(last_friday) == ["2026-01-30", "2026-02-27", "2026-03-27"]
    workdays = series("2026-01-01T09:00", "2026-01-01T10:00", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1;COUNT=2")
    assert days(workdays) == ["2026-01-01", "2026-02-02"]
    two = series("2026-11-24T09:00", "2026-11-24T10:00", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;UNTIL=20261210")
    assert days(two) == ["2026-11-24", "2026-11-26", "2026-12-08", "2026-12-10"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY", ["endless-series"]),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20270101", ["endless-series"]),
        ("FREQ=WEEKLY;COUNT=101", ["too-many-dates"]),
        ("FREQ=HOURLY;COUNT=3", ["bad-rule"]),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=0;BYHOUR=3", ["bad-rule", "bad-rule", "bad-rule"]),
        ("FREQ=WEEKLY;COUNT=3;COUNT=4", ["bad-rule"]),
        ("FREQ=WEEKLY;UNTIL=20270231", ["bad-rule"]),
        ("FREQ=WEEKLY;COUNT=\N{ARABIC-INDIC DIGIT THREE}", ["bad-rule"]),
        ("COUNT=3", ["bad-rule"]),
        ("", ["bad-rule", "bad-rule", "endless-series"]),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_everything(rule: str, expected: list[str]) -> None:
    assert codes(read_rule, text=rule) == expected


def test_a_hundred_dates_and_not_one_more() -> None:
    assert len(days(series("2026-01-01T09:00", "2026-01-01T10:00", "FREQ=DAILY;COUNT=100"))) == 100
    long = series("2026-01-01T09:00", "2026-01-01T10:00", "FREQ=DAILY;UNTIL=20270101")
    assert codes(lambda: all_days(long)) == ["too-many-dates"]
    none = series("2026-02-01T09:00", "2026-02-01T10:00", "FREQ=DAILY;UNTIL=20260101")
    assert codes(lambda: all_days(none)) == ["no-dates"]
    never = series("2026-02-28T09:00", "2026-02-28T10:00", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3")
    assert codes(lambda: all_days(never)) == ["no-dates"]
    far = series("2026-02-28T09:00", "2026-02-28T10:00", "FREQ=YEARLY;INTERVAL=99;COUNT=3")
    assert codes(lambda: all_days(far)) == ["too-far"]


def test_only_its_own_dates_can_be_changed() -> None:
    one = series("2026-01-06T09:00", "2026-01-06T10:00", "FREQ=WEEKLY;COUNT=3")
    for change in (split, leave_out):
        assert codes(lambda change=change: change(one, date(2026, 1, 7))) == ["no-such-date"]
    assert codes(lambda: move_one(one, date(2026, 1, 7), one.first)) == ["no-such-date"]


def test_a_rule_moves_where_that_is_sure() -> None:
    assert str(moved(read_rule("FREQ=WEEKLY;BYDAY=TU;UNTIL=20270105"), 2)) == "FREQ=WEEKLY;BYDAY=TH;UNTIL=20270107"
    assert str(moved(read_rule("FREQ=WEEKLY;BYDAY=SU;COUNT=2"), 1)) == "FREQ=WEEKLY;BYDAY=MO;COUNT=2"
    assert str(moved(read_rule("FREQ=DAILY;COUNT=2"), 1)) == "FREQ=DAILY;COUNT=2"
    fixed = read_rule("FREQ=MONTHLY;BYDAY=1TU;COUNT=2")
    assert moved(fixed, 0) == fixed
    assert codes(moved, rule=fixed, days=1) == ["rule-cannot-move"]
