"""Who leaves with bookings to come reads it in words, once for each; their titles are forgotten later."""

from __future__ import annotations

import pytest

from tests.web.bookings.booked import HOUR, NOW, booked, held, member, settled, unit
from wikivillage.web.accounts.departures import obstacles
from wikivillage.web.bookings.actions import cancel
from wikivillage.web.bookings.models import Booking
from wikivillage.web.registry.leaving import forget_in_rooms, things_of

pytestmark = pytest.mark.usefixtures("ledger")


def test_bookings_to_come_keep_somebody() -> None:
    settled()
    unit()
    alice = member("alice")
    row = booked(alice, title="Chez Martin")
    found = obstacles(agent=alice, at=NOW)
    assert [one.code for one in found] == ["booking-to-come"]
    assert "Small room" in found[0].what
    assert [one["id"] for one in things_of(alice.pk)["bookings"]] == [row.pk]
    cancel(booking=row, at=NOW, by=alice.pk)
    assert obstacles(agent=alice, at=NOW) == []
    forget_in_rooms(alice.pk, NOW)
    assert Booking.objects.get().title == ""


def test_a_hold_that_has_run_out_keeps_nobody() -> None:
    settled()
    unit()
    alice = member("alice")
    held(alice)
    assert [one.code for one in obstacles(agent=alice, at=NOW)] == ["open-promise"]
    assert obstacles(agent=alice, at=NOW + HOUR) == []
