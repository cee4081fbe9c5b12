"""The ledger through the API: what goes in comes out, once, exactly, and what is wrong is told in one list."""

from __future__ import annotations

import pytest

from tests.web.api.client import Caller, caller, given, raised

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture
def steward(ledger: None) -> Caller:
    """Somebody who may record for others, in a village with Alice and Bob."""
    someone = caller("stella", "steward")
    for handle in ("alice", "bob"):
        assert someone.post("/agents", {"handle": handle}).status == 201
    return someone


def test_events_move_stocks_and_are_listed_newest_first(steward: Caller) -> None:
    assert steward.post("/events", raised("a", "10")).status == 201
    assert steward.post("/events", raised("b", "0", owner="bob")).status == 201
    moved = steward.post("/events", given("e1", "2.5", "a", "b"))
    assert (moved.status, moved.body["result"], moved.body["previous"]) == (201, "created", "raise-a")
    assert steward.get("/stocks/a").body["accounting"] == "7.5"
    assert steward.get("/stocks/b").body | {"onhand": "2.5", "custodian": "bob"} == steward.get("/stocks/b").body
    assert [one["id"] for one in steward.get("/events").body["items"]] == ["e1", "raise-b", "raise-a"]
    assert [one["id"] for one in steward.get("/stocks").body["items"]] == ["b", "a"]


def test_same_id_and_body_is_one_effect_and_another_body_is_refused(steward: Caller) -> None:
    first = steward.post("/events", raised("a", "10"))
    again = steward.post("/events", raised("a", "10.00"))
    other = steward.post("/events", raised("a", "11"))
    assert (again.status, again.body["result"], again.body["number"]) == (200, "exists", first.body["number"])
    assert (other.status, other.codes) == (409, ["exists-with-different-body"])
    assert steward.get("/stocks/a").body["onhand"] == "10"


def test_amounts_stay_exact_however_they_are_written(steward: Caller) -> None:
    steward.post("/events", raised("a", "0.1"))
    text = '{"id":"e","action":"raise","provider":"alice","receiver":"alice","resource":"a",'
    steward.post("/events", text + '"quantity":{"value":0.2,"unit":"kg"}}')
    assert steward.get("/stocks/a").body["accounting"] == "0.3"


def test_a_batch_is_whole_or_not_at_all(steward: Caller) -> None:
    bad = {"entries": [raised("a", "1"), given("e1", "2", "a", "a")]}
    assert steward.post("/events/batch", bad).codes == ["partial-in-place"]
    refused = steward.post("/events/batch", {"entries": [raised("c", "1"), given("e2", "9", "c", "nowhere")]})
    assert refused.codes == ["unknown-resource"]
    assert steward.get("/stocks/c").status == 404
    good = {"entries": [{"kind": "process", "id": "p"}, raised("d", "5")]}
    assert [one["result"] for one in steward.post("/events/batch", good).body] == ["created", "created"]


def test_every_problem_of_a_request_is_told_at_once(steward: Caller) -> None:
    wrong = {
        "id": "e",
        "action": "transfr",
        "quantity": {"value": "x", "unit": "kg"},
        "colour": "red",
        "provider": "alice",
    }
    told = steward.post("/events", wrong)
    assert told.status == 422
    assert set(told.codes) == {"unknown-action", "not-a-number", "unknown-key", "missing-receiver"}
    assert {"code", "where", "what", "hint"} == set(told.body["problems"][0])
    several = steward.post("/events/batch", {"entries": [{"id": "x"}, {"id": "y", "kind": "dance"}, 7]})
    assert {"missing-action", "unknown-kind", "shape"} <= set(several.codes)


@pytest.mark.parametrize("body", ["", "{", "[1]", "nul", '{"a": NaN}', "\x00", b"\xff\xfe", '"' + "[" * 10_000])
def test_what_is_no_entry_is_refused_in_words(steward: Caller, body: str | bytes) -> None:
    told = steward.post("/events", body)
    assert told.status == 422
    assert told.codes[0] in ("not-json", "shape")


def test_pages_go_on_where_the_last_one_ended(steward: Caller) -> None:
    for number in range(5):
        steward.post("/events", raised(f"s{number}", "1"))
    first = steward.get("/events?limit=2").body
    second = steward.get(f"/events?limit=2&before={first['next']}").body
    third = steward.get(f"/events?limit=2&before={second['next']}").body
    ids = [one["id"] for page in (first, second, third) for one in page["items"]]
    assert ids == [f"raise-s{number}" for number in (4, 3, 2, 1, 0)]
    assert third["next"] is None
    stocks = steward.get("/stocks?limit=2&before=2").body
    assert [one["id"] for one in stocks["items"]] == ["s2", "s1"]
    assert steward.get("/events?limit=0").codes == ["not-valid"]


