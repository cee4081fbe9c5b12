"""Prices through the API: rules, what something would cost, proposing and brackets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.web.api.client import Caller
from tests.web.prices.priced import decided, holder, person
from tests.web.registry.somebody import AT
from wikivillage.web.prices.errands import tidy_prices
from wikivillage.web.prices.models import FrozenQuote, PriceBand
from wikivillage.web.prices.queries import village_day
from wikivillage.web.registry.actions import issue_token

pytestmark = pytest.mark.usefixtures("ledger")
NAME = {"en": "Boats", "fr": "Barques"}


@pytest.fixture
def sarah() -> Caller:
    """A steward with a token, in a village with prices."""
    decided(timezone.now())
    _, secret = issue_token(agent=holder("sarah", "steward"), scopes=["steward", "read"], at=AT)
    return Caller(Client(headers={"Authorization": f"Bearer {secret}"}))


def test_rules_are_listed(sarah: Caller) -> None:
    rules = {row["service"]: row for row in sarah.get("/prices").body}
    assert rules["rooms"]["rule"]["sharing"]["table"][1] == ["0.45"]
    assert [row["id"] for row in sarah.get("/prices/rooms").body] == ["rooms-1"]
    assert sarah.get("/prices/boats").codes == ["not-found"]
    assert Caller(Client()).get("/prices").status == 401


def test_what_something_would_cost(sarah: Caller) -> None:
    wanted = {
        "items": [{"item": "room", "amount": "2"}], "audience": "person", "band": 2,
        "sun": {"own": "0.8", "all": "0.9"},
    }  # fmt: skip
    answer = sarah.post("/prices/rooms/quote", wanted).body
    assert (answer["total_cents"], answer["version"]) == (648, 1)
    assert answer["words"]["en"] == "€6.48 = 2\u00a0h × €8.00 − €8.80 − €0.72"
    assert answer["brackets"] == {"1": 432, "2": 648, "3": 864, "4": 1080, "5": 1296, "6": 1440}
    assert [line["cents"] for line in answer["lines"]] == [1600, -880, -72]
    assert not FrozenQuote.objects.exists()
    assert sarah.post("/prices/rooms/quote", {"items": []}).codes == ["nothing-to-price"]
    assert sarah.post("/prices/boats/quote", wanted).codes == ["not-found"]


def test_a_rule_is_proposed_and_decided(sarah: Caller) -> None:
    rule = {"name": NAME, "grid": [{"item": "boat", "name": NAME, "unit": "h", "price": "5"}]}
    words = {"service": "boats", "decided_by": "Us", "why_en": "a", "why_fr": "b", "rule": rule, "key": "k"}
    day = str(village_day(timezone.now()))
    for _ in range(2):
        made = sarah.post("/prices", {**words, "valid_from": day})
        assert (made.status, made.body["state"]) == (201, "proposed")
    assert sarah.post("/prices/boats/quote", {"items": [{"item": "boat", "amount": "1"}]}).codes == ["no-policy"]
    later = sarah.post("/prices", {**words, "valid_from": day, "activate": True, "key": ""})
    assert (later.body["id"], later.body["state"]) == ("boats-2", "active")
    wrong = sarah.post("/prices", {**words, "valid_from": day, "rule": {"grid": 1}, "key": ""})
    assert wrong.codes == ["bad-words", "no-grid"]


def test_a_bracket_by_a_certificate(sarah: Caller) -> None:
    person("alice")
    body = {
        "agent": "alice",
        "quotient": "812.50",
        "certificate_on": str(village_day(timezone.now()) - timedelta(days=9)),
    }
    answer = sarah.post("/price-bands", body)
    assert (answer.status, answer.body["band"]) == (201, 3)
    assert sarah.post("/price-bands", {**body, "agent": "sarah"}).codes == ["own-certificate"]
    assert sarah.post("/price-bands", {**body, "agent": "alicia"}).codes == ["unknown-agent"]
    assert PriceBand.objects.count() == 1
    reader = issue_token(agent=holder("rita", "member"), scopes=["read"], at=AT)[1]
    assert Caller(Client(headers={"Authorization": f"Bearer {reader}"})).post("/price-bands", body).status == 403


def test_the_worker_forgets_what_need_not_be_known() -> None:
    assert tidy_prices(lambda *_: None, {}) == {"declarations": 0, "quotes": 0}  # type: ignore[arg-type]
