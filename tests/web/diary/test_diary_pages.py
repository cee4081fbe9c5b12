"""Pages of the diary: the week, one date, putting with a preview, hours, closed periods; who may and who may not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.building.houses import present
from tests.web.diary.days import AT, PARIS, house, paris, put
from tests.web.registry.somebody import browser, holder, person, text_of
from wikivillage.web.diary import actions, series_actions
from wikivillage.web.diary.forms import read_day, read_hours
from wikivillage.web.diary.models import ClosedPeriod, Occurrence, OpeningHours, Series
from wikivillage.web.diary.reasons import Span

pytestmark = pytest.mark.usefixtures("ledger")
WEEK = "/diary/?day=2026-11-26"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with present(AT):
        yield


def page(path: str, who: Any = None, *, lang: str = "en", status: int = 200) -> str:
    """What a page says to somebody."""
    answer = browser(who, lang=lang).get(path)
    assert answer.status_code == status
    return text_of(answer)


def steward() -> Any:
    """A browser of a steward."""
    return browser(holder("stew", "steward"))


def test_the_week_by_day_and_by_place() -> None:
    house()
    put("talk", "2026-11-26T18:00", place="cafe", visibility="public", kind="event")
    put("night", "2026-11-26T22:00", hours=10, place="lab", visibility="public")
    put("gone", "2026-11-27T09:00", visibility="public")
    actions.cancel_occurrence(uid="gone", at=AT)
    said = page(WEEK)
    assert "2 dates in the week of 23 November 2026." in said
    assert "18:00 – 20:00" in said
    assert "22:00 – 24:00" in said
    assert "00:00 – 08:00" in said
    assert said.count('class="gone">Gone</a>') == 2
    french = page(WEEK, lang="fr")
    assert "2 dates dans la semaine du 23 novembre 2026." in french
    assert "Jeudi 26 novembre" in french
    assert "18\u00a0h – 20\u00a0h" in french
    assert "Talk" not in page(f"{WEEK}&place=lab")
    assert "Talk" in page(f"{WEEK}&place=ground")
    assert "Night" not in page(f"{WEEK}&kind=event")


@pytest.mark.parametrize(
    "query", ["day=x", "day=9999-12-31", "day=0001-01-01", "place=%00", "kind=moon", "day=2026-02-30"]
)
def test_an_address_that_makes_no_sense_shows_this_week(query: str) -> None:
    house()
    assert "this week" in page(f"/diary/?{query}")


def test_holidays_stand_beside_their_days() -> None:
    said = page("/diary/?day=2026-12-25", lang="fr")
    assert "Noël" in said
    assert "vacances de Noël" in said


def test_a_visitor_sees_what_is_public_and_no_name_of_a_person() -> None:
    ben = holder("ben", "member")
    put("open_day", "2026-11-26T10:00", visibility="public", owner=ben.pk)
    put("assembly", "2026-11-26T11:00", visibility="members")
    put("dinner", "2026-11-26T12:00", visibility="private", owner=ben.pk)
    said = page(WEEK)
    assert "Open_day" in said
    assert "a person" in said
    assert not [word for word in ("Assembly", "Dinner", "Ben") if word in said]
    mine = page(WEEK, ben)
    assert all(word in mine for word in ("Open_day", "Assembly", "Dinner", "Ben"))
    for uid in ("assembly", "dinner", "nothing"):
        assert browser().get(f"/diary/dates/{uid}/").status_code == 404
        assert browser().get(f"/diary/dates/{uid}.ics").status_code == 404
    assert "Dinner" in page("/diary/dates/dinner/", ben)
    assert "only those concerned" in page("/diary/dates/dinner/", ben)


def test_a_full_week_asks_no_more_questions() -> None:
    house()
    counts = []
    for size in (1, 40):
        for number in range(size):
            put(f"m{size}-{number}", "2026-11-26T10:00", place="cafe", visibility="public")
        with CaptureQueriesContext(connection) as asked:
            page(WEEK)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_who_made_it_cancels_it_and_strangers_do_not() -> None:
    ben = holder("ben", "member")
    put("talk", "2026-11-26T18:00", visibility="public", owner=ben.pk)
    assert browser().post("/diary/dates/talk/cancel/").headers["Location"].startswith("/accounts/login/")
    assert browser(holder("eve", "member")).post("/diary/dates/talk/cancel/").status_code == 403
    assert browser(ben).get("/diary/dates/talk/cancel/").status_code == 405
    mine = browser(ben)
    assert "Cancel it" in text_of(mine.get("/diary/dates/talk/"))
    assert mine.post("/diary/dates/talk/cancel/").status_code == 302
    said = text_of(mine.get("/diary/dates/talk/"))
    assert "It is cancelled." in said
    assert "Cancel it" not in said
    assert mine.post("/diary/dates/talk/cancel/").status_code == 302
    put("booked", "2026-11-26T18:00", visibility="public", owner=ben.pk, path="/bookings/1/")
    assert mine.post("/diary/dates/booked/cancel/").status_code == 404, "its own page cancels it"


def test_the_following_dates_of_a_series_are_cancelled_together() -> None:
    ben = holder("ben", "member")
    first = paris("2026-11-24T18:00").replace(tzinfo=None)
    words = {"title": "Yoga", "kind": "workshop", "visibility": "public", "owner": ben.pk, "at": AT}
    end = first + timedelta(hours=1)
    series_actions.put_series(uid="yoga", rule="FREQ=WEEKLY;COUNT=4", begin=first, end=end, **words)
    mine = browser(ben)
    assert "The dates after it" in text_of(mine.get("/diary/dates/yoga.20261124/"))
    mine.post("/diary/dates/yoga.20261208/cancel/", {"scope": "following"})
    assert sorted(Occurrence.objects.exclude(state="cancelled").values_list("uid", flat=True)) == [
        "yoga.20261124",
        "yoga.20261201",
    ]
    mine.post("/diary/dates/yoga.20261124/cancel/", {"scope": "this"})
    assert Series.objects.get().left_out == ["2026-11-24", "2026-12-08", "2026-12-15"]


def form(**more: str) -> dict[str, str]:
    """A form for a weekly course in the café."""
    words = {"key": "k" * 32, "title": "Course", "kind": "workshop", "place": "cafe", "visibility": "public"}
    times = {"day": "2026-11-24", "begin": "18:00", "end": "20:00", "repeat": "FREQ=WEEKLY", "last": "2026-12-15"}
    return {**words, **times, **more}


def test_a_series_is_previewed_then_put_without_what_cannot_be() -> None:
    house()
    put("party", "2026-12-01T19:00", subject="cafe")
    mine = steward()
    assert mine.get("/diary/new/").status_code == 200
    said = text_of(mine.post("/diary/new/", form()))
    assert "One date cannot be." in said
    assert "It is taken from Tuesday 1 December 2026, 19:00" in said
    assert "Put the 3 that can be" in said
    assert not Series.objects.exists()
    for _ in range(2):
        assert mine.post("/diary/new/", form(confirm="1")).status_code == 302
    assert Occurrence.objects.filter(series__isnull=False).count() == 3


def test_a_single_date_is_put_or_refused_with_every_reason() -> None:
    house()
    mine = steward()
    once = form(repeat="", last="", end="02:00")
    assert "The date can be." in text_of(mine.post("/diary/new/", once))
    assert mine.post("/diary/new/", {**once, "confirm": "1"}).status_code == 302
    row = Occurrence.objects.get()
    assert row.end.astimezone(PARIS).date() == date(2026, 11, 25)
    shut = ((Span(540, 600),),) * 7
    actions.set_opening(subject="", season="ordinary", since=date(2026, 1, 1), week=shut, at=AT)
    refused = mine.post("/diary/new/", form(key="j" * 32, repeat="", last="", confirm="1"))
    assert refused.status_code == 422
    assert "opening hours on Tuesday 24 November 2026 are 09:00 to 10:00" in text_of(refused)
    assert Occurrence.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"last": ""}, "A series needs a last day."),
        ({"last": "2026-11-01"}, "No date follows from this rule."),
        ({"last": "2028-12-15", "repeat": "FREQ=DAILY"}, "A series has at most 100 dates."),
        ({"title": ""}, "This field is required."),
        ({"repeat": "FREQ=SECONDLY"}, "not one of the available choices"),
        ({"day": "1789-07-14"}, "is not between 1990 and 2199."),
        ({"key": "short"}, ""),
    ],
)
def test_a_form_that_makes_no_sense_is_shown_again(wrong: dict[str, str], said: str) -> None:
    house()
    answer = steward().post("/diary/new/", form(**wrong))
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_only_stewards_and_circle_leads_put() -> None:
    assert browser().get("/diary/new/").status_code == 403
    member = browser(holder("ben", "member"))
    assert member.get("/diary/new/").status_code == 403
    assert member.post("/diary/new/", form(confirm="1")).status_code == 403
    assert browser().post("/diary/new/", form(confirm="1")).headers["Location"].startswith("/accounts/login/")
    assert not Occurrence.objects.exists()


HOURS = {f"day{number}": "9:00-12:00, 14 h - 18 h 30" for number in range(5)}


def test_a_steward_sets_hours_and_everybody_reads_them() -> None:
    house()
    mine = steward()
    assert "Nobody has set hours yet" in page("/diary/openings/")
    words = {"subject": "cafe", "season": "ordinary", "since": "2026-01-01", **HOURS}
    assert mine.post("/diary/openings/hours/", words).status_code == 302
    assert OpeningHours.objects.get().week[4] == [[540, 720], [840, 1110]]
    french = page("/diary/openings/", lang="fr")
    assert "Lundi – vendredi" in french
    assert "De 9\u00a0h à 12\u00a0h et de 14\u00a0h à 18\u00a0h\u00a030" in french
    assert "Samedi – dimanche" in french
    again = text_of(mine.get("/diary/openings/hours/?subject=cafe&season=ordinary"))
    assert 'value="09:00 - 12:00, 14:00 - 18:30"' in again
    later = {**words, "since": f"{timezone.localdate() + timedelta(days=40)}", "around": "on"}
    assert mine.post("/diary/openings/hours/", later).status_code == 302
    assert "no hours of its own any more" in page("/diary/openings/")
    school = {**words, "season": "school", "since": "2026-01-01", "day0": "", "day1": "10-12"}
    assert mine.post("/diary/openings/hours/", school).status_code == 302
    assert "School holidays" in page("/diary/openings/")


@pytest.mark.parametrize(
    "wrong", [{"day0": "9-25"}, {"day0": "nine"}, {"day0": "18-9"}, {"day0": "9-12, 11-13"}, {"since": "x"}]
)
def test_hours_that_make_no_sense_are_shown_again(wrong: dict[str, str]) -> None:
    house()
    words = {"subject": "", "season": "ordinary", "since": "2026-01-01", **HOURS, **wrong}
    answer = steward().post("/diary/openings/hours/", words)
    assert answer.status_code == 422
    assert not OpeningHours.objects.exists()


def test_hours_as_people_type_them() -> None:
    assert read_hours("9h-12h, 14:30–18h00; 20 à 24") == (Span(540, 720), Span(870, 1080), Span(1200, 1440))
    assert read_hours(" ") == ()
    assert read_day("20261126") is None


CLOSE = {"subject": "cafe", "first": "2026-12-01", "last": "2026-12-02", "why_fr": "Travaux."}


def test_closing_shows_who_is_touched_before_it_is_confirmed() -> None:
    house()
    put("talk", "2026-12-01T18:00", place="cafe")
    mine = steward()
    assert mine.get("/diary/openings/closed/").status_code == 200
    said = text_of(mine.post("/diary/openings/closed/", CLOSE))
    assert "One date is touched." in said
    assert "Talk" in said
    assert "Tuesday 1 December 2026 – Wednesday 2 December 2026" in said
    assert not ClosedPeriod.objects.exists()
    for _ in range(2):
        assert mine.post("/diary/openings/closed/", {**CLOSE, "confirm": "1"}).status_code == 302
    row = ClosedPeriod.objects.get()
    assert row.end == paris("2026-12-03T00:00")
    assert "Travaux." in page("/diary/openings/")
    assert Occurrence.objects.get().state == "confirmed"
    assert mine.post(f"/diary/openings/closed/{row.pk}/end/").status_code == 302
    assert mine.post("/diary/openings/closed/999999/end/").status_code == 302
    assert "Travaux." not in page("/diary/openings/")


@pytest.mark.parametrize(
    "wrong", [{"last": "2026-11-01"}, {"why_fr": ""}, {"first": "x"}, {"end": "25:00"}, {"first": "0001-01-01"}]
)
@pytest.mark.parametrize("step", [{}, {"confirm": "1"}])
def test_a_closure_that_makes_no_sense_is_shown_again(wrong: dict[str, str], step: dict[str, str]) -> None:
    house()
    assert steward().post("/diary/openings/closed/", {**CLOSE, **wrong, **step}).status_code == 422
    assert not ClosedPeriod.objects.exists()


def test_only_stewards_change_openings() -> None:
    house()
    for who in (person("guest"), holder("ben", "member"), holder("ada", "auditor")):
        there = browser(who)
        for path in ("/diary/openings/hours/", "/diary/openings/closed/"):
            assert there.get(path).status_code == 403
            assert there.post(path, {**CLOSE, **HOURS}).status_code == 403
        assert there.post("/diary/openings/closed/1/end/").status_code == 403
        assert "Set hours" not in text_of(there.get("/diary/openings/"))
    keeper = browser(holder("keep", "steward", scope_kind="place", scope="ground"))
    assert keeper.get("/diary/openings/hours/?subject=cafe").status_code == 200
    assert keeper.get("/diary/openings/hours/?subject=lab").status_code == 403


def test_openings_show_holidays_with_source_and_grade() -> None:
    said = page("/diary/openings/", lang="fr")
    assert "Noël" in said
    assert "Zone C, Paris" in said
    assert 'class="grade' in said