def test_a_promise_reserves_is_kept_in_parts_and_ended(steward: Caller) -> None:
    steward.post("/events", raised("a", "10"))
    steward.post("/events", raised("b", "0", owner="bob"))
    promise = {**given("c", "6", "a", "b"), "reserves": True}
    assert steward.post("/commitments", promise).status == 201
    assert steward.get("/stocks/a").body["available"] == "4"
    assert steward.post("/events", given("e0", "5", "a", "b")).codes == ["insufficient"]
    assert steward.post("/events", {**given("e1", "2", "a", "b"), "fulfills": ["c"]}).status == 201
    kept = steward.get("/commitments/c").body
    assert (kept["fulfilled"]["value"], kept["open"]["value"], kept["fulfilledBy"]) == ("2", "4", ["e1"])
    assert steward.post("/promises/c/cancel", {}).status == 201
    ended = steward.get("/promises/c").body
    assert (ended["open"]["value"], ended["released"]["value"], ended["ended"]) == ("0", "4", "cancelled")
    assert steward.get("/stocks/a").body["available"] == "8"
    assert steward.post("/promises/c/finish", {}).codes == ["already-cancelled"]


def test_bookings_touch_but_do_not_overlap(steward: Caller) -> None:
    steward.post("/events", raised("room", "1", unit="one"))

    def book(id: str, begin: str, end: str) -> list[str]:
        body = {"id": id, "action": "use", "provider": "alice", "receiver": "bob", "resource": "room"}
        told = steward.post("/commitments", {**body, "begin": f"2026-05-01T{begin}Z", "end": f"2026-05-01T{end}Z"})
        return [] if told.status == 201 else told.codes

    assert book("b1", "14:00", "15:00") == []
    assert book("b2", "14:30", "15:30") == ["conflict"]
    assert book("b3", "15:00", "16:00") == []
    assert book("b4", "17:00", "17:00") == ["invalid-empty"]


def test_claims_intents_and_processes_are_entries_too(steward: Caller) -> None:
    work = {
        "id": "w",
        "action": "work",
        "provider": "bob",
        "receiver": "alice",
        "effort": {"value": "7", "unit": "hour"},
    }
    assert steward.post("/events", work).status == 201
    claim = {"id": "cl", "action": "transfer", "provider": "alice", "receiver": "bob", "triggeredBy": "w"}
    assert steward.post("/claims", {**claim, "quantity": {"value": "140", "unit": "EUR"}}).status == 201
    need = {"id": "n", "action": "transfer", "receiver": "bob", "quantity": {"value": "3", "unit": "kg"}}
    assert steward.post("/intents", need).status == 201
    assert steward.post("/processes", {"id": "p", "basedOn": "cooking"}).status == 201
    assert steward.get("/claims/cl").body["open"] == {"value": "140", "unit": "EUR"}
    assert [one["id"] for one in steward.get("/promises?kind=intent&open=true").body["items"]] == ["n"]
    assert steward.post("/claims", {"id": "x", "kind": "event"}).status == 422


def test_trace_goes_back_and_forward_by_the_rule_that_is_named(steward: Caller) -> None:
    steward.post("/events", raised("a", "10"))
    steward.post("/events", raised("b", "0", owner="bob"))
    steward.post("/events", given("e1", "2.5", "a", "b"))
    back = steward.get("/trace/b").body
    assert back["rule"] == "strict"
    assert [one["id"] for one in back["steps"]] == ["e1", "a", "raise-a", "raise-b"]
    ahead = steward.get("/trace/a?direction=forward&rule=published").body
    assert "b" in [one["id"] for one in ahead["steps"]]
    assert steward.get("/trace/nobody").codes == ["unknown-item"]


def test_a_stock_as_of_an_earlier_number_never_changes(steward: Caller) -> None:
    steward.post("/events", raised("a", "10"))
    number = steward.get("/ledger").body["number"]
    before = steward.get(f"/stocks/a?as_of={number}").body
    late = {**given("e", "0", "a", "a"), "action": "lower", "receiver": "alice", "at": "2020-01-01T00:00:00Z"}
    del late["toResource"]
    assert steward.post("/events", {**late, "quantity": {"value": "4", "unit": "kg"}}).status == 201
    assert steward.get(f"/stocks/a?as_of={number}").body == before
    assert steward.get("/stocks/a?happened_until=2021-01-01T00:00:00Z").body["accounting"] == "-4"


