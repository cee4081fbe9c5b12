"""Without a mouse, and on paper."""

from __future__ import annotations

from typing import Any

import pytest

PAGES = ("/", "/building/", "/meters/", "/ledger/events/", "/plans/", "/accounts/signup/")
STEPS = 30
"""How often the tab key is pressed on each page. A link in a drawing shows its focus by the frame of its room."""
FOCUSED = """() => { const one = document.activeElement, box = one.getBoundingClientRect();
  const room = one.ownerSVGElement && one.querySelector('rect'), look = getComputedStyle(room || one);
  return { tag: one.tagName, text: (one.textContent || one.name || '').trim().slice(0, 30), index: one.tabIndex,
    line: room ? look.stroke : look.outlineStyle, width: parseFloat(room ? look.strokeWidth : look.outlineWidth) || 0,
    seen: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight }; }"""


@pytest.mark.parametrize("path", PAGES)
def test_the_tab_key_goes_everywhere_and_shows_where_it_is(desk: Any, path: str) -> None:
    desk.goto(path)
    visited = []
    for _ in range(STEPS):
        desk.keyboard.press("Tab")
        visited.append(desk.evaluate(FOCUSED))
    inside = [one for one in visited if one["tag"] != "BODY"]
    assert inside[0]["text"] == "Aller au contenu", "the first step offers to skip the navigation"
    assert [one for one in inside if not one["seen"]] == [], "what has the focus is on the screen"
    assert [one for one in inside if one["line"] == "none" or one["width"] < 2] == [], "and is outlined"
    assert [one for one in inside if one["index"] > 0] == [], "in the order of the page"


def test_the_skip_link_leads_to_the_content(desk: Any) -> None:
    desk.goto("/meters/")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    assert desk.evaluate("document.activeElement.id") == "content"
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.closest('main') !== null")


def test_a_form_is_filled_and_sent_with_the_keyboard(desk: Any) -> None:
    desk.goto("/accounts/login/code/")
    desk.locator("main input[type=email]").focus()
    desk.keyboard.type("nobody@people.example")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/accounts/login/code/confirm/")


@pytest.mark.parametrize("path", ["/", "/building/", "/ledger/events/", "/plans/1/"])
def test_a_page_is_printed_without_its_navigation_in_black_on_white(desk: Any, path: str) -> None:
    desk.goto(path)
    desk.emulate_media(media="print", color_scheme="dark")
    assert desk.locator("nav.nav").is_hidden()
    assert desk.locator(".skip").is_hidden() or desk.evaluate("document.querySelector('.skip').offsetTop") < 0
    ink, paper = desk.evaluate(
        "(() => { const look = getComputedStyle(document.body); return [look.color, look.backgroundColor]; })()"
    )
    assert _light(ink) < 80
    assert _light(paper) > 200 or "rgba(0, 0, 0, 0)" in paper
    assert len(desk.pdf(format="A4")) > 10_000


def _light(colour: str) -> float:
    """How light ``rgb(1, 2, 3)`` is, from 0 to 255."""
    parts = [float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    return sum(parts) / 3
