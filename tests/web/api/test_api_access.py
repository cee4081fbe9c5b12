"""Who may do what: a matrix of scopes and endpoints, and nobody acts in another's name (invariant 22)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tests.web.api.client import AT, Caller, caller, given, raised, stranger
from wikivillage.web.api import api
from wikivillage.web.registry.actions import erase_agent, issue_token, revoke_token
from wikivillage.web.registry.queries import find_agent

pytestmark = pytest.mark.usefixtures("ledger")

SCOPES = ("read", "write", "commit", "readings", "steward")
NEEDS = {
    ("GET", "/agents"): {"read"},
    ("POST", "/agents"): set(),
    ("POST", "/households"): set(),
    ("POST", "/organisations"): set(),
    ("GET", "/circles"): {"read"},
    ("POST", "/circles"): set(),
    ("GET", "/memberships"): set(),
    ("POST", "/memberships"): set(),
    ("POST", "/memberships/{number}/end"): set(),
    ("GET", "/roles"): set(),
    ("POST", "/roles"): set(),
    ("POST", "/roles/{number}/end"): set(),
    ("GET", "/guardianships"): set(),
    ("POST", "/guardianships"): set(),
    ("POST", "/guardianships/{number}/end"): set(),
    ("GET", "/consents"): set(),
    ("GET", "/village-file"): set(),
    ("POST", "/village-file"): set(),
    ("POST", "/events"): {"write"},
    ("POST", "/events/batch"): {"write"},
    ("POST", "/processes"): {"write"},
    ("PUT", "/events/{id}/note"): {"write"},
    ("POST", "/commitments"): {"commit", "write"},
    ("POST", "/claims"): {"commit", "write"},
    ("POST", "/intents"): {"commit", "write"},
    ("POST", "/promises/{id}/{how}"): {"commit", "write"},
    ("POST", "/closings"): set(),
    ("GET", "/events"): {"read"},
    ("GET", "/events/{id}"): {"read"},
    ("GET", "/stocks"): {"read"},
    ("GET", "/stocks/{id}"): {"read"},
    ("GET", "/promises"): {"read"},
    ("GET", "/promises/{id}"): {"read"},
    ("GET", "/commitments/{id}"): {"read"},
    ("GET", "/claims/{id}"): {"read"},
    ("GET", "/intents/{id}"): {"read"},
    ("GET", "/trace/{id}"): {"read"},
    ("GET", "/steps/{id}"): {"read"},
    ("GET", "/processes/{id}"): {"read"},
    ("GET", "/ledger"): {"read"},
    ("GET", "/sums"): {"read"},
    ("GET", "/jobs"): set(),
    ("GET", "/jobs/{id}"): set(),
    ("POST", "/jobs/{id}/stop"): set(),
    ("POST", "/jobs/{id}/start"): set(),
    ("GET", "/plans"): {"read"},
    ("POST", "/plans"): set(),
    ("GET", "/plans/{id}"): {"read"},
    ("GET", "/plans/runs/{job}"): {"read"},
    ("GET", "/places"): {"read"},
    ("GET", "/places/{id}"): {"read"},
    ("GET", "/me"): {"read"},
    ("GET", "/prices"): {"read"},
    ("POST", "/prices"): set(),
    ("GET", "/prices/{service}"): {"read"},
    ("POST", "/prices/{service}/quote"): {"read"},
    ("POST", "/price-bands"): set(),
    ("GET", "/diary"): {"read"},
    ("GET", "/diary/dates/{uid}"): {"read"},
    ("GET", "/diary/taken"): {"read"},
    ("GET", "/diary/open"): {"read"},
    ("GET", "/diary/holidays"): {"read"},
    ("GET", "/notices"): {"read"},
    ("GET", "/notices/preferences"): {"read"},
    ("PATCH", "/notices/preferences"): {"write"},
    ("GET", "/lots"): {"read"},
    ("POST", "/lots"): {"commit"},
    ("GET", "/lots/{id}"): {"read"},
    ("POST", "/lots/{id}/take"): {"commit"},
    ("POST", "/lots/{id}/weigh"): {"commit"},
    ("POST", "/lots/{id}/hold"): {"commit"},
    ("POST", "/lots/{id}/release"): {"commit"},
    ("POST", "/lots/{id}/move"): {"commit"},
    ("POST", "/lots/{id}/split"): {"commit"},
    ("POST", "/lots/{id}/throw-away"): {"commit"},
    ("POST", "/lots/{id}/reservations"): {"commit"},
    ("GET", "/lot-reservations"): {"read"},
    ("POST", "/lot-reservations/{id}/cancel"): {"commit"},
    ("POST", "/runs"): {"commit"},
    ("GET", "/waste"): {"read"},
    ("GET", "/wishes"): {"read"},
    ("POST", "/wishes"): {"commit"},
    ("GET", "/wishes/{id}/matches"): {"read"},
    ("POST", "/wishes/{id}/end"): {"commit"},
    ("GET", "/tools"): {"read"},
    ("POST", "/tools/{id}/loans"): {"commit"},
    ("GET", "/loans"): {"read"},
    ("POST", "/loans/{id}/cancel"): {"commit"},
    ("POST", "/loans/{id}/out"): set(),
    ("POST", "/loans/{id}/back"): set(),
    ("GET", "/repair-days"): {"read"},
    ("GET", "/repairs"): {"read"},
    ("POST", "/repairs"): {"commit"},
    ("GET", "/hours"): {"read"},
    ("POST", "/hours"): {"commit"},
    ("POST", "/hours/{id}/confirm"): {"commit"},
    ("GET", "/bookings"): {"read"},
    ("POST", "/bookings"): {"commit"},
    ("GET", "/bookings/{id}"): {"read"},
    ("POST", "/bookings/{id}/confirm"): {"commit"},
    ("POST", "/bookings/{id}/cancel"): {"commit"},
    ("POST", "/bookings/{id}/move"): {"commit"},
    ("POST", "/bookings/{id}/request"): {"commit"},
    ("POST", "/bookings/{id}/decide"): {"commit"},
    ("POST", "/bookings/{id}/check-in"): {"commit"},
    ("POST", "/bookings/{id}/check-out"): {"commit"},
    ("GET", "/bookings/units"): {"read"},
    ("POST", "/bookings/units/{id}/start"): {"commit"},
    ("POST", "/bookings/units/{id}/stop"): {"commit"},
    ("GET", "/bookings/free"): {"read"},
    ("GET", "/bookings/sessions"): {"read"},
    ("GET", "/bookings/outages"): {"read"},
    ("POST", "/bookings/outages"): {"commit"},
    ("POST", "/bookings/outages/{number}/end"): {"commit"},
    ("POST", "/bookings/outages/{number}/until"): {"commit"},
    ("POST", "/bookings/closings"): {"commit"},
    ("GET", "/bookings/requests"): {"read"},
    ("GET", "/bookings/series"): {"read"},
    ("POST", "/bookings/series"): {"commit"},
    ("POST", "/bookings/series/{uid}/goes-on"): {"commit"},
    ("GET", "/bookings/waiting"): {"read"},
    ("POST", "/bookings/waiting"): {"commit"},
    ("POST", "/bookings/waiting/{number}/end"): {"commit"},
    ("GET", "/labels"): {"read"},
    ("GET", "/labels/{id}"): {"read"},
    ("POST", "/labels/{id}/replace"): {"write"},
    ("POST", "/labels/{id}/retire"): {"write"},
}
"""What a token must be good for besides being a steward's."""
OPEN = {("GET", "/pulse")}
"""What everybody reads, as the page that shows it."""


