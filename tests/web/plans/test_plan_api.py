"""Plans through the API: read by a token that may read, asked for by a steward's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.api.client import caller, stranger
from tests.web.plans.planned import LESS_SUN, planned
from wikivillage.web.jobs.models import Job
from wikivillage.web.jobs.worker import work


def test_plans_are_read(village: Path) -> None:
    plan = planned(LESS_SUN, name="Small roof")
    reader = caller("reader", "read")
    assert [(one["name"], one["current"]) for one in reader.get("/plans").body] == [("Small roof", True)]
    whole = reader.get(f"/plans/{plan.pk}").body
    assert whole["changes"] == {"processes.pv.size": "0..2 kWp"}
    assert whole["record"]["format"] == "wikivillage-plan/1"


def test_a_steward_asks_for_one_and_follows_it(village: Path) -> None:
    steward = caller("warden", "steward")
    body = {"name": "Small roof", "changes": {"processes.pv.size": "0..2 kWp"}}
    first, again = steward.post("/plans", body), steward.post("/plans", body)
    assert (first.status, first.body) == (202, again.body)
    work(until_idle=True, kinds=["plan"])
    run = steward.get(f"/plans/runs/{first.body['job']}").body
    assert run["state"] == "done"
    assert steward.get(f"/plans/{run['plan']}").body["name"] == "Small roof"


def test_others_do_not(village: Path) -> None:
    plan = planned()
    assert stranger().get("/plans").status == 401
    assert caller("reader", "read", "write").post("/plans", {}).codes == ["missing-scope"]
    assert caller("writer", "write").get(f"/plans/{plan.pk}").status == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"changes": {"processes.pv.size": "5..2 kWp"}}, None),
        ({"changes": {"nothing": "x"}}, ["unknown-place"]),
        ({"changes": {"nothing.here": "x", "scale.energy": "?"}}, ["unknown-place", "bad-percentage"]),
        ({"name": "a\0b"}, ["bad-name"]),
        ({"changes": [1]}, ["not-valid"]),
        ("{", ["not-valid"]),
    ],
)
def test_what_is_wrong_is_told_in_one_list(village: Path, body: object, codes: list[str] | None) -> None:
    answer = caller("warden", "steward").post("/plans", body)
    assert answer.status in (400, 422)
    assert codes is None or answer.status == 400 or answer.codes == codes
    assert not Job.objects.exists()


@pytest.mark.parametrize("address", ["/plans/0", "/plans/77", "/plans/runs/77", "/plans/" + "9" * 30, "/plans/-1"])
def test_there_is_no_such_plan(village: Path, address: str) -> None:
    assert caller("reader", "read").get(address).status in (404, 422)
