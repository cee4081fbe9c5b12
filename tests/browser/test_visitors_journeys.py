"""A new person on a phone, in French: what is this place, today's sun and tank, the building, a room, a number.

The same again without any script: nothing that a visitor does needs one.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.browser.doing import sign_up

with_and_without_scripts = pytest.mark.parametrize("phone_page", ["phone", "no_script"])
NAV_HEIGHT = 72
"""What the navigation at the foot of a phone takes, at most."""


@pytest.fixture
def page(phone_page: str, request: pytest.FixtureRequest) -> Any:
    """A phone, with scripts or without."""
    return request.getfixturevalue(phone_page)


@with_and_without_scripts
def test_one_screen_says_what_this_place_is(page: Any) -> None:
    page.goto("/")
    told = page.locator(".first-visit")
    box = told.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844 - NAV_HEIGHT, "all of it is seen without scrolling"
    text = told.inner_text().lower()
    assert [word for word in ("village", "énergie", "eau", "nourriture", "temps") if word not in text] == []
    ways = [link.get_attribute("href") for link in told.locator("a").all()]
    assert {"/building/", "/ledger/", "/plans/", "/village/about/"} <= set(ways)
    told.locator("a.btn").click()
    page.wait_for_url("**/")
    assert page.locator(".first-visit").count() == 0, "who has read it does not read it again"
    assert page.locator("h1").inner_text().strip()


@with_and_without_scripts
def test_todays_sun_and_tank_are_seen(page: Any) -> None:
    page.goto("/")
    text = page.locator("main").inner_text()
    assert "Cuve de pluie" in text
    assert "soleil" in text.lower() or "photovoltaïque" in text.lower()
    tank = page.locator("main li", has_text="Cuve de pluie").first
    assert any(digit in tank.inner_text() for digit in "0123456789")


@with_and_without_scripts
def test_a_walk_through_the_building_leads_into_a_room(page: Any) -> None:
    page.goto("/")
    page.locator("nav.nav").get_by_role("link", name="Bâtiment").click()
    page.wait_for_url("**/building/")
    assert page.locator("main svg").count() >= 1, "the building is drawn"
    page.locator("main table").get_by_role("link", name="Fablab", exact=True).click()
    page.wait_for_url("**/building/fablab/")
    assert page.locator("h1").inner_text().strip() == "Fablab"
    text = page.locator("main").inner_text()
    assert "Ici Montreuil" in text, "who runs it"
    assert "kWh" in text, "what flows there"


@with_and_without_scripts
def test_the_drawing_can_be_touched(page: Any) -> None:
    page.goto("/building/")
    page.locator("main svg:visible a").first.click(force=True)
    page.wait_for_url(lambda url: "/building/" in url and ("#" in url or not url.endswith("/building/")))


@with_and_without_scripts
def test_a_number_leads_to_the_events_and_their_readings(page: Any) -> None:
    """The number of a room, its meter in this week, the event of a day, what that rests on: each one touch further."""
    page.goto("/building/fablab/")
    number = page.locator("#flows a.src:not([href^='#'])").first
    amount = number.inner_text()
    assert any(digit in amount for digit in "0123456789")
    number.click()
    page.wait_for_url(lambda url: not url.endswith("/building/fablab/"))
    if "/meters/" in page.url:
        page.locator("main a[href*='span=week']").click()
        page.wait_for_url("**span=week**")
        page.locator("main figure details summary").first.click()
    page.locator("main a[href^='/ledger/events/']:not([href*='?']):visible").first.click()
    page.wait_for_url(lambda url: "/ledger/events/" in url and "?" not in url)
    assert "kWh" in page.locator("main").inner_text()
    page.locator("main a[href^='/meters/evidence/']").first.click()
    page.wait_for_url("**/meters/evidence/**")
    assert "Relev" in page.locator("main").inner_text() or "relev" in page.locator("main").inner_text()


@with_and_without_scripts
def test_somebody_new_signs_up_with_a_code_and_takes_everything_along(
    page: Any, phone_page: str, tmp_path: Path
) -> None:
    email = f"noor-{phone_page}@people.example"
    sign_up(page, email, "Noor Essai")
    page.wait_for_url("**/me/")
    assert page.locator("h1").inner_text().strip() == "Noor Essai"
    with page.expect_download() as as_json:
        page.locator("main a[href$='export.json']").click()
    told = json.loads(Path(as_json.value.path()).read_text("utf-8"))
    assert "Noor Essai" in json.dumps(told, ensure_ascii=False)
    assert email in json.dumps(told)
    with page.expect_download() as as_tables:
        page.locator("main a[href$='export.zip']").click()
    with zipfile.ZipFile(as_tables.value.path()) as tables:
        assert tables.testzip() is None
        sheets = [name for name in tables.namelist() if name.endswith(".csv")]
        assert sheets
        assert all(tables.read(name).startswith(b"\xef\xbb\xbf") for name in sheets), "tables open in any office"


@with_and_without_scripts
def test_the_language_can_be_changed_on_any_page(page: Any) -> None:
    page.goto("/meters/?by=place")
    page.locator("header .lang").get_by_role("link", name="EN").click()
    page.wait_for_url("**/meters/?by=place")
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto("/building/")
    assert page.locator("html").get_attribute("lang") == "en", "and stays so"


def test_dark_is_chosen_and_kept(phone: Any) -> None:
    phone.goto("/plans/")
    light = phone.evaluate("getComputedStyle(document.body).backgroundColor")
    phone.locator("footer a[href^='/shell/light/dark/']").click()
    phone.wait_for_url("**/plans/")
    dark = phone.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    phone.goto("/")
    assert phone.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_what_is_not_there_is_told_and_leads_back(phone: Any, watch: Any) -> None:
    with watch.expecting(404):
        phone.goto("/building/none-of-these/")
    assert phone.locator("main h1").inner_text()
    phone.locator("main a.btn").first.click()
    phone.wait_for_url("**/")
