"""Wishes, tools, loans, repairs and hours through the API: made once, refused with codes, seen by whom they concern."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.web.api.client import Caller, stranger
from tests.web.exchange.helped import DAY, drill, in_english, repair_day, wish
from tests.web.registry.somebody import AT, holder
from wikivillage.web.registry.actions import issue_token
from wikivillage.web.registry.models import Agent

pytestmark = pytest.mark.usefixtures("house_for_programs")


@pytest.fixture
def house_for_programs(ledger: None) -> Iterator[None]:
    """A house."""
    with in_english():
        yield


def caller(handle: str, role: str = "member", *scopes: str) -> tuple[Agent, Caller]:
    """Somebody with a token."""
    agent = holder(handle, role)
    _, secret = issue_token(agent=agent, scopes=scopes or ("read", "commit"), at=AT)
    return agent, Caller(Client(headers={"Authorization": f"Bearer {secret}"}))


def test_wishes_are_made_once_and_matched() -> None:
    _alice, hers = caller("alice")
    bob, his = caller("bob")
    body = {"side": "need", "what": "thing", "title": "Une perceuse", "key": "k" * 24}
    made = [hers.post("/wishes", body) for _again in range(2)]
    assert made[0].status == 201
    assert made[0].body["id"] == made[1].body["id"]
    offer = wish(bob, "offer", "Perceuse", at=timezone.now())
    id = made[0].body["id"]
    found = hers.get(f"/wishes/{id}/matches").body
    assert [(one["need"], one["offer"], one["amount"]) for one in found] == [(id, offer.pk, "1")]
    assert {one["agent"] for one in his.get("/wishes").body} == {"alice", "bob"}
    assert [one["id"] for one in his.get("/wishes?side=offer").body] == [offer.pk]
    assert his.post(f"/wishes/{id}/end", {}).codes == ["not-authorised"]
    assert hers.post(f"/wishes/{id}/end", {}).body["state"] == "ended"
    assert hers.post("/wishes", {**body, "amount": "-1", "key": ""}).codes == ["bad-amount"]
    assert hers.get("/wishes/none/matches").codes == ["not-found"]
    assert stranger().get("/wishes").status == 401


def test_a_tool_is_reserved_handed_out_and_taken_back() -> None:
    _alice, hers = caller("alice")
    _bob, his = caller("bob")
    _sarah, steward = caller("sarah", "steward", "steward", "read")
    now = timezone.now()
    tool = drill(at=now)
    times = {"begin": now.isoformat(), "due": (now + DAY).isoformat(), "key": "l" * 24}
    loans = [hers.post(f"/tools/{tool.pk}/loans", times) for _again in range(2)]
    assert [one.status for one in loans] == [201, 201]
    id = loans[0].body["id"]
    assert his.post(f"/tools/{tool.pk}/loans", {**times, "key": ""}).codes == ["taken"]
    assert his.post(f"/loans/{id}/cancel", {}).codes == ["not-authorised"]
    assert hers.post(f"/loans/{id}/out", {"condition": "good"}).status == 403
    assert steward.post(f"/loans/{id}/out", {"condition": "good"}).body["state"] == "out"
    assert steward.post(f"/loans/{id}/out", {"condition": "good"}).codes == ["handed-out-already"]
    assert hers.get("/tools").body[0]["out_until"] is not None
    assert [one["id"] for one in hers.get("/loans").body] == [id]
    assert his.get("/loans").body == []
    assert [one["agent"] for one in steward.get("/loans").body] == ["alice"]
    assert steward.post(f"/loans/{id}/back", {"condition": "worn"}).body["condition_in"] == "worn"
    assert hers.post(f"/loans/{id}/cancel", {}).codes == ["back-already"]


def test_repairs_are_listed_without_names() -> None:
    _alice, hers = caller("alice")
    _bob, his = caller("bob")
    now = timezone.now()
    day = repair_day(begin=now, end=now + timedelta(hours=3), at=now)
    body = {"device": "Toaster", "category": "kitchen", "weight_kg": "1.5", "day": day.pk}
    assert hers.post("/repairs", body).status == 201
    found = his.get(f"/repairs?day={day.pk}").body
    assert [(one["device"], one["weight_kg"], one["mine"]) for one in found] == [("Toaster", "1.5", False)]
    assert "agent" not in found[0]
    assert his.get("/repair-days").body[0]["things"] == 1
    assert hers.post("/repairs", {**body, "weight_kg": "9000"}).codes == ["bad-amount"]
    assert hers.post("/repairs", {**body, "day": "none"}).codes == ["not-found"]


def test_hours_are_noted_and_confirmed_by_the_other() -> None:
    _alice, hers = caller("alice")
    _bob, his = caller("bob")
    _carol, other = caller("carol")
    body = {"way": "gave", "who": "bob", "hours": "1.5", "what": "Vélo", "day": str(timezone.localdate())}
    made = hers.post("/hours", body)
    assert made.status == 201
    id = made.body["id"]
    assert hers.post(f"/hours/{id}/confirm", {}).codes == ["own-hours"]
    assert other.post(f"/hours/{id}/confirm", {}).codes == ["not-found"]
    assert his.post(f"/hours/{id}/confirm", {}).body["state"] == "confirmed"
    assert his.post(f"/hours/{id}/confirm", {}).codes == ["decided-already"]
    assert hers.get("/hours").body["balance"] == "1.5"
    assert his.get("/hours").body["balance"] == "-1.5"
    assert other.get("/hours").body["lines"] == []
    assert hers.post("/hours", {**body, "who": "nobody"}).codes == ["unknown-agent"]