def test_a_closed_period_takes_nothing_more(steward: Caller) -> None:
    assert steward.post("/closings", {"id": "c1", "until": "2026-01-01T00:00:00Z"}).status == 201
    late = steward.post("/events", {**raised("a", "1"), "at": "2025-12-31T23:00:00Z"})
    assert late.codes == ["period-closed"]
    assert steward.post("/events", {**raised("a", "1"), "at": "2026-01-01T00:00:00Z"}).status == 201


def test_the_note_is_all_that_can_be_changed(steward: Caller) -> None:
    steward.post("/events", {**raised("a", "10"), "note": "from the old tree"})
    assert steward.get("/events/raise-a").body["note"] == "from the old tree"
    assert steward.put("/events/raise-a/note", {"text": "from the new tree"}).status == 204
    assert steward.get("/events/raise-a").body["note"] == "from the new tree"
    assert steward.put("/events/raise-a/note", {"text": ""}).status == 204
    assert steward.get("/events/raise-a").body["note"] is None
    assert steward.put("/events/none/note", {"text": "x"}).codes == ["not-found"]
    assert steward.put("/events/raise-a/note", {"text": "x" * 10_001}).codes == ["note-too-long"]
    assert steward.post("/events", {**raised("b", "1"), "note": 7}).codes == ["not-a-text"]


def test_problems_call_people_as_the_caller_does(steward: Caller) -> None:
    steward.post("/events", raised("a", "10"))
    told = steward.post("/events", given("e", "10", "a", "a", by="bob", to="alice"))
    assert told.codes == ["not-accountable"]
    assert told.body["problems"][0]["what"] == "a belongs to alice and is held by alice; bob cannot transfer it."
    unknown = steward.post("/events", raised("b", "1", owner="alic"))
    assert unknown.body["problems"][0]["hint"] == 'Did you mean "alice"?'


def test_what_is_not_there_is_a_404(steward: Caller) -> None:
    for path in ("/events/x", "/stocks/x", "/promises/x", "/commitments/x"):
        assert steward.get(path).codes == ["not-found"]
    nowhere = steward.get("/nowhere")
    assert (nowhere.status, nowhere.codes) == (404, ["not-found"])


def test_full_names_of_valueflows_are_understood(steward: Caller) -> None:
    body = {
        "id": "e",
        "action": "raise",
        "provider": "alice",
        "receiver": "alice",
        "newResource": {"id": "a", "unit": "kg", "conformsTo": "apples"},
        "resourceQuantity": {"hasNumericalValue": "3", "hasUnit": "kg"},
        "hasPointInTime": "2026-02-01T00:00:00+01:00",
    }
    assert steward.post("/events", body).status == 201
    assert steward.get("/events/e").body["at"] == "2026-01-31T23:00:00Z"


def test_a_process_tells_what_went_in_and_came_out(steward: Caller) -> None:
    steward.post("/events", raised("a", "10"))
    steward.post("/processes", {"id": "p", "basedOn": "washed"})
    mine = {"provider": "alice", "receiver": "alice", "resource": "a"}
    steward.post(
        "/events", {"id": "w", "action": "work", **mine, "resource": None, "inputOf": "p", "effort": _much("2", "h")}
    )
    steward.post("/events", {"id": "x", "action": "accept", **mine, "inputOf": "p", "quantity": _much("10")})
    steward.post("/events", {"id": "y", "action": "modify", **mine, "outputOf": "p", "quantity": _much("9")})
    steward.post(
        "/events",
        {
            "id": "v",
            "action": "work",
            **mine,
            "resource": None,
            "inputOf": "p",
            "effort": _much("-0.5", "h"),
            "corrects": "w",
        },
    )
    told = steward.get("/processes/p").body
    assert (told["inputs"], told["outputs"]) == (["w", "x", "v"], ["y"])
    assert told["effort"] == [{"action": "work", "value": "1.5", "unit": "h"}]
    assert told["inHand"] == {"a": {"action": "accept", "value": "1"}}
    steps = steward.get("/steps/p").body
    assert (steps["kind"], steps["previous"], steps["next"]) == ("process", ["v", "x", "w"], ["y"])
    assert steward.get("/steps/a").body["previous"] == ["y", "raise-a"]
    assert steward.get("/steps/nobody").codes == ["unknown-item"]
    assert steward.get("/processes/nobody").codes == ["not-found"]


def _much(value: str, unit: str = "kg") -> dict[str, str]:
    return {"value": value, "unit": unit}
