"""Meters through the API: whose token is good for what, what is told of readings, pages of readings and sums."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.connectors.streams import START, series
from tests.web.api.client import Caller, caller, stranger
from tests.web.meters.rooms import close, ingest, meter
from wikivillage.base.problems import ProblemError
from wikivillage.web.meters import actions
from wikivillage.web.meters.models import Meter, Quarantine, Reading
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.queries import find_agent

pytestmark = pytest.mark.usefixtures("ledger")

SCOPES = ("read", "write", "commit", "readings", "steward")
NEEDS = {
    ("POST", "/readings"): {"readings", "steward"},
    ("GET", "/readings?meter=m1&register=import"): {"read", "steward"},
    ("GET", "/meters"): {"read", "steward"},
    ("POST", "/meters"): {"steward"},
}


def pushing(id: str = "m1") -> Caller:
    """The meter itself, with its token."""
    secret = actions.issue_meter_token(meter=id, at=START)
    return Caller(Client(headers={"Authorization": f"Bearer {secret}"}))


def said(value: Any, minutes: int = 0, meter: str = "m1", **more: Any) -> dict[str, Any]:
    """A reading as a meter would send it."""
    at = (START + timedelta(minutes=minutes)).isoformat()
    return {"meter": meter, "register": "import", "at": at, "value": value, **more}


def test_a_meter_pushes_its_readings_and_may_push_them_again() -> None:
    meter()
    who = pushing()
    first = who.post("/readings", said("123.4"))
    assert (first.status, first.body) == (200, {"new": 1, "duplicate": 0, "conflicting": 0, "quarantined": []})
    again = who.post("/readings", [said(123.4), said("124", 15), said("125", 15)])
    assert (again.status, again.body) == (200, {"new": 1, "duplicate": 1, "conflicting": 1, "quarantined": []})
    assert Reading.objects.count() == 2


def test_what_cannot_be_counted_is_told_and_kept_and_the_rest_counts() -> None:
    meter()
    batch = [said("1"), {"meter": "m1", "value": "x"}, said("2", 10**7), said("2", 15, unit="L")]
    answer = pushing().post("/readings", batch)
    assert (answer.status, answer.body["new"]) == (200, 1)
    told = [(one["code"], one["where"]) for one in answer.body["quarantined"]]
    assert told == [
        ("wrong-clock", "http meter m1[3]"),
        ("unit-mismatch", "http meter m1[4]"),
        ("payload-name", "http meter m1[2]"),
    ]
    assert Quarantine.objects.get(code="payload-name").raw == '{"meter": "m1", "value": "x"}'


@pytest.mark.parametrize("body", ["", "no json", "[]", '{"meter": "m1"}', "[1", b"\xff", '{"a": 1, "a": 2}'])
def test_a_payload_that_cannot_be_read_is_refused(body: str | bytes) -> None:
    meter()
    answer = pushing().post("/readings", body)
    assert answer.status == 422
    assert answer.codes[0].startswith("payload-")
    assert Quarantine.objects.count() == 0


def test_invariant_22_a_meter_speaks_for_itself_only() -> None:
    meter("m1")
    meter("m2")
    answer = pushing("m1").post("/readings", [said("1"), said("1", meter="m2")])
    assert (answer.status, answer.codes) == (403, ["not-authorised"])
    assert Reading.objects.count() == 0
    assert pushing("m1").get("/meters").status == 401
    assert caller("hand", "readings").post("/readings", [said("1"), said("1", meter="m2")]).body["new"] == 2


def test_invariant_22_a_token_that_was_replaced_or_whose_meter_is_retired_opens_nothing() -> None:
    meter()
    old, new = pushing(), pushing()
    assert old.post("/readings", said("1")).status == 401
    assert new.post("/readings", said("1")).status == 200
    actions.retire_meter(meter="m1", at=START)
    assert new.post("/readings", said("1")).status == 401
    with pytest.raises(ProblemError) as refused:
        actions.issue_meter_token(meter="m1", at=START)
    assert [one.code for one in refused.value.problems] == ["meter-retired"]


@pytest.mark.parametrize("scope", SCOPES)
def test_invariant_22_scopes_open_what_they_are_good_for(scope: str) -> None:
    meter()
    who = caller("walter", scope)
    for (method, path), needed in NEEDS.items():
        for one, refused in ((who, 403), (stranger(), 401)):
            answer = one.get(path) if method == "GET" else one.post(path, {})
            allowed = one is who and scope in needed
            assert (answer.status == refused) is not allowed, f"{scope} {method} {path}: {answer.status}"


def test_invariant_22_a_meter_of_somebody_is_seen_by_them_and_by_stewards() -> None:
    meter("m1")
    meter("m2")
    alice, bob, steward = caller("alice", "read"), caller("bob", "read"), caller("walter", "steward")
    Meter.objects.filter(pk="m1").update(agent=find_agent("alice"))
    seen = [[one["meter"] for one in who.get("/meters").body] for who in (alice, bob, steward)]
    assert seen == [["m1", "m2"], ["m2"], ["m1", "m2"]]
    status = [who.get("/readings?meter=m1&register=import").status for who in (alice, bob, steward)]
    assert status == [200, 404, 200]


def test_readings_and_sums_come_in_pages() -> None:
    meter()
    ingest(series(*map(str, range(10))))
    close()
    who = caller("alice", "read")
    address = "/readings?meter=m1&register=import"
    first = who.get(f"{address}&limit=8").body
    assert [one["value"] for one in first["items"]] == list("01234567")
    assert (first["unit"], first["next"]) == ("kWh", "2026-03-01T02:00:00Z")
    assert [one["value"] for one in who.get(f"{address}&from={first['next']}").body["items"]] == ["8", "9"]
    hours = who.get(f"{address}&grid=hour&to=2026-03-01T02:00:00Z").body["items"]
    assert [(one["begin"], one["quantity"], one["quality"]) for one in hours] == [
        ("2026-03-01T00:00:00Z", "4", "measured"),
        ("2026-03-01T01:00:00Z", "4", "measured"),
    ]
    (day,) = who.get(f"{address}&grid=day").body["items"]
    assert (day["quantity"], day["quality"]) == ("9", "partial")
    assert who.get(f"{address}&from=2026-03-01T00:00:00").codes == ["no-time-zone"]
    assert who.get("/readings?meter=m1&register=imprt").codes == ["not-found"]
    assert who.get(f"{address}&limit=0").status == 422


def test_a_steward_describes_meters() -> None:
    steward = caller("walter", "steward")
    register = {"register": "import", "resource": "water", "unit": "m3"}
    body = {"meters": [{"meter": "mains", "agent": "walter", "registers": [register]}]}
    assert steward.post("/meters", body).body == {"mains": "new"}
    assert steward.post("/meters", body).body == {"mains": "exists"}
    (listed,) = steward.get("/meters").body
    assert (listed["agent"], listed["registers"][0]["last"]) == ("walter", None)
    assert steward.post("/meters", {"meters": [{"meter": "a b", "registers": [register]}]}).codes == ["meter-name"]
    assert steward.post("/meters", [1]).codes == ["mapping-shape"]
    assert steward.post("/meters", "{").codes == ["not-json"]
    assert steward.post("/meters", {"meters": [{**body["meters"][0], "agent": "x"}]}).codes == ["unknown-agent"]


def test_readings_without_a_time_are_of_their_arrival() -> None:
    meter()
    before = datetime.now(UTC)
    assert pushing().post("/readings", {"meter": "m1", "register": "import", "value": 5}).body["new"] == 1
    row = Reading.objects.get()
    assert (row.stamped, before <= row.at <= datetime.now(UTC)) == (True, True)


def test_the_list_of_meters_says_how_each_does() -> None:
    meter("m1", interval_minutes=60, grid="hour")
    organisation = Agent.objects.get(pk="grid")
    Meter.objects.filter(pk="m1").update(agent=organisation)
    ingest(series("1", "2", "3"))
    close()
    (listed,) = caller("alice", "read").get("/meters").body
    assert (listed["state"], listed["agent"]) == ("silent", "grid")
    (register,) = listed["registers"]
    assert register["silentSince"] == register["last"]["at"]
    assert (register["setAside"], register["notMeasured"], register["yesterday"]) == (0, 0, None)
