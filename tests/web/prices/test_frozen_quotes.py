"""A price is promised for a quarter of an hour, used once, and told again with the difference where it is another."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from tests.web.prices.priced import NOW, QUARTER, TWO_HOURS, banded, dearer, decided, person, proposed
from tests.web.prices.rules import creche
from tests.web.registry.somebody import codes
from wikivillage.web.prices.actions import (
    Use,
    activate_version,
    forget_prices_of,
    forget_quotes,
    freeze_quote,
    use_quote,
)
from wikivillage.web.prices.facts import Item, Sun
from wikivillage.web.prices.models import FrozenQuote
from wikivillage.web.prices.queries import policy_for
from wikivillage.web.prices.trees import policy_tree
from wikivillage.web.prices.written import shown_frozen
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.people_actions import add_organisation

pytestmark = pytest.mark.usefixtures("ledger")
SUN = Sun(Decimal("0.8"), Decimal("0.9"))


@pytest.fixture
def alice() -> Agent:
    """Somebody in the second bracket of a village with prices."""
    decided()
    somebody = person("alice")
    banded(somebody)
    return somebody


def frozen(agent: Agent, at: datetime = NOW) -> FrozenQuote:
    """Two hours of a room in the sun."""
    return freeze_quote(agent=agent, service="rooms", items=TWO_HOURS, at=at, by=agent.pk, sun=SUN)


def use(row: FrozenQuote, at: datetime, used_by: str = "booking:1") -> Use:
    """Use a price for a booking."""
    return use_quote(id=row.pk, agent=row.agent, used_by=used_by, at=at)


def test_the_price_of_the_mock_page_is_promised_with_its_words(alice: Agent) -> None:
    row = frozen(alice)
    assert (row.total_cents, row.policy_id, row.expires_at, row.used_by) == (648, "rooms-1", NOW + QUARTER, "")
    shown = shown_frozen(row, "fr")
    assert [line.sum.replace("\u00a0", " ") for line in shown.lines] == ["16,00 €", "−8,80 €", "−0,72 €"]
    assert shown.total == "6,48\u00a0€"
    assert shown.words == "6,48\u00a0€ = 2\u00a0h × 8,00\u00a0€ − 8,80\u00a0€ − 0,72\u00a0€"
    assert shown.lines[1].words.startswith("Votre tranche de revenus, la 2")
    assert {line.href for line in shown.lines} == {"/prices/rooms/1/"}
    assert shown_frozen(row, "en").words == "€6.48 = 2\u00a0h × €8.00 − €8.80 − €0.72"


def test_a_promise_is_used_once_and_for_one_thing(alice: Agent) -> None:
    row = frozen(alice)
    for _ in range(2):
        used = use(row, NOW + timedelta(minutes=14))
        assert (used.used, used.quote.pk, used.quote.used_by) == (True, row.pk, "booking:1")
    assert codes(use, row=row, at=NOW, used_by="booking:2") == ["quote-used"]


def test_a_frozen_price_holds_although_the_rule_changed(alice: Agent) -> None:
    row = frozen(alice)
    dearer()
    assert frozen(alice).total_cents == 729
    assert use(row, NOW + QUARTER - timedelta(seconds=1)).quote.total_cents == 648


def test_a_promise_that_is_over_is_told_anew_with_the_difference(alice: Agent) -> None:
    row = frozen(alice)
    dearer()
    later = NOW + QUARTER
    again = use(row, later)
    assert (again.used, again.quote.total_cents, again.quote.used_by) == (False, 729, "")
    assert again.difference is not None
    assert again.difference.en == "The price was €6.48 and is €7.29 today. The rule “Rooms” holds since 16 April 2026."
    assert again.difference.fr.replace("\u00a0", " ") == (
        "Le prix était de 6,48 €, il est de 7,29 € aujourd’hui. La règle « Salles » vaut depuis le 16 avril 2026."
    )
    assert use(again.quote, later).used


def test_a_promise_that_is_over_with_the_same_price_is_used_at_once(alice: Agent) -> None:
    used = use(frozen(alice), NOW + timedelta(hours=1))
    assert (used.used, used.difference, used.quote.total_cents) == (True, None, 648)


def test_a_certificate_that_went_out_of_date_meanwhile(alice: Agent) -> None:
    banded(alice, valid_until=NOW.date())
    again = use(frozen(alice), NOW + timedelta(days=1))
    assert (again.used, again.quote.total_cents) == (False, 1440)
    assert again.difference is not None
    assert "certificate is out of date" in again.difference.en
    assert "plein tarif" in shown_frozen(again.quote, "fr").words


def test_what_is_not_ones_own_is_not_there(alice: Agent) -> None:
    row = frozen(alice)
    words = {"used_by": "booking:1", "at": NOW}
    assert codes(use_quote, id=row.pk, agent=person("bob"), **words) == ["unknown-quote"]
    assert codes(use_quote, id="nothing", agent=alice, **words) == ["unknown-quote"]


def test_what_has_no_price_is_told_in_the_language_of_who_asks(alice: Agent) -> None:
    words = {"agent": alice, "items": TWO_HOURS, "at": NOW}
    assert codes(freeze_quote, service="boats", **words) == ["no-policy"]
    assert policy_for("boats", NOW) is None
    with translation.override("fr"):
        assert codes(freeze_quote, service="rooms", **{**words, "items": [Item("boat", Decimal(1))]}) == ["no-price"]


def test_organisations_pay_by_their_own_grid() -> None:
    decided()
    row = freeze_quote(agent=add_organisation(name="SARL", at=NOW), service="rooms", items=TWO_HOURS, at=NOW)
    assert row.total_cents == 3200


def test_an_income_is_used_and_not_kept() -> None:
    tree = policy_tree(creche())
    activate_version(version=proposed(service="creche", tree=tree), at=NOW)
    hours = [Item("hour", Decimal(8))]
    row = freeze_quote(agent=person("alice"), service="creche", items=hours, at=NOW, income=Decimal("2468"), children=3)
    row.refresh_from_db()
    assert row.total_cents == 816  # 2,468 x 0.0413 % = 1.0193, eight times 1.02
    assert "2468" not in f"{row.facts}{row.lines}".replace(",", "").replace("\u202f", "")
    assert "(non conservé)" in str(row.lines)


def test_promises_that_nobody_used_are_forgotten(alice: Agent) -> None:
    unused, used = frozen(alice), frozen(alice)
    use(used, NOW)
    assert forget_quotes(at=NOW + QUARTER + timedelta(days=1)) == 0
    assert forget_quotes(at=NOW + QUARTER + timedelta(days=1, seconds=1)) == 1
    assert list(FrozenQuote.objects.all()) == [used]
    assert unused.pk != used.pk
    forget_prices_of(agent=alice)
    used.refresh_from_db()
    assert (used.lines, used.total_cents) == ([], 648)