def _endpoints() -> Iterator[tuple[str, str]]:
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method.upper(), path.removeprefix("/api")


def _call(who: Caller, method: str, path: str) -> Any:
    address = path.replace("{id}", "x").replace("{how}", "cancel")
    if method == "GET":
        return who.get(address)
    send = {"POST": who.post, "PUT": who.put, "PATCH": who.patch}[method]
    return send(address, {"text": "x"})


def test_invariant_22_every_endpoint_is_in_the_matrix() -> None:
    assert set(_endpoints()) - METERS - OPEN == set(NEEDS)


@pytest.mark.parametrize(("method", "path"), sorted(OPEN))
def test_what_everybody_reads_asks_for_no_token(method: str, path: str) -> None:
    assert _call(stranger(), method, path).status == 200


METERS = {(method, path) for method, path in _endpoints() if path.startswith(("/meters", "/readings"))}
"""They have a matrix of their own."""


@pytest.mark.parametrize("scope", SCOPES)
def test_invariant_22_a_token_opens_what_it_is_good_for_and_nothing_else(scope: str) -> None:
    who = caller("walter", scope)
    for (method, path), needed in NEEDS.items():
        answer = _call(who, method, path)
        allowed = scope == "steward" or scope in needed
        assert (answer.status == 403) is not allowed, f"{scope} {method} {path} answered {answer.status}"
        if not allowed:
            assert answer.codes == ["missing-scope"]


