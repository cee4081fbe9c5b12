"""Sharing on a phone, in French: dropping matter off, a need that is met, a drill that is lent, a lot's whole story.

And what a steward does beside: weighing a lot again, closing a repair day. Dropping off is walked once more without
any script.
"""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image

from tests.browser.conftest import PHONE, Opens
from tests.browser.doing import Thumb, told
from tests.web.site.people import NAMES

TAPS = 3
GPS, MAKER = 0x8825, 0x010F
NORTH, EAST = ("N", (48.0, 51.0, 29.0)), ("E", (2.0, 24.0, 26.0))
STAIRS = "Chutes de chêne de l’escalier"
KG = re.compile(r"\d[\d\s]*(?:,\d+)?")


def photo_of_a_telephone() -> bytes:
    """A JPEG that says where it was taken, and with what."""
    exif, file = Image.Exif(), io.BytesIO()
    exif[MAKER] = "A telephone"
    exif[GPS] = {1: NORTH[0], 2: NORTH[1], 3: EAST[0], 4: EAST[1]}
    Image.new("RGB", (900, 600), (150, 110, 70)).save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no_scripts"])
def test_oak_offcuts_are_dropped_off_in_three_taps(opens: Opens, keys: dict[str, Any], scripts: bool) -> None:
    """The photo shows the wood on the page of the lot, and no longer says where it was taken."""
    page = opens(**PHONE, storage_state=keys["member"], java_script_enabled=scripts)
    page.goto("/exchange/drop/")
    thumb = _drop(page, "12", photo=True)
    page.wait_for_url("**/exchange/lots/**")
    assert thumb.taps == TAPS
    assert page.locator(".label .num").inner_text().split() == ["12", "kg"]
    assert "Chutes de chêne" in page.locator(".label").inner_text()
    sent = Image.open(io.BytesIO(photo_of_a_telephone()))
    assert sent.getexif().get_ifd(GPS), "what was sent said where"
    for address in (page.locator(".photos a").get_attribute("href"), page.locator(".photos img").get_attribute("src")):
        served = page.request.get(address)
        assert served.ok
        shown = Image.open(io.BytesIO(served.body()))
        assert not shown.getexif(), "what is served says nothing"
        assert b"Exif" not in served.body()


def _drop(page: Any, kg: str, *, photo: bool = False) -> Thumb:
    """Choose what it is, type what the scales say, tap where it goes; and what was tapped for that."""
    thumb = Thumb()
    thumb.on(page.get_by_role("link", name="Chutes de bois"))
    page.locator("#kg").fill(kg)
    thumb.on(page.locator("main form button.btn"))
    page.wait_for_url("**kg=**")
    if photo:
        page.locator("details.why summary").first.click()
        page.locator("[name=title]").fill("Chutes de chêne")
        file = {"name": "bois.jpg", "mimeType": "image/jpeg", "buffer": photo_of_a_telephone()}
        page.locator("input[type=file]").set_input_files(file)
    thumb.on(page.get_by_role("button", name="RecycLab").first)
    return thumb


def test_who_looks_for_something_is_told_when_it_comes(neighbour: Any, member: Any) -> None:
    neighbour.goto("/exchange/wishes/")
    neighbour.get_by_role("link", name="Je cherche").click()
    form = neighbour.locator("main form")
    form.locator("[name=what]").select_option("material")
    form.locator("[name=spec]").select_option("wood_offcuts")
    form.locator("[name=title]").fill("Du chêne pour un banc")
    form.locator("[name=amount]").fill("7")
    form.locator("button.btn").click()
    neighbour.locator(".notice.done").wait_for()
    member.goto("/exchange/drop/")
    _drop(member, "9")
    member.wait_for_url("**/exchange/lots/**")
    lot = member.url
    told(neighbour, "Du chêne pour un banc").get_by_role("button").click()
    neighbour.wait_for_url(lot)


