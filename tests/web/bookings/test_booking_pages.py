"""The pages of bookings: from a search to a booking, by its owner, others, strangers, twice, and with nonsense."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.web.bookings.booked import HOUR, banded, browser, etic, halves, holder, member, settled, text_of, unit
from tests.web.diary.days import PARIS
from tests.web.prices.priced import dearer
from wikivillage.web.bookings import actions
from wikivillage.web.bookings.models import Booking, BookingSeries, Unit, Waiting
from wikivillage.web.bookings.series_actions import put_series
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.diary.series import from_wall
from wikivillage.web.prices.queries import village_day
from wikivillage.web.registry.models import Agent

pytestmark = pytest.mark.usefixtures("_house")


def clock(days: int = 1, hour: int = 18) -> datetime:
    """A time to come by the clocks of Paris."""
    day = timezone.now().astimezone(PARIS).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


@pytest.fixture
def _house(ledger: None) -> None:
    """The house today, with a room, a hall on which somebody decides, and a table that is too large."""
    now = timezone.now()
    settled(now)
    unit(at=now)
    unit("table", at=now, persons=12, policy={"min_persons": 8})
    unit("hall", at=now, kind="hall", item="hall", persons=60, policy={"approval": True})


def plain(response: Any) -> str:
    """What a page says, with plain spaces."""
    return text_of(response).replace("\u00a0", " ")


def slot(id: str = "small-room", days: int = 1, hour: int = 18, minutes: int = 120) -> str:
    """What the button of a slot sends."""
    return f"{id}|{clock(days, hour).isoformat()}|{minutes}"


def chosen(client: Client, **said: Any) -> str:
    """The address of what somebody holds after pressing a slot."""
    answer = client.post("/bookings/hold/", {"slot": slot(), "n": "6", "key": "", **said})
    assert answer.status_code == 302, plain(answer)
    return str(answer.url)


def has(agent: Agent, **changes: Any) -> Booking:
    """What somebody has booked for tomorrow evening."""
    now = timezone.now()
    begin = changes.pop("begin", clock())
    said = {"unit": "small-room", "begin": begin, "end": begin + 2 * HOUR, "at": now, "by": agent.pk, "persons": 6}
    row = actions.hold(agent=agent, **{**said, **changes})
    return actions.confirm(booking=row, at=now, by=agent.pk).booking


def test_six_find_a_room_for_tomorrow_evening_and_book_it_by_their_bracket() -> None:
    alice, now = member("alice"), timezone.now()
    banded(alice, certificate_on=village_day(now) - timedelta(days=30), at=now)
    hers = browser(alice, lang="fr")
    page = hers.get("/bookings/?n=6&when=tomorrow-evening")
    said = plain(page)
    assert "Une salle pour six, demain soir." in said
    assert "18 h – 20 h" in said
    assert "Table : non, pour une raison" in said
    assert "8 personnes au moins." in said
    assert slot() in page.content.decode()
    address = chosen(hers)
    price = plain(hers.get(address))
    for words in ("Votre choix.", "16,00 €", "−8,80 €", "Réserver pour 7,20 €", "vous payez 45 %", "2 (la vôtre)"):
        assert words in price, words
    assert Booking.objects.get().state == "held"
    done = hers.post(f"{address}confirm/", {"title": "Atelier couture"}, follow=True)
    assert "C’est réservé." in plain(done)
    assert Booking.objects.get().title == "Atelier couture"
    again = hers.post(f"{address}confirm/", follow=True)
    assert "C’est réservé." in plain(again)
    assert Booking.objects.count() == 1


def test_a_stranger_sees_what_is_free_and_signs_in_to_choose() -> None:
    page = browser().get("/bookings/?n=2&when=tomorrow-evening")
    assert "/accounts/login/?next=%2Fbookings%2F%3Fn%3D2%26when%3Dtomorrow-evening" in page.content.decode()
    assert "18:00 – 20:00" in plain(page)
    answer = browser().post("/bookings/hold/", {"slot": slot(), "n": "2"})
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/login/")
    assert Booking.objects.count() == 0


def test_the_same_form_pressed_twice_or_after_going_back_holds_one_thing() -> None:
    hers = browser(member("alice"))
    key = hers.get("/bookings/?n=6&when=tomorrow-evening").context["form_key"]
    assert chosen(hers, key=key) == chosen(hers, key=key)
    chosen(hers, slot=slot(hour=20), key="other")
    assert sorted(Booking.objects.values_list("state", flat=True)) == ["expired", "held"]


def test_a_booking_is_its_owners_and_theirs_alone() -> None:
    alice, bob, sam = member("alice"), member("bob"), holder("sam", "steward")
    row = has(alice, title="Secret")
    address = f"/bookings/{row.pk}/"
    led = browser(bob).get(address)
    assert led.headers["Location"] == f"/bookings/units/{row.unit_id}/", (
        "who knows it from the agenda sees what is taken"
    )
    Occurrence.objects.filter(uid=row.occurrence).update(visibility="private")
    assert browser(bob).get(address).status_code == 403
    assert browser().get(address).status_code == 403
    for what in ("confirm/", "cancel/", "move/"):
        assert browser(bob).post(f"{address}{what}").status_code == 403
    seen = plain(browser(sam).get(address))
    assert "Alice" in seen
    assert "bracket" not in seen
    assert browser(alice).get("/bookings/nothing/").status_code == 404
    answer = browser(sam).post(f"{address}cancel/", {"why": "The ceiling leaks."}, follow=True)
    assert "The ceiling leaks." in plain(answer)


def test_what_is_taken_is_told_and_can_be_waited_for() -> None:
    alice, bob = member("alice"), member("bob")
    has(alice)
    his = browser(bob, lang="fr")
    answer = his.post("/bookings/hold/", {"slot": slot(), "n": "6"})
    assert answer.status_code == 422
    assert "C’est déjà pris." in plain(answer)
    assert "M’inscrire sur la liste d’attente" in plain(answer)
    waits = his.post("/bookings/wait/", {"slot": slot(), "n": "6"}, follow=True)
    assert "Vous êtes au rang 1 de la liste." in plain(waits)
    assert his.post("/bookings/wait/", {"slot": slot(hour=14), "n": "6"}).status_code == 422
    pk = Waiting.objects.get().pk
    assert browser(alice).post(f"/bookings/wait/{pk}/end/").status_code == 403
    assert "rang 1" not in plain(his.post(f"/bookings/wait/{pk}/end/", follow=True))
    assert browser().post("/bookings/wait/", {"slot": slot()}).url.startswith("/accounts/login/")
    assert Waiting.objects.count() == 1


@pytest.mark.parametrize(
    "query",
    ["n=many", "n=0", "n=-3", "n=99999999", "day=2026-13-45", "from=25:99", "from=late", "from=18:00&to=09:00"],
)
def test_a_search_that_cannot_be_read_says_so(query: str) -> None:
    page = browser(lang="fr").get(f"/bookings/?{query}")
    assert page.status_code == 200
    assert 'class="err"' in page.content.decode()


def test_nonsense_is_left_aside() -> None:
    client = browser(member("alice"))
    for query in ("what=boat", "need=wings", "long=x", "sort=moon", "when=never", "for=somebody", "n=%00", "from=%00"):
        assert client.get(f"/bookings/?{query}").status_code == 200, query
    for value in ("", "x", "small-room|now|120", "small-room|2026-04-17T18:00|120", f"{slot()}0000", "a|b|c|d"):
        assert client.post("/bookings/hold/", {"slot": value}).status_code == 400, value
    assert client.post("/bookings/hold/", {"slot": slot("nowhere")}).status_code == 422
    assert client.get("/bookings/hold/").status_code == 405
    assert client.get("/bookings/units/nowhere/").status_code == 404
    assert client.get("/bookings/units/small-room/?day=x").status_code == 200


def test_a_price_that_changed_is_shown_before_it_is_booked() -> None:
    hers = browser(member("alice"), lang="fr")
    address = chosen(hers)
    now = timezone.now()
    dearer("9.00", at=now, since=village_day(now))
    Booking.objects.update(hold_until=now - HOUR)
    row = Booking.objects.get()
    row.quote.expires_at = now - HOUR
    row.quote.save()
    asked = hers.post(f"{address}confirm/")
    assert "Le prix a changé." in plain(asked)
    assert "Réserver pour 18,00 €" in plain(asked)
    assert Booking.objects.get().state == "held"
    assert "C’est réservé." in plain(hers.post(f"{address}confirm/", follow=True))


def test_a_hold_that_ran_out_and_is_taken_says_why() -> None:
    alice, bob = member("alice"), member("bob")
    hers = browser(alice, lang="fr")
    address = chosen(hers)
    past = timezone.now() - HOUR
    row = Booking.objects.get()
    actions.let_go(alice, at=timezone.now(), by="")
    Booking.objects.filter(pk=row.pk).update(hold_until=past)
    has(bob)
    answer = hers.post(f"{address}confirm/")
    assert answer.status_code == 422
    assert "Le quart d’heure" in plain(answer)
    assert "C’est déjà pris." in plain(answer)


def test_moving_shows_the_price_first_and_then_moves() -> None:
    alice = member("alice")
    row, hers = has(alice), browser(alice, lang="fr")
    address = f"/bookings/{row.pk}/move/"
    assert "18:00" in text_of(hers.get(address))
    day = str(clock().date())
    typed = {"day": day, "begin": "19:00", "end": "22:00"}
    seen = plain(hers.post(address, typed))
    assert "C’est possible, pour 24,00 €" in seen
    assert Booking.objects.get().begin == row.begin
    assert hers.post(address, {**typed, "confirm": "2400"}).status_code == 302
    assert Booking.objects.get().begin == clock(hour=19)
    long = hers.post(address, {**typed, "end": "01:00"})
    assert long.status_code == 422
    assert "4 h au plus." in plain(long)
    assert hers.post(address, {"day": "x", "begin": "", "end": ""}).status_code == 422
    assert hers.post(address, {**typed, "end": "01:00", "confirm": "1"}).status_code == 422


def test_a_price_that_changes_between_look_and_yes_is_shown_again() -> None:
    alice = member("alice")
    row, hers = has(alice), browser(alice, lang="fr")
    address = f"/bookings/{row.pk}/move/"
    typed = {"day": str(clock().date()), "begin": "19:00", "end": "22:00"}
    for old in ("2300", "", "-1", "x", "9" * 40):
        told = hers.post(address, {**typed, "confirm": old})
        assert told.status_code == 422
        assert "Le prix est maintenant de 24,00 €" in plain(told)
        assert 'name="confirm" value="2400"' in text_of(told)
        assert Booking.objects.get().begin == row.begin
    assert hers.post(address, {**typed, "confirm": "2400"}).status_code == 302


def test_all_dates_of_a_series_move_for_the_price_that_was_shown_for_all() -> None:
    alice = member("alice")
    hers = browser(alice, lang="fr")
    begin = from_wall(clock(), "Europe/Paris")
    rule = f"FREQ=WEEKLY;UNTIL={begin + timedelta(days=14):%Y%m%d}"
    made = put_series(
        uid="s1", unit="small-room", agent=alice, rule=rule, begin=begin, end=begin + 2 * HOUR, at=timezone.now()
    )
    address = f"/bookings/{made.bookings[0].pk}/move/"
    typed = {"day": str(begin.date()), "begin": "19:00", "end": "22:00", "scope": "all"}
    seen = hers.post(address, typed)
    assert "C’est possible, pour 72,00 € (actuellement 48,00 €)" in plain(seen)
    assert len(seen.context["to"]) == 3
    assert hers.post(address, {**typed, "confirm": "2400"}).status_code == 422
    assert hers.post(address, {**typed, "confirm": "7200"}).status_code == 302
    assert set(Booking.objects.values_list("total_cents", flat=True)) == {2400}


def test_a_series_is_seen_date_by_date_then_booked_and_one_date_moves() -> None:
    alice, bob = member("alice"), member("bob")
    has(bob, begin=clock(8))
    hers = browser(alice, lang="fr")
    address = "/bookings/units/small-room/series/"
    key = hers.get(address).context["form"]["key"].value()
    typed = {"key": key, "day": clock().date(), "begin": "18:00", "end": "20:00", "repeat": "FREQ=WEEKLY"}
    typed |= {"last": clock(22).date(), "persons": "6", "title": "Chorale"}
    seen = plain(hers.post(address, typed))
    assert "Une date est impossible" in seen
    assert "Réserver 3 dates pour 48,00 € en tout" in seen
    made = hers.post(address, {**typed, "confirm": "1"}, follow=True)
    assert "3 dates à venir." in plain(made)
    hers.post(address, {**typed, "confirm": "1"})
    assert Booking.objects.filter(agent=alice).count() == 3
    series = BookingSeries.objects.get()
    assert browser(bob).get(f"/bookings/series/{series.pk}/").status_code == 403
    assert browser(bob).post(f"/bookings/series/{series.pk}/goes-on/").status_code == 403
    first = Booking.objects.filter(series=series).order_by("begin")[0]
    moved = {"day": clock(2).date(), "begin": "18:00", "end": "20:00", "scope": "this", "confirm": "1600"}
    assert hers.post(f"/bookings/{first.pk}/move/", moved).status_code == 302
    assert Booking.objects.get(pk=first.pk).begin == clock(2)
    gone = hers.post(f"/bookings/{first.pk}/cancel/", {"scope": "all"}, follow=True)
    assert "Ces dates sont annulées." in plain(gone)
    refused = hers.post(address, {**typed, "last": "2200-01-01", "confirm": "1", "key": "x" * 24})
    assert refused.status_code == 422
    assert hers.post(address, {**typed, "day": ""}).status_code == 422
    assert hers.post("/bookings/units/hall/series/", typed).status_code == 422


def test_whoever_decides_sees_who_competes_and_says_yes_or_no() -> None:
    alice, bob, carol, sam = member("alice"), member("bob"), member("carol"), holder("sam", "steward")
    for agent in (alice, bob):
        hers = browser(agent)
        address = chosen(hers, slot=slot("hall"))
        assert "Ask for it" in plain(hers.get(address))
        assert "You asked for it." in plain(hers.post(f"{address}confirm/", {"ask": "1"}, follow=True))
    assert browser(alice).get("/bookings/requests/").status_code == 403
    his = browser(sam, lang="fr")
    page = plain(his.get("/bookings/requests/"))
    assert "2 demandes à décider." in page
    assert "Un oui refuse une autre demande : Bob" in page.replace("</b></p><p>", " ")
    first, second = Booking.objects.order_by("made_at")
    assert browser(alice).post(f"/bookings/{first.pk}/decide/", {"answer": "yes"}).status_code == 403
    assert his.post(f"/bookings/{second.pk}/decide/", {"answer": "no", "why": ""}).status_code == 422
    assert "autre demande" in plain(his.post(f"/bookings/{first.pk}/decide/", {"answer": "yes"}, follow=True))
    assert set(Booking.objects.values_list("state", flat=True)) == {"confirmed", "refused"}
    assert "Rien à décider." in plain(his.get("/bookings/requests/"))
    asked = browser(carol)
    address = chosen(asked, slot=slot("hall", days=3))
    asked.post(f"{address}confirm/", {"ask": "1"})
    row = Booking.objects.get(agent=carol)
    his.post(f"/bookings/{row.pk}/decide/", {"answer": "no", "why": "Répétition générale."})
    assert "Répétition générale." in plain(asked.get(address))


def test_mine_lists_what_is_to_come_and_its_file_opens() -> None:
    alice = member("alice")
    hers = browser(alice, lang="fr")
    assert "Rien de réservé." in plain(hers.get("/bookings/mine/"))
    has(alice, title="=Été")
    page = plain(hers.get("/bookings/mine/"))
    assert "Une réservation à venir." in page
    assert "16,00 €" in page
    file = b"".join(hers.get("/bookings/mine.csv")).decode("utf-8-sig")
    assert "Small room;" in file
    assert ";16,0;" in file
    assert browser().get("/bookings/mine/").status_code == 403
    assert browser().get("/bookings/mine.csv").status_code == 403
    assert hers.get("/bookings/all.csv").status_code == 403
    every = browser(holder("sam", "steward")).get("/bookings/all.csv?last=9999-01-01")
    assert "Alice" in b"".join(every).decode()


def test_the_week_of_a_room_names_nobody_to_strangers() -> None:
    alice, bob = member("alice"), member("bob")
    halves()
    has(alice, title="Chorale")
    has(alice, unit="left", begin=clock(2), persons=2, title="Yoga")
    page = plain(browser(lang="fr").get("/bookings/units/small-room/"))
    assert "18 h – 20 h" in page
    assert "Chorale" not in page
    assert "Alice" not in page
    assert "Chorale" in plain(browser(bob).get("/bookings/units/small-room/"))
    assert "Yoga" in plain(browser(bob).get("/bookings/units/whole/"))
    assert "8,00 € par h" in page
    for rule in ("De 30 min à 4 h à la fois, par pas de 30 min.", "L’annulation est gratuite jusqu’à 6 h avant"):
        assert rule in page


def test_a_steward_adds_changes_and_takes_out_what_can_be_booked() -> None:
    sam, alice = holder("sam", "steward"), member("alice")
    his = browser(sam, lang="fr")
    assert "3 choses à réserver." in plain(his.get("/bookings/units/"))
    for address in ("/bookings/units/new/", "/bookings/units/small-room/rules/"):
        assert browser(alice).get(address).status_code == 403
    typed = {"kind": "room", "name_fr": "Salle des fêtes", "run_by": "etic", "persons": "40", "size": "1"}
    typed |= {"power_kw": "1.5", "priced": "rooms:hall", "features": ["screen"], "place": "cafe"}
    assert his.post("/bookings/units/new/", typed).url == "/bookings/units/salle-des-fetes/"
    row = Unit.objects.get(pk="salle-des-fetes")
    assert (row.service, row.item, row.features, row.run_by_id) == ("rooms", "hall", ["screen"], etic().pk)
    assert his.post("/bookings/units/new/", {**typed, "run_by": "nobody"}).status_code == 422
    form = his.get("/bookings/units/small-room/rules/").context["form"]
    values = {name: field for name, field in form.initial.items() if field is not False}
    assert his.post("/bookings/units/small-room/rules/", {**values, "max_minutes": "60"}).status_code == 302
    assert Unit.objects.get(pk="small-room").policy == {"max_minutes": 60}
    assert his.post("/bookings/units/small-room/rules/", {**values, "max_minutes": "x"}).status_code == 422
    crossed = his.post("/bookings/units/small-room/rules/", {**values, "min_minutes": "600"})
    assert crossed.status_code == 422
    assert his.post("/bookings/units/small-room/retire/").status_code == 302
    assert "Elle ne se réserve plus." in plain(his.get("/bookings/units/small-room/"))
    assert browser(alice).post("/bookings/units/hall/retire/").status_code == 403
    assert his.post("/bookings/units/defaults/").status_code == 302
    assert Unit.objects.filter(pk="grande-table").exists()
    assert browser(alice).post("/bookings/units/defaults/").status_code == 403
    assert b"grande-table" in b"".join(browser().get("/bookings/units.csv"))


def test_without_anything_to_book_the_page_says_who_can_change_that() -> None:
    Unit.objects.all().update(retired_at=timezone.now())
    page = plain(browser(lang="fr").get("/bookings/"))
    assert "Le village n’a encore rien de ce genre à réserver." in page
    assert "L’intendance ajoute ce qui se réserve." in page
    assert "Ajouter ce qui se réserve" in plain(browser(holder("sam", "steward"), lang="fr").get("/bookings/"))
