"""Lots through the API: done once, refused with codes, for those who may."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.web.api.client import Caller, stranger
from tests.web.exchange.yards import kg_of, yard
from tests.web.registry.somebody import AT, holder, person
from wikivillage.web.exchange.lot_errands import lapse_lots
from wikivillage.web.exchange.models import Lot, Reservation
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.notices.models import Notice
from wikivillage.web.registry.actions import issue_token
from wikivillage.web.registry.models import Agent

pytestmark = pytest.mark.usefixtures("ledger")
OAK = {"spec": "wood_offcuts", "kg": "12.500", "place": "recyclab", "title": "chêne", "key": "a"}


@pytest.fixture(autouse=True)
def _yard(ledger: None) -> None:
    yard()


def caller(agent: Agent, *scopes: str) -> Caller:
    """A program of somebody."""
    _, secret = issue_token(agent=agent, scopes=scopes or ("read", "commit"), at=AT)
    return Caller(Client(headers={"Authorization": f"Bearer {secret}"}))


def brought(by: Caller, **more: Any) -> str:
    """A lot that a program brings."""
    answer = by.post("/lots", {**OAK, **more})
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def test_a_lot_is_brought_once_and_told_with_its_story() -> None:
    ben = caller(holder("ben", "member"))
    id = brought(ben)
    assert brought(ben) == id
    assert brought(ben, key="b") != id
    told = ben.get(f"/lots/{id}").body
    assert (told["lot"]["kg"], told["lot"]["free"], told["difference"]) == ("12.5", "12.5", "0")
    assert [one["title"] for one in told["stops"]] == ["Brought"]
    assert told["entered"] == [{"kind": "given", "id": "", "kg": "12.5"}]
    assert told["found_again"] == [{"kind": "there", "id": id, "kg": "12.5"}]
    assert len(ben.get("/lots").body) == 2
    assert ben.get("/lots?kind=sawdust").body == []
    assert ben.get("/lots/none").codes == ["not-found"]
    for wrong in ({"kg": "-1"}, {"spec": "moon"}, {"place": "moon"}, {"origin": "moon"}, {"source": "moon"}):
        assert ben.post("/lots", {**OAK, "key": "c", **wrong}).status == 422


def test_kilograms_are_reserved_taken_and_given_back() -> None:
    ben, ann = (caller(holder(name, "member")) for name in ("ben", "ann"))
    id = brought(ben)
    made = [ben.post(f"/lots/{id}/reservations", {"kg": "8", "key": "r"}) for _ in range(2)]
    assert [one.status for one in made] == [201, 201]
    assert Reservation.objects.count() == 1
    assert ann.post(f"/lots/{id}/reservations", {"kg": "5"}).codes == ["not-so-much"]
    assert [one["kg"] for one in ben.get("/lot-reservations").body] == ["8"]
    assert ann.get("/lot-reservations").body == []
    one = made[0].body["id"]
    assert ann.post(f"/lot-reservations/{one}/cancel", {}).codes == ["not-authorised"]
    assert ann.post("/lot-reservations/none/cancel", {}).codes == ["not-found"]
    assert ben.post(f"/lots/{id}/take", {"kg": "9", "reservation": one}).codes == ["more-than-reserved"]
    for _ in range(2):
        assert ben.post(f"/lots/{id}/take", {"kg": "8", "reservation": one, "key": "t"}).body["kg"] == "4.5"
    again = ben.post(f"/lots/{id}/reservations", {"kg": "1"}).body["id"]
    assert ben.post(f"/lot-reservations/{again}/cancel", {}).body["state"] == "cancelled"
    assert check_ledger().differences == []


def test_a_steward_weighs_sets_aside_moves_splits_and_works_up() -> None:
    sarah = caller(holder("sarah", "steward"), "read", "commit", "steward")
    id = brought(sarah)
    assert sarah.post(f"/lots/{id}/weigh", {"kg": "12"}).body["kg"] == "12"
    assert sarah.post(f"/lots/{id}/hold", {"why": "wet"}).body["state"] == "quarantined"
    assert sarah.post(f"/lots/{id}/hold", {"why": ""}).status == 200
    assert sarah.post(f"/lots/{id}/take", {"kg": "1"}).codes == ["quarantined"]
    assert sarah.post(f"/lots/{id}/release", {"treated": "no"}).body["state"] == "free"
    assert sarah.post(f"/lots/{id}/move", {"place": "fablab", "bin": "C1"}).body["place"] == "fablab"
    parts = sarah.post(f"/lots/{id}/split", {"parts": ["5", "2.5"], "key": "s"}).body
    assert [one["kg"] for one in parts] == ["5", "2.5"]
    taken = [{"lot": parts[0]["id"], "kg": "5"}]
    made = [{"spec": "boards", "kg": "4.9", "place": "fablab"}]
    run = {"work": "wood_to_boards", "place": "fablab", "taken": taken, "made": made, "key": "r"}
    done = [sarah.post("/runs", run) for _ in range(2)]
    assert [one.status for one in done] == [201, 201]
    assert (done[0].body["loss"], done[0].body["lots"][0]["kg"]) == ("0.1", "4.9")
    thin = {**run, "taken": [{"lot": parts[1]["id"], "kg": "2.5"}], "made": [{**made[0], "kg": "1"}], "key": "q"}
    assert sarah.post("/runs", thin).codes == ["not-balanced"]
    waste = {"kg": "1", "exchange": "wood", "channel": "energy"}
    assert sarah.post(f"/lots/{id}/throw-away", waste).codes == ["still-offered"]
    Lot.objects.filter(pk=id).update(free_until=AT)
    assert sarah.post(f"/lots/{id}/throw-away", {**waste, "key": "w"}).body["kg"] == "1"
    assert [one["lot"] for one in sarah.get("/waste").body] == [id]
    assert str(kg_of(id)) == "3.500000000"
    assert check_ledger().differences == []


def test_strangers_and_those_without_a_role_change_nothing() -> None:
    ben = caller(holder("ben", "member"))
    walter, reader = caller(person("walter")), caller(holder("rita", "member"), "read")
    id = brought(ben)
    assert stranger().get("/lots").status == 401
    assert walter.get("/lots").status == 200
    bodies: dict[str, dict[str, Any]] = {
        "reservations": {"kg": "1"},
        "take": {"kg": "1"},
        "weigh": {"kg": "1"},
        "hold": {"why": "x"},
        "release": {"treated": "no"},
        "move": {"place": "fablab"},
        "split": {"parts": ["1"]},
        "throw-away": {"kg": "1", "exchange": "wood", "channel": "energy"},
    }
    for word, body in bodies.items():
        assert walter.post(f"/lots/{id}/{word}", body).codes == ["not-authorised"], word
        assert reader.post(f"/lots/{id}/{word}", body).status == 403, word
    assert walter.post("/lots", {**OAK, "key": "z"}).codes == ["not-authorised"]
    run = {"place": "fablab", "taken": [{"lot": id, "kg": "1"}], "made": []}
    assert walter.post("/runs", run).codes == ["not-authorised"]
    assert ben.post(f"/lots/{id}/weigh", {"kg": "1"}).codes == ["not-authorised"]
    assert str(kg_of(id)) == "12.500000000"


def test_the_errand_writes_down_what_ran_out_and_nothing_twice() -> None:
    ben = caller(holder("ben", "member"))
    ben.post(f"/lots/{brought(ben)}/reservations", {"kg": "1"})
    Reservation.objects.update(made_at=AT, until=AT.replace(hour=10))
    found = [lapse_lots(lambda *told: None, {}) for _ in range(2)]
    assert found == [{"lapsed": 1, "reminded": 0}, {"lapsed": 0, "reminded": 0}]
    assert Notice.objects.count() == 1
