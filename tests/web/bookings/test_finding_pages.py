"""How much a search shows and asks: a few of those that fit, more on demand, as many questions for many as for few."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.bookings.booked import browser, member, settled, text_of, unit
from wikivillage.web.bookings.queries import FEW_OFFERS, MANY_OFFERS

ADDRESS = "/bookings/?n=6&when=tomorrow-evening"


@pytest.fixture(autouse=True)
def _house(ledger: None) -> None:
    """The house today, with nothing to book."""
    settled(timezone.now())


def rooms(*numbers: int) -> None:
    """So many rooms, with these numbers."""
    for number in numbers:
        unit(f"room-{number}", at=timezone.now())


def plain(response: Any) -> str:
    """What a page says, with plain spaces."""
    return text_of(response).replace("\u00a0", " ")


def test_as_many_questions_for_ten_units_as_for_sixty() -> None:
    alice = member("alice")
    asked = []
    for numbers in (range(10), range(10, 60)):
        rooms(*numbers)
        hers = browser(alice)
        hers.get(ADDRESS)
        with CaptureQueriesContext(connection) as questions:
            page = hers.get(ADDRESS)
        assert len(page.context["offers"]) == FEW_OFFERS
        asked.append(len(questions))
    assert asked[0] == asked[1] <= 24


def test_a_few_are_shown_and_more_on_demand() -> None:
    rooms(*range(60))
    reader = browser(lang="fr")
    few, many = reader.get(ADDRESS), reader.get(f"{ADDRESS}&more=1")
    assert (len(few.context["offers"]), len(many.context["offers"])) == (FEW_OFFERS, MANY_OFFERS)
    assert "Huit conviennent, entre autres." in plain(few)
    assert '<a class="btn two" href="?n=6&amp;when=tomorrow-evening&amp;more=1" rel="nofollow">' in few.content.decode()
    assert ("En voir plus" in plain(few), "En voir plus" in plain(many)) == (True, False)


def test_nothing_more_is_promised_where_all_are_shown() -> None:
    rooms(*range(FEW_OFFERS))
    for number in range(20):
        unit(f"corner-{number}", at=timezone.now(), persons=2)
    page = browser(lang="fr").get(ADDRESS)
    assert (len(page.context["offers"]), page.context["more"]) == (FEW_OFFERS, False)
    assert "Huit conviennent." in plain(page)