def test_a_drill_is_lent_and_comes_back(member: Any, steward: Any) -> None:
    member.goto("/exchange/tools/")
    member.get_by_role("link", name="Perceuse-visseuse").click()
    member.get_by_role("button", name="Réserver, gratuitement").click()
    member.locator(".notice.done").wait_for()
    steward.goto("/exchange/tools/loans/")
    steward.get_by_role("link", name="Perceuse-visseuse").first.click()
    out = steward.locator("section", has=steward.locator("[id^=t-out-]")).filter(has_text=NAMES["member"])
    out.get_by_role("button").click()
    steward.locator(".notice.done").wait_for()
    member.goto("/exchange/tools/loans/")
    assert "Perceuse-visseuse" in member.locator("main").inner_text()
    steward.goto("/exchange/tools/loans/")
    steward.get_by_role("link", name="Perceuse-visseuse").first.click()
    back = steward.locator("section", has=steward.locator("#t-back"))
    assert NAMES["member"] in steward.locator(".hero").inner_text()
    back.get_by_role("button").click()
    steward.locator(".notice.done").wait_for()
    member.goto("/exchange/tools/")
    line = member.locator("ul.tools li", has_text="Perceuse-visseuse")
    assert "jusqu" not in line.locator(".state").inner_text()


def test_the_story_of_an_offcut_says_where_it_came_from_and_its_sums(phone: Any) -> None:
    """A visitor reads it: the oak that was delivered, what was made of it, and every kilogram found again."""
    phone.goto("/exchange/?q=escalier")
    phone.locator("ul.tickets").get_by_role("link", name=STAIRS).first.click()
    phone.wait_for_url("**/exchange/lots/**")
    story = phone.locator("ol.thread")
    assert "Plateaux de chêne" in story.inner_text()
    phone.locator("figure details.why summary", has_text="tableau").click()
    table = phone.locator("figure table.data")
    found = [_kg(cell) for cell in table.locator("tbody td:nth-child(2)").all_inner_texts()]
    entered = [_kg(cell) for cell in table.locator("tfoot td:nth-child(2)").all_inner_texts()]
    assert sum(found) == pytest.approx(sum(entered))
    assert sum(entered) == 340
    story.get_by_role("link", name="Plateaux de chêne").first.click()
    phone.locator(".label", has_text="Plateaux de chêne").wait_for()


def _kg(text: str) -> float:
    found = KG.search(text)
    assert found is not None, text
    return float(re.sub(r"\s", "", found.group()).replace(",", "."))


def test_a_steward_weighs_a_lot_again(steward: Any) -> None:
    steward.goto("/exchange/?q=Tasseaux")
    steward.locator("ul.tickets a").first.click()
    steward.wait_for_url("**/exchange/lots/**")
    before = _kg(steward.locator(".label .num").inner_text())
    steward.locator("details.why summary", has_text="Peser").click()
    form = steward.locator("form[action$='/weigh/']")
    form.locator("[name=kg]").fill(f"{before - 0.5:.1f}".replace(".", ","))
    form.locator("button").click()
    steward.locator(".notice.done").wait_for()
    assert _kg(steward.locator(".label .num").inner_text()) == pytest.approx(before - 0.5)
    assert "pes" in steward.locator("ol.thread").inner_text().lower()


def test_a_repair_day_is_closed_with_its_sums(member: Any, steward: Any) -> None:
    steward.goto("/exchange/repairs/")
    steward.get_by_role("link", name="Fixer").click()
    steward.locator("main form [name=on]").fill("2026-11-12")
    steward.locator("main form button.btn").click()
    steward.wait_for_url("**/exchange/repairs/repair-day-**")
    day = steward.url
    member.goto(day)
    member.get_by_role("link", name="J’apporte un objet").click()
    member.locator("main form [name=device]").fill("Lampe de chevet")
    member.locator("main form [name=category]").select_option("lighting")
    member.locator("main form [name=weight_kg]").fill("1,2")
    member.locator("main form button.btn").click()
    member.locator(".notice.done").wait_for()
    steward.goto(day)
    steward.get_by_role("link", name="Lampe de chevet").click()
    steward.locator("main form [name=minutes]").fill("25")
    steward.locator("main form button.btn").click()
    steward.wait_for_url(day)
    steward.locator("form[action$='/close/'] button").click()
    steward.locator(".notice.done", has_text="close").first.wait_for()
    text = steward.locator("main").inner_text()
    assert "1,2" in text
    assert steward.locator("form[action$='/close/']").count() == 0
    assert "Lampe de chevet" in told(member, "Lampe de chevet").inner_text()
