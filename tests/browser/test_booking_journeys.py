"""Booking on a phone, in French: a room for six at an own price, a series, machines; and what a steward decides.

The search is walked once more without any script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.browser.conftest import DESK, FRENCH, PHONE, Opens
from tests.browser.doing import Thumb, told
from tests.browser.guards import Watch
from tests.browser.served import Site
from tests.web.site.people import NAMES

MOST_TAPS = 8
EUROS = re.compile(r"\d+,\d\d\s€")
FIRST_FRIDAY, LAST_FRIDAY, MOVED_TO = "2027-01-08", "2027-02-19", "2027-01-14"
"""Seven Fridays, of which the last two are further ahead than a room is booked; and the day before the second."""


@contextmanager
def _steward_at(browser: Any, site: Site, keys: dict[str, Any], path: str) -> Iterator[Any]:
    """A page of a steward, for what has to be there before a journey begins."""
    context = browser.new_context(base_url=site.address, **FRENCH, **PHONE, storage_state=keys["steward"])
    page = context.new_page()
    page.goto(path)
    yield page
    page.locator(".notice.done").first.wait_for()
    context.close()


@pytest.fixture(scope="module")
def bracket(browser: Any, site: Site, keys: dict[str, Any]) -> None:
    """A steward has seen a certificate of the member."""
    with _steward_at(browser, site, keys, "/prices/bands/") as page:
        form = page.locator("section", has=page.locator("#check")).locator("form")
        form.locator("[name=agent]").fill(NAMES["member"])
        form.locator("[name=quotient]").fill("650")
        form.locator("[name=certificate_on]").fill("2026-10-01")
        form.locator("button.btn").click()


@pytest.fixture(scope="module")
def trained(browser: Any, site: Site, keys: dict[str, Any]) -> None:
    """A steward has noted that the member was trained for the printers."""
    with _steward_at(browser, site, keys, "/village/qualifications/") as page:
        form = page.locator("section", has=page.locator("#note")).locator("form")
        form.locator("[name=agent]").fill(NAMES["member"])
        form.locator("[name=subject]").fill("printer")
        form.locator("[name=level]").select_option("2")
        form.locator("button.btn").click()


@pytest.mark.usefixtures("bracket")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no_scripts"])
def test_a_room_for_six_tomorrow_evening_is_booked_at_an_own_price(
    opens: Opens, keys: dict[str, Any], scripts: bool
) -> None:
    page, thumb = opens(**PHONE, storage_state=keys["member"], java_script_enabled=scripts), Thumb()
    page.goto("/")
    thumb.on(page.locator("nav.nav").get_by_role("link", name="Réserver"))
    thumb.types(page.locator("#n"), "6")
    thumb.on(page.get_by_role("button", name="Demain soir"))
    page.wait_for_url("**when=tomorrow-evening**")
    assert page.locator("h1").inner_text().strip() == "Une salle pour six, demain soir."
    thumb.on(page.locator("button[name=slot]").first)
    last = page.get_by_role("button", name="Réserver pour")
    price = EUROS.search(last.inner_text())
    assert price is not None, "the last button says the amount"
    assert price.group() == page.locator("table.price tfoot td").inner_text().strip()
    _is_own_price(page, price.group())
    thumb.on(last)
    page.locator(".notice.done", has_text="C’est réservé").wait_for()
    assert thumb.taps <= MOST_TAPS
    page.goto("/bookings/mine/")
    assert price.group() in page.locator("main").inner_text()


def _is_own_price(page: Any, price: str) -> None:
    """The price is that of the own bracket, which is marked among all of them, and less than the highest."""
    page.locator("details.why summary", has_text="tranche").click()
    rows = page.locator("details.why table tbody tr")
    own = page.locator("details.why tr[aria-current]")
    assert price in own.inner_text()
    assert price not in rows.last.inner_text()


def test_one_date_of_a_weekly_series_is_moved(member: Any, watch: Watch) -> None:
    """Every date is shown before, with why some cannot be; then one goes to the day before, at an hour that is free."""
    page = member
    page.goto("/bookings/units/quiet-studio/")
    page.get_by_role("link", name="Réserver une série").click()
    form = page.locator("main form")
    for name, value in {
        "day": FIRST_FRIDAY,
        "begin": "10:00",
        "end": "11:30",
        "last": LAST_FRIDAY,
        "persons": "5",
        "title": "Chorale",
    }.items():
        form.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Voir les dates").click()
    dates = page.locator(".verdicts > li")
    dates.first.wait_for()
    assert dates.count() == 7
    refused = page.locator(".verdicts > li", has=page.locator(".gone"))
    assert ["90 jours" in one for one in refused.all_inner_texts()] == [True, True], "each refused date says why"
    page.get_by_role("button", name="Réserver 5 dates").click()
    page.wait_for_url("**/bookings/series/**")
    lines = page.locator("section", has=page.locator("#dates")).locator("li")
    before = lines.all_inner_texts()
    lines.nth(1).get_by_role("link").first.click()
    page.get_by_role("link", name="Un autre moment").click()
    with watch.expecting(422):
        _ask_to_move(page, "18:00", "19:30")
        page.locator(".notice, .refusal", has_text="C’est déjà pris").first.wait_for()
    _ask_to_move(page, "14:00", "15:30")
    page.get_by_role("button", name=EUROS).click()
    page.locator(".notice.done", has_text="déplacé").wait_for()
    page.get_by_role("link", name="Toutes les dates de la série").click()
    page.wait_for_url("**/bookings/series/**")
    after = lines.all_inner_texts()
    assert [one != other for one, other in zip(before, after, strict=True)].count(True) == 1


def _ask_to_move(page: Any, begin: str, end: str) -> None:
    page.locator("[name=day]").fill(MOVED_TO)
    page.locator("[name=begin]").fill(begin)
    page.locator("[name=end]").fill(end)
    page.get_by_role("button", name="Voir si c’est possible").click()


def test_an_untrained_member_learns_every_reason_and_what_to_do(member: Any) -> None:
    page = member
    page.goto("/bookings/machines/")
    page.get_by_role("link", name="Découpe laser").click()
    page.wait_for_url("**/here/")
    reasons = page.locator(".refusal ol > li").all_inner_texts()
    assert len(reasons) >= 2
    assert any("formation" in one.lower() for one in reasons)
    assert any("réserv" in one.lower() for one in reasons)
    out = page.locator(".refusal .out")
    assert "formation" in out.inner_text().lower() or "former" in out.inner_text().lower()
    assert page.get_by_role("button", name="Démarrer").count() == 0


@pytest.mark.usefixtures("trained")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no_scripts"])
def test_a_printer_is_started_and_stopped_by_the_code_on_it(
    steward: Any, opens: Opens, keys: dict[str, Any], scripts: bool
) -> None:
    steward.goto("/labels/")
    steward.get_by_role("link", name="Salles, bureaux et machines").click()
    code = steward.locator("li", has_text="Imprimantes 3D").locator("a.code").get_attribute("href")
    page = opens(**PHONE, storage_state=keys["member"], java_script_enabled=scripts)
    page.goto(code.replace("/labels/", "/l/"))
    page.wait_for_url("**/bookings/units/printers/here/")
    page.get_by_role("button", name="Démarrer maintenant").click()
    page.locator(".now", has_text="Vous vous en servez").wait_for()
    page.get_by_role("button", name="Arrêter").click()
    page.locator(".notice.done").wait_for()
    assert page.get_by_role("button", name="Arrêter").count() == 0


def test_one_of_two_who_ask_for_the_hall_gets_it_and_the_other_is_told(
    member: Any, neighbour: Any, steward: Any
) -> None:
    for page, title in ((member, "Bal du quartier"), (neighbour, "Marché des potiers")):
        _ask_for_the_hall(page, title)
    steward.goto("/bookings/requests/")
    mine = steward.get_by_role("group", name=NAMES["member"])
    assert NAMES["neighbour"] in mine.locator(".notice").inner_text(), "whom a yes refuses"
    mine.get_by_role("button", name=f"Oui à {NAMES['member']}").click()
    steward.locator(".notice.done").wait_for()
    assert "Salle d’événements" in told(member, "Salle d’événements").inner_text()
    refused = told(neighbour, "Salle d’événements").inner_text()
    assert "refus" in refused.lower() or "autre" in refused.lower()
    neighbour.goto("/bookings/mine/")
    assert "Salle d’événements" in neighbour.locator("section", has=neighbour.locator("#over")).inner_text()


def _ask_for_the_hall(page: Any, title: str) -> None:
    """Find it for fifty people on a Saturday, choose the first slot, ask for it."""
    page.goto("/bookings/?n=50&on=2026-11-21&from=15:00&to=19:00")
    page.get_by_role("group", name="Salle d’événements").locator("button[name=slot]").first.click()
    page.locator("#title").fill(title)
    page.locator("button[name=ask]").click()
    page.locator(".notice.done").wait_for()


def test_who_is_touched_is_seen_before_a_hall_is_closed(neighbour: Any, steward: Any) -> None:
    neighbour.goto("/bookings/?n=6&on=2026-11-20&from=14:00&to=18:00")
    neighbour.get_by_role("group", name="Grande Table du café, côté vitrine").locator("button[name=slot]").first.click()
    neighbour.get_by_role("button", name="Réserver pour").click()
    neighbour.locator(".notice.done").wait_for()
    steward.goto("/bookings/close/")
    form = steward.locator("main form").first
    form.locator("[name=subject]").select_option(label="La Grande Table du café")
    form.locator("[name=first]").fill("2026-11-20")
    form.locator("[name=last]").fill("2026-11-20")
    form.locator("[name=why_fr]").fill("Le sol est repeint.")
    steward.get_by_role("button", name="Voir qui est touché").click()
    touched = steward.locator("fieldset.touched", has_text=NAMES["neighbour"])
    touched.wait_for()
    assert "côté vitrine" in touched.inner_text()
    steward.get_by_role("button", name="Fermer et prévenir tout le monde").click()
    steward.locator(".notice.done").wait_for()
    assert "Le sol est repeint." in told(neighbour, "Grande Table").inner_text()


def test_the_day_sheet_is_read_and_printed(opens: Opens, keys: dict[str, Any]) -> None:
    page = opens(**DESK, storage_state=keys["steward"])
    page.goto("/bookings/day/")
    assert "réservation" in page.locator(".hero").inner_text()
    assert page.locator("main table").count() >= 1
    paper = page.request.get(page.get_by_role("link", name="PDF").get_attribute("href"))
    assert paper.ok
    assert paper.body().startswith(b"%PDF")
