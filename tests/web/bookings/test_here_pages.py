"""The page behind the code of a machine or room, for whoever stands there: it offers what may be, and tells why not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from tests.web.bookings.booked import (
    EVENING,
    HOUR,
    NOW,
    booked,
    browser,
    halves,
    holder,
    member,
    settled,
    text_of,
    unit,
)
from tests.web.bookings.used import MINUTE, TWO, has_booked, machine, starts, trained
from wikivillage.web.bookings.actions import cancel
from wikivillage.web.bookings.models import Booking, Outage, UseSession
from wikivillage.web.bookings.outage_actions import report_outage
from wikivillage.web.bookings.unit_actions import retire_unit
from wikivillage.web.bookings.use_errands import free_unused
from wikivillage.web.labels.queries import find_label
from wikivillage.web.registry.models import Agent

pytestmark = pytest.mark.usefixtures("_house")
HERE = "/bookings/units/printer/here/"
ROOM = "/bookings/units/small-room/here/"


@pytest.fixture
def _house(ledger: None) -> None:
    """The house with one room."""
    settled()
    unit()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the hour at which pages are asked for."""

    def at(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return at


def page(path: str, agent: Agent | None = None, lang: str = "fr") -> str:
    response = browser(agent, lang=lang).get(path)
    assert response.status_code == 200
    return text_of(response)


def asks_to_sign_in(response: Any) -> bool:
    return response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/")


def test_the_code_on_a_thing_leads_to_its_page_and_a_retired_one_says_so() -> None:
    label = find_label("unit", "small-room")
    assert label is not None
    assert browser().get(f"/l/{label.code}/").headers["Location"] == ROOM
    retire_unit(unit="small-room", at=NOW)
    assert browser().get(f"/l/{label.code}/").status_code == 410


def test_a_stranger_sees_whether_it_is_free_and_nobody_by_name(clock: Any) -> None:
    alice = member("alice")
    booked(alice, title="Secret de famille")
    clock(EVENING + MINUTE)
    text = page(ROOM)
    assert "Attendu" in text
    assert "/accounts/login/?next=/bookings/units/small-room/here/" in text
    assert "Secret" not in text
    assert "Alice" not in text


def test_a_room_is_entered_and_left_with_one_press_each(clock: Any) -> None:
    alice = member("alice")
    row = booked(alice)
    clock(EVENING + MINUTE)
    who = browser(alice, lang="fr")
    assert 'action="/bookings/units/small-room/here/in/"' in text_of(who.get(ROOM))
    for _twice in range(2):
        assert who.post(f"{ROOM}in/", {"booking": row.pk}).status_code == 302
    assert Booking.objects.get(pk=row.pk).state == "checked_in"
    clock(EVENING + HOUR)
    assert 'action="/bookings/units/small-room/here/out/"' in text_of(who.get(ROOM))
    for _twice in range(2):
        assert who.post(f"{ROOM}out/", {"booking": row.pk}).status_code == 302
    assert Booking.objects.get(pk=row.pk).state == "done"


def test_too_early_tells_from_when_on(clock: Any) -> None:
    alice = member("alice")
    row = booked(alice)
    clock(EVENING - HOUR)
    response = browser(alice, lang="fr").post(f"{ROOM}in/", {"booking": row.pk})
    assert response.status_code == 422
    assert "Vous pourrez signaler votre arrivée à partir du vendredi 17 avril 2026, 17\u00a0h\u00a045" in text_of(
        response
    )


def test_who_is_too_late_reads_that_it_was_freed_and_books_again(clock: Any) -> None:
    alice = member("alice")
    booked(alice)
    free_unused(EVENING + 20 * MINUTE)
    clock(EVENING + 25 * MINUTE)
    text = page(ROOM, alice)
    assert "Personne n’était venu" in text
    assert 'href="/bookings/units/small-room/"' in text


def test_the_booking_of_another_is_not_theirs_to_enter(clock: Any) -> None:
    alice, bob, lead = member("alice"), member("bob"), holder("lead", "circle_lead", scope_kind="place", scope="cafe")
    row = booked(alice)
    clock(EVENING + MINUTE)
    refused = browser(bob, lang="fr").post(f"{ROOM}in/", {"booking": row.pk})
    assert refused.status_code == 403
    assert asks_to_sign_in(browser(lang="fr").post(f"{ROOM}in/", {"booking": row.pk}))
    assert browser(bob).post(f"{ROOM}in/", {"booking": "none"}).status_code == 404
    assert browser(lead).post(f"{ROOM}in/", {"booking": row.pk}).status_code == 302
    assert "You have no booking here" in page(ROOM, bob, lang="en")


def test_a_machine_starts_and_stops_with_what_was_read_off(clock: Any) -> None:
    machine()
    alice = member("alice")
    has_booked(alice)
    clock(TWO)
    who = browser(alice, lang="fr")
    assert 'action="/bookings/units/printer/here/start/"' in text_of(who.get(HERE))
    for _twice in range(2):
        assert who.post(f"{HERE}start/", {"key": "k" * 24}).status_code == 302
    session = UseSession.objects.get()
    clock(TWO + HOUR)
    wrong = who.post(f"{HERE}stop/", {"session": session.pk, "kwh": "-3", "grams": "beaucoup"})
    assert wrong.status_code == 422
    assert who.post(f"{HERE}stop/", {"session": session.pk, "kwh": "0,31", "grams": "48"}).status_code == 302
    assert float(UseSession.objects.get().kwh or 0) == 0.31


def test_a_refused_machine_tells_every_reason_and_a_way_out_with_a_button(clock: Any) -> None:
    machine(qualification="laser", level=2)
    alice, trainer = member("alice"), member("trainer")
    trained(trainer, level=3)
    report_outage(unit="printer", said="Elle fume", at=NOW)
    clock(TWO)
    text = page(HERE, alice)
    for said in ("en panne depuis le", "Vous n’avez pas suivi la formation", "vous n’avez pas réservé", "Trainer"):
        assert said in text
    assert 'href="/bookings/units/printer/"' in text
    assert "start/" not in text
    assert browser(alice).post(f"{HERE}start/", {"key": "k" * 24}).status_code == 422


def test_where_somebody_stays_beside_the_form_asks_who(clock: Any) -> None:
    machine(buddy=True, walk_in=True)
    alice, bob = member("alice"), member("bob")
    clock(TWO)
    who = browser(alice, lang="fr")
    assert 'name="beside"' in text_of(who.get(HERE))
    answer = who.post(f"{HERE}start/", {"key": "k" * 24, "beside": "personne du tout"})
    assert answer.status_code == 422
    assert "Personne ne s’appelle" in text_of(answer)
    assert 'value="personne du tout"' in text_of(answer)
    assert who.post(f"{HERE}start/", {"key": "k" * 24, "beside": "bob"}).status_code == 302
    assert UseSession.objects.get().beside == bob.pk


def test_without_a_booking_the_price_of_an_hour_is_said_before(clock: Any) -> None:
    machine(priced=True, walk_in=True)
    clock(TWO)
    assert "€" in page(HERE, member("alice"))


def test_another_does_not_stop_it_but_who_looks_after_it_does(clock: Any) -> None:
    machine()
    alice, bob, sam = member("alice"), member("bob"), holder("sam", "steward")
    has_booked(alice)
    session = starts(alice)
    clock(TWO + HOUR)
    assert browser(bob).post(f"{HERE}stop/", {"session": session.pk}).status_code == 403
    assert asks_to_sign_in(browser().post(f"{HERE}stop/", {"session": session.pk}))
    assert browser(sam).post(f"{HERE}stop/", {"session": session.pk}).status_code == 302
    assert browser(sam).post(f"{HERE}stop/", {"session": "none"}).status_code == 404


def test_something_broken_is_reported_once_by_members_and_mended_by_who_looks_after_it(clock: Any) -> None:
    alice, sam = member("alice"), holder("sam", "steward")
    clock(EVENING)
    assert asks_to_sign_in(browser().post(f"{ROOM}broken/", {"said": "Froid"}))
    assert browser(alice).post(f"{ROOM}broken/", {"said": " "}).status_code == 422
    for _twice in range(2):
        assert browser(alice).post(f"{ROOM}broken/", {"said": "Froid", "key": "k" * 24}).status_code == 302
    outage = Outage.objects.get()
    assert "Froid" in page(ROOM, sam)
    assert "Froid" not in page(ROOM)
    assert "Froid" in page("/bookings/outages/", alice)
    assert "Froid" not in page("/bookings/outages/")
    until = {"until": "2026-04-20"}
    assert browser(alice).post(f"/bookings/outages/{outage.pk}/until/", until).status_code == 403
    assert browser(sam).post(f"/bookings/outages/{outage.pk}/until/", until).status_code == 302
    assert browser(sam).post(f"/bookings/outages/{outage.pk}/until/", {"until": "2026-04-01"}).status_code == 422
    assert browser(sam).post(f"/bookings/outages/{outage.pk}/until/", {"until": "x"}).status_code == 404
    assert browser(alice).post(f"/bookings/outages/{outage.pk}/end/", {}).status_code == 403
    assert browser(sam).post(f"/bookings/outages/{outage.pk}/end/", {"mended": "Purgé"}).status_code == 302
    assert browser(sam).post("/bookings/outages/0/end/", {}).status_code == 422
    assert "Purgé" in page("/bookings/outages/", alice)


def test_the_screen_at_the_door_says_free_or_not_and_only_public_titles(clock: Any) -> None:
    alice = member("alice")
    clock(EVENING - HOUR)
    path = "/bookings/units/small-room/door/"
    assert "Libre" in page(path)
    booked(alice, title="Lecture à voix haute", visibility="public")
    booked(alice, begin=EVENING + 2 * HOUR, end=EVENING + 3 * HOUR, title="Famille")
    response = browser(lang="fr").get(path)
    text = text_of(response)
    assert response.headers["Refresh"] == "60"
    assert "Lecture à voix haute" in text
    assert "Famille" not in text
    assert "Alice" not in text
    assert 'class="qr"' in text
    clock(EVENING + MINUTE)
    assert "Attendu" in page(path)
    report_outage(unit="small-room", said="Froid", at=EVENING)
    text = page(path)
    assert "En panne" in text
    assert "Froid" not in text


def test_a_pool_says_how_many_are_left(clock: Any) -> None:
    unit("desks", kind="desk", persons=1, size=3)
    booked(member("alice"), unit="desks", persons=2)
    clock(EVENING + MINUTE)
    assert "1 libres sur 3" in page("/bookings/units/desks/door/")


def test_a_half_is_not_free_while_its_hall_is_taken(clock: Any) -> None:
    halves()
    booked(member("alice"), unit="whole", persons=20)
    clock(EVENING + MINUTE)
    assert "Attendu" in page("/bookings/units/left/door/")


def test_all_machines_are_on_one_wall(clock: Any) -> None:
    machine(walk_in=True)
    machine("printer-2")
    clock(TWO)
    report_outage(unit="printer-2", said="Elle fume", at=TWO)
    response = browser(lang="fr").get("/bookings/machines/")
    assert response.headers["Refresh"] == "60"
    text = text_of(response)
    assert text.index("Printer</a>") < text.index("Printer 2</a>")
    assert "En panne" in text


@pytest.mark.parametrize("path", [ROOM, "/bookings/units/small-room/door/", "/bookings/units/small-room.ics"])
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert browser().get(path.replace("small-room", "nowhere")).status_code == 404


def test_a_cancelled_booking_leaves_the_page_as_for_anybody(clock: Any) -> None:
    alice = member("alice")
    row = booked(alice)
    cancel(booking=row, at=NOW, by=alice.pk)
    clock(EVENING + MINUTE)
    assert "here/in/" not in page(ROOM, alice)
