"""Who leads a unit's circle, or its place, decides on requests and sees bookings there, and nowhere else."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.web.bookings.booked import NOW, browser, etic, held, holder, member, settled, text_of, unit
from tests.web.bookings.test_booking_pages import clock
from wikivillage.web.bookings import actions
from wikivillage.web.bookings.models import Booking
from wikivillage.web.notices.models import Notice
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.people_actions import make_circle

pytestmark = pytest.mark.usefixtures("_house")


@pytest.fixture
def _house(ledger: None) -> None:
    """A hall in the café that a circle looks after, and one in the laboratory that nobody does."""
    settled(NOW)
    circle = make_circle(name_en="Events", name_fr="Fêtes", at=NOW)
    decided = {"approval": True, "horizon_days": 365}
    unit("hall", kind="hall", item="hall", persons=60, policy=decided, circle=circle.pk, run_by=etic().pk)
    unit("lab-hall", kind="hall", item="hall", persons=60, policy=decided, place="lab")


def lead(handle: str, kind: str, scope: str) -> Agent:
    """Somebody who leads a circle or a place."""
    return holder(handle, "circle_lead", scope_kind=kind, scope=scope)


def asked(agent: Agent, id: str) -> Booking:
    """Somebody asks for a hall, two days from now."""
    now = timezone.now()
    row = held(agent, unit=id, begin=clock(2), end=clock(2, 20), at=now)
    return actions.request(booking=row, at=now, by=agent.pk)


@pytest.mark.parametrize(("kind", "scope"), [("circle", "circle-fetes"), ("place", "cafe")])
def test_a_lead_sees_the_requests_of_theirs_and_decides(kind: str, scope: str) -> None:
    lea = lead("lea", kind, scope)
    row, other = asked(member("alice"), "hall"), asked(member("bob"), "lab-hall")
    assert Notice.objects.filter(agent=lea, kind="approval").count() == 1
    page = browser(lea).get("/bookings/requests/")
    assert page.status_code == 200
    said = text_of(page)
    assert f"/bookings/{row.pk}/decide/" in said
    assert f"/bookings/{other.pk}/decide/" not in said
    assert browser(lea).get(f"/bookings/{row.pk}/").status_code == 200
    assert browser(lea).get(f"/bookings/{other.pk}/").status_code == 403
    assert browser(lea).post(f"/bookings/{other.pk}/decide/", {"answer": "yes"}).status_code == 403
    assert browser(lea).post(f"/bookings/{row.pk}/decide/", {"answer": "yes"}).status_code == 302
    assert Booking.objects.get(pk=row.pk).state == "confirmed"
    assert Booking.objects.get(pk=other.pk).state == "requested"


def test_a_lead_of_another_circle_sees_no_request_and_decides_nothing() -> None:
    make_circle(name_en="Garden", name_fr="Jardin", at=NOW)
    luc = lead("luc", "circle", "circle-jardin")
    row = asked(member("alice"), "hall")
    page = browser(luc).get("/bookings/requests/")
    assert page.status_code == 200
    assert row.pk not in text_of(page)
    assert browser(luc).get(f"/bookings/{row.pk}/").status_code == 403
    assert browser(luc).post(f"/bookings/{row.pk}/decide/", {"answer": "yes"}).status_code == 403
    assert Notice.objects.filter(agent=luc).count() == 0