def test_invariant_22_a_stranger_is_let_in_nowhere() -> None:
    for method, path in NEEDS:
        assert (_call(stranger(), method, path).status, method, path) == (401, method, path)
    wrong = Caller(Client(headers={"Authorization": "Bearer wv_" + "x" * 40}))
    assert wrong.get("/stocks").codes == ["no-token"]


def test_invariant_22_nobody_records_in_another_name() -> None:
    alice, bob = caller("alice", "write", "read"), caller("bob", "write", "read")
    assert alice.post("/events", raised("a", "10")).status == 201
    assert bob.post("/events", raised("b", "0", owner="bob")).status == 201
    assert bob.post("/events", given("e1", "1", "a", "b")).codes == ["not-authorised"]
    claimed = {**given("e2", "1", "a", "b"), "recordedBy": "alice"}
    assert bob.post("/events", claimed).codes == ["not-authorised"]
    assert alice.post("/events", given("e3", "1", "a", "b")).status == 201
    assert alice.get("/events/e3").body["recordedBy"] == "alice"


def test_a_steward_records_for_others_and_the_ledger_knows_who_did() -> None:
    steward = caller("stella", "steward")
    caller("alice", "read")
    assert steward.post("/events", raised("a", "10")).status == 201
    event = steward.get("/events/raise-a").body
    assert "recordedBy" not in event
    assert event["provider"] == "alice"


def test_a_revoked_token_and_an_erased_agent_open_nothing() -> None:
    walter = caller("walter", "read")
    agent = find_agent("walter")
    assert agent is not None
    assert walter.get("/stocks").status == 200
    for token in agent.tokens.all():
        revoke_token(token=token, at=AT)
    assert walter.get("/stocks").status == 401
    _, secret = issue_token(agent=agent, scopes=["read"], at=AT)
    fresh = Caller(Client(headers={"Authorization": f"Bearer {secret}"}))
    assert fresh.get("/stocks").status == 200
    erase_agent(agent=agent, at=datetime(2026, 4, 1, tzinfo=UTC))
    assert fresh.get("/stocks").status == 401


def test_the_ledger_never_answers_with_a_name() -> None:
    steward = caller("stella", "steward")
    steward.post("/agents", {"handle": "zoe", "name": "Zoé Planted-Name"})
    steward.post("/events", raised("a", "10", owner="zoe"))
    for path in ("/events", "/stocks", "/events/raise-a", "/trace/a"):
        assert "Planted" not in str(steward.get(path).body)


def test_our_own_mistake_is_told_without_its_insides(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("secret insides")

    who = caller("walter", "read")
    monkeypatch.setattr("wikivillage.web.ledger.queries.find_stock", broken)
    who.http.raise_request_exception = False
    answer = who.get("/stocks/x")
    assert (answer.status, answer.codes) == (500, ["our-mistake"])
    assert "insides" not in str(answer.body)


def test_the_pages_of_the_api_need_nothing_from_elsewhere() -> None:
    page = Client().get("/api/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "https://" not in text
    assert "http://" not in text
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-init.js"):
        assert f"/static/ninja/{name}" in text
        script = Client().get(f"/static/ninja/{name}")
        assert script.status_code == 200
        assert b"".join(script)  # read to its end, so that its file is closed
        script.close()
