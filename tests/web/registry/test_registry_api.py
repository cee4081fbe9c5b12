"""The registry through the API: what the pages of people, roles and the village file do, a steward's token does."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from tests.web.api.client import Caller, caller
from tests.web.registry.somebody import AT, holder, person
from wikivillage.model import load_village_text
from wikivillage.web.registry.actions import issue_token
from wikivillage.web.registry.consent_actions import give_consent
from wikivillage.web.registry.models import Place
from wikivillage.web.registry.village_actions import record_village

pytestmark = pytest.mark.usefixtures("ledger")

HOUSE = """village: A house
horizon: {start: 2025-06-01, hours: 2}
places: {house: {name: House, area: 90.5 m2}}
needs: {light: {resource: electricity, amount: 1 kW, at: house}}
exchanges: {grid: {resource: electricity, buy: 0.2 EUR/kWh}}
"""


@pytest.fixture
def sarah() -> Caller:
    """A steward with a token."""
    _, secret = issue_token(agent=holder("sarah", "steward"), scopes=["steward"], at=AT)
    return Caller(Client(headers={"Authorization": f"Bearer {secret}"}))


def test_households_and_organisations_are_added_once(sarah: Caller) -> None:
    person("alice")
    home = {"name": "Chez nous", "members": ["alice"], "key": "k"}
    made = {"handle": "chez_nous", "kind": "household", "name": "Chez nous"}
    for _ in range(2):
        answer = sarah.post("/households", home)
        assert (answer.status, answer.body) == (201, made)
    assert [row["body"] for row in sarah.get("/memberships?agent=alice").body] == ["chez_nous"]
    assert sarah.post("/households", {"name": "X", "members": ["alicia"]}).codes == ["unknown-agent"]
    assert sarah.post("/organisations", {"name": "Le 6B", "handle": "le_6b"}).body["handle"] == "le_6b"
    assert sarah.post("/organisations", {"name": "Le 6B", "handle": "le_6b"}).codes == ["handle-taken"]
    assert sarah.post("/organisations", {"name": ""}).codes == ["no-name"]


def test_circles_and_memberships(sarah: Caller) -> None:
    person("alice")
    circle = sarah.post("/circles", {"name_fr": "Énergie"}).body
    assert circle["id"] == "circle-energie"
    wanted = {"agent": "alice", "circle": "circle-energie", "until": "2199-01-01T00:00:00Z"}
    row = sarah.post("/memberships", wanted).body
    assert (row["agent"], row["circle"], row["votes"]) == ("alice", "circle-energie", True)
    assert sarah.get("/circles").body[0]["members"] == 1
    assert sarah.post("/memberships", wanted).codes == ["overlapping"]
    assert sarah.post("/memberships", {"agent": "alice"}).codes == ["one-of-two"]
    assert sarah.post("/memberships", {"agent": "alice", "circle": "circle-x"}).status == 404
    assert sarah.post("/memberships", {**wanted, "since": "2026-01-01T00:00:00"}).codes == ["not-valid"]
    assert sarah.post("/memberships", {**wanted, "since": "0001-01-01T00:00:00Z"}).codes == ["not-valid"]
    for _ in range(2):
        assert sarah.post(f"/memberships/{row['number']}/end", {}).body["until"] is not None
    assert sarah.post("/memberships/999999/end", {}).codes == ["not-found"]
    assert sarah.post(f"/memberships/{10**30}/end", {}).status == 422
    assert sarah.get("/circles").body[0]["members"] == 0


def test_roles(sarah: Caller) -> None:
    person("alice")
    wanted = {"agent": "alice", "role": "auditor", "key": "k"}
    row = sarah.post("/roles", wanted).body
    assert row == sarah.post("/roles", wanted).body
    assert (row["agent"], row["role"], row["scope_kind"]) == ("alice", "auditor", "")
    assert sarah.post("/roles", {**wanted, "role": "mayor", "key": ""}).codes == ["unknown-role"]
    assert sarah.post(f"/roles/{row['number']}/end", {}).body["until"] is not None
    own = next(one for one in sarah.get("/roles").body if one["agent"] == "sarah")
    refused = sarah.post(f"/roles/{own['number']}/end", {})
    assert refused.codes == ["last-steward"]
    assert refused.body["problems"][0]["what"].startswith("This is the last steward")


def test_a_token_gives_no_rights_that_its_agent_lacks() -> None:
    person("alice")
    stella = caller("stella", "steward")
    assert stella.post("/roles", {"agent": "alice", "role": "member"}).codes == ["role-above-own"]


def test_guardians_and_consents(sarah: Caller) -> None:
    awa = person("awa")
    person("zoe")
    row = sarah.post("/guardianships", {"ward": "zoe", "guardian": "awa"}).body
    assert sarah.get("/guardianships").body == [row]
    assert sarah.post("/guardianships", {"ward": "awa", "guardian": "zoe"}).codes == ["guards-each-other"]
    assert sarah.post(f"/guardianships/{row['number']}/end", {}).body["until"] is not None
    give_consent(agent=awa, purpose="photos", at=AT, by=awa.pk)
    assert [(one["agent"], one["purpose"]) for one in sarah.get("/consents").body] == [("awa", "photos")]


def test_the_village_file_is_compared_and_loaded(sarah: Caller) -> None:
    assert sarah.get("/village-file").codes == ["no-village"]
    record_village(village=load_village_text(HOUSE), base=Path(), at=AT)
    told = sarah.get("/village-file").body
    changed = told["text"].replace("90.5 m2", "95 m2")
    tried = sarah.post("/village-file", {"text": changed})
    assert tried.body["changed"] == {"places": ["house"]}
    assert Place.objects.get().area_m2 == 90.5
    wanted = {"text": changed, "dry_run": False, "state": told["state"]}
    assert sarah.post("/village-file", wanted).body["state"] != told["state"]
    assert Place.objects.get().area_m2 == 95
    assert sarah.post("/village-file", wanted).codes == ["village-changed"]
    assert sarah.post("/village-file", {"text": "village: [", "dry_run": False}).status == 422
    assert sarah.post("/village-file", {"text": ""}).codes == ["upload-empty"]


def test_only_stewards_tokens_open_it() -> None:
    reader = caller("rita", "read")
    for path in ("/roles", "/memberships", "/guardianships", "/consents", "/village-file"):
        assert reader.get(path).codes == ["missing-scope"]
    assert reader.get("/circles").status == 200
