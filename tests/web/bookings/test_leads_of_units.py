"""Who leads a unit's circle, or its place, decides on requests and sees bookings there, and nowhere else."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.web.bookings.booked import HOUR, NOW, browser, etic, held, holder, member, settled, text_of, unit
from tests.web.bookings.test_booking_pages import clock
from tests.web.bookings.test_bookings_api import post
from tests.web.bookings.test_use_api import codes, program
from wikivillage.web.bookings import actions
from wikivillage.web.bookings.models import Booking, Unit
from wikivillage.web.diary.models import ClosedPeriod
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


def test_a_lead_closes_what_they_look_after_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list offers theirs only; what is somebody else's is refused, on the page and through the API."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    lea = lead("lea", "circle", "circle-fetes")
    row = asked(member("bob"), "lab-hall")
    when = {"first": "2026-04-17", "last": "2026-04-30", "why_fr": "Travaux."}
    page = text_of(browser(lea).get("/bookings/close/"))
    assert 'value="hall"' in page
    assert 'value="lab-hall"' not in page
    assert browser(lea).get("/bookings/close/", {**when, "subject": "hall"}).status_code == 200
    for subject in ("lab-hall", "lab", "nowhere"):
        sent = {**when, "subject": subject, "confirm": "1", f"move-{row.pk}": "cancel"}
        assert browser(lea).get("/bookings/close/", sent).status_code == 403
        assert browser(lea).post("/bookings/close/", sent).status_code == 403
        said = {"subject": subject, "begin": NOW.isoformat(), "end": (NOW + HOUR).isoformat(), "why_fr": "Travaux."}
        assert codes(post(program(lea), "bookings/closings", said)) == ["not-authorised"]
    assert ClosedPeriod.objects.count() == 0
    assert browser(lea).get("/bookings/units/lab-hall/rules/").status_code == 403


def test_who_leads_a_circle_without_rooms_reads_that_nothing_is_in_their_hands() -> None:
    make_circle(name_en="Garden", name_fr="Jardin", at=NOW)
    luc = browser(lead("luc", "circle", "circle-jardin"))
    assert "Nothing that is booked is in your hands" in text_of(luc.get("/bookings/close/"))
    assert luc.get("/bookings/day/").status_code == 200


def test_a_unit_that_is_gone_opens_no_place_of_its_name() -> None:
    """Who looked after it must not close everything in a place that is called the same."""
    lea = lead("lea", "circle", "circle-fetes")
    circle = Unit.objects.get(pk="hall").circle
    unit("lab", kind="hall", item="hall", persons=60, circle=circle)
    when = {"first": "2026-04-17", "last": "2026-04-30", "why_fr": "Travaux.", "subject": "lab"}
    assert browser(lea).get("/bookings/close/", when).status_code == 200
    Unit.objects.filter(pk="lab").update(retired_at=NOW)
    assert browser(lea).get("/bookings/close/", when).status_code == 403
