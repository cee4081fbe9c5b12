"""The places through the API: for whoever has a token, without the names of persons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.api.client import caller, stranger
from tests.web.building.houses import present, record


@pytest.fixture(autouse=True)
def _here(ledger: None) -> Iterator[None]:
    with present():
        yield


def test_every_place_from_top_to_bottom() -> None:
    record()
    answer = caller("bob", "read").get("/places")
    assert answer.status == 200
    assert [one["id"] for one in answer.body] == ["top", "attic", "flat", "niche", "vault"]
    attic, flat = answer.body[1], answer.body[2]
    assert (attic["run_by"], flat["run_by"]) == ("etic", None)
    assert attic["name"] == {"en": "Attic", "fr": "Grenier"}
    assert flat["electricity_used_kwh"] is None


def test_one_place_with_what_stands_there() -> None:
    record()
    body = caller("bob", "read").get("/places/vault").body
    assert [(one["id"], one["section"]) for one in body["standing"]] == [
        ("heat_pump", "processes"),
        ("rain_tank", "stores"),
    ]
    assert body["flows"] == []
    assert body["stocks"] == []


def test_a_place_that_is_not_there() -> None:
    record()
    answer = caller("bob", "read").get("/places/nowhere")
    assert (answer.status, answer.codes) == (404, ["not-found"])


def test_before_there_is_a_village() -> None:
    assert caller("bob", "read").get("/places").body == []


def test_without_a_token_or_with_another_scope() -> None:
    record()
    assert stranger().get("/places").status == 401
    assert caller("carla", "readings").get("/places/flat").codes == ["missing-scope"]
