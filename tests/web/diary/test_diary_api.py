"""The diary through the API: what a token's owner may see, whether it is open with reasons in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.web.diary.days import AT, house, put
from tests.web.registry.somebody import holder, person
from wikivillage.web.diary import actions
from wikivillage.web.diary.reasons import Span
from wikivillage.web.registry.actions import issue_token

pytestmark = pytest.mark.usefixtures("ledger")
DAY = {"begin": "2026-11-26T00:00:00Z", "end": "2026-11-27T00:00:00Z"}


def api(agent: Any = None, scope: str = "read") -> Any:
    """Asks with a token of somebody."""
    _token, secret = issue_token(agent=agent or person("program"), scopes=[scope], at=AT)
    client = Client(headers={"authorization": f"Bearer {secret}"})
    return lambda path, **query: client.get(f"/api/{path}", query)


def test_a_token_shows_what_its_owner_sees() -> None:
    house()
    put("open_day", "2026-11-26T10:00", visibility="public", place="cafe", kind="event")
    put("assembly", "2026-11-26T11:00", visibility="members")
    put("dinner", "2026-11-26T12:00", visibility="private", owner=holder("ben", "member").pk)
    stranger, member = api(), api(holder("eve", "member"))
    assert [one["uid"] for one in stranger("diary", **DAY).json()] == ["open_day"]
    assert [one["uid"] for one in member("diary", **DAY).json()] == ["open_day", "assembly"]
    assert [one["uid"] for one in member("diary", place="ground", kind="event", **DAY).json()] == ["open_day"]
    assert member("diary/dates/assembly").json()["title"] == "Assembly"
    assert member("diary/dates/dinner").status_code == 404
    assert Client().get("/api/diary", DAY).status_code == 401


def test_open_and_taken() -> None:
    house()
    put("talk", "2026-11-26T18:00", subject="cafe", visibility="private")
    week = ((Span(540, 1200),),) * 7
    actions.set_opening(subject="", season="ordinary", since=date(2026, 1, 1), week=week, at=AT)
    ask = api()
    good = {"subject": "cafe", "begin": "2026-11-26T10:00:00+01:00", "end": "2026-11-26T12:00:00+01:00"}
    assert ask("diary/open", **good).json() == {"open": True, "reasons": []}
    late = ask("diary/open", **{**good, "end": "2026-11-26T23:00:00+01:00"}).json()
    assert late["open"] is False
    assert late["reasons"][0]["code"] == "hours"
    assert late["reasons"][0]["fr"].startswith("Le village\u00a0: le jeudi 26 novembre 2026")
    assert late["reasons"][0]["en"].startswith("The village: opening hours on Thursday")
    assert ask("diary/taken", subject="cafe", **DAY).json() == [
        {"uid": "talk", "begin": "2026-11-26T17:00:00Z", "end": "2026-11-26T19:00:00Z"}
    ]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"begin": "2026-11-26T00:00:00"}, "no-zone"),
        ({"end": "2026-11-25T00:00:00Z"}, "backwards"),
        ({"end": "2028-11-25T00:00:00Z"}, "too-long"),
        ({"begin": "0001-01-01T00:00:00Z"}, "too-far"),
        ({"subject": "\0"}, "bad-words"),
        ({"begin": "yesterday"}, "not-valid"),
    ],
)
def test_what_makes_no_sense_is_told(wrong: dict[str, str], code: str) -> None:
    answer = api()("diary/taken", **{"subject": "cafe", **DAY, **wrong})
    assert answer.status_code == 422
    assert [one["code"] for one in answer.json()["problems"]] == [code]


def test_holidays_of_a_year_with_their_sources() -> None:
    found = api()("diary/holidays", year=2026).json()
    assert {"first": "2026-05-14", "last": "2026-05-14", "en": "Ascension Day", "fr": "Ascension"}.items() <= found[
        4
    ].items()
    winter = next(one for one in found if one["first"] == "2026-02-21")
    assert (winter["school"], winter["grade"], winter["last"]) == (True, "B", "2026-03-08")
    assert all(one["source"] for one in found)
    assert api(person("other"))("diary/holidays", year=1).status_code == 422
