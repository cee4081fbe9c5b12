"""Labels through the API: the code of a thing and the thing of a code; who may replace and retire, each twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.web.registry.somebody import holder
from wikivillage.web.labels.actions import put_label
from wikivillage.web.labels.models import Label
from wikivillage.web.registry.actions import issue_token

pytestmark = pytest.mark.usefixtures("ledger")
AT = datetime(2026, 4, 1, 9, tzinfo=UTC)


def program(handle: str, *scopes: str) -> Client:
    """A program with a token of a member."""
    _token, secret = issue_token(agent=holder(handle, "member"), scopes=scopes, at=AT)
    return Client(headers={"authorization": f"Bearer {secret}"})


def printer() -> Label:
    """The label of a printer."""
    return put_label(kind="unit", thing="printer", path="/bookings/units/printer/here/", title="3D printer", at=AT)


def test_the_code_of_a_thing_and_the_thing_of_a_code() -> None:
    row, hers = printer(), program("alice", "read")
    (found,) = hers.get("/api/labels", {"kind": "unit", "thing": "printer"}).json()
    assert (found["code"], found["path"]) == (row.code, row.path)
    assert hers.get(f"/api/labels/{row.code.lower()}").json()["thing"] == "printer"
    assert hers.get("/api/labels", {"kind": "unit", "thing": "saw"}).json() == []
    assert hers.get("/api/labels", {"kind": "unit\0"}).json() == []
    assert hers.get("/api/labels/nothing-here").status_code == 404
    assert hers.get("/api/labels").status_code == 422


def test_lists_new_codes_and_ends_are_for_who_looks_after_labels() -> None:
    row, hers, keeper = printer(), program("alice", "read", "write"), program("stella", "steward")
    for answer in (
        hers.get("/api/labels", {"kind": "unit"}),
        hers.post(f"/api/labels/{row.code}/replace"),
        hers.post(f"/api/labels/{row.code}/retire"),
    ):
        assert [one["code"] for one in answer.json()["problems"]] == ["not-authorised"]
    assert [one["code"] for one in keeper.get("/api/labels", {"kind": "unit"}).json()] == [row.code]
    newer = [keeper.post(f"/api/labels/{row.code}/replace").json()["code"] for _ in range(2)]
    assert newer[0] == newer[1] != row.code
    for _ in range(2):
        assert keeper.post(f"/api/labels/{newer[0]}/retire").json()["retired_at"]
    assert hers.get(f"/api/labels/{newer[0]}").json()["retired_at"]
