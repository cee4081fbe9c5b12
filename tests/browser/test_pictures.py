"""Pictures of the main pages, phone and desk, in French: they can be taken, and are small enough to be kept.

``python -m tests.browser.screens`` takes those that are kept under ``docs/screens/``. The village's clock stands on an
afternoon of November, so that the same site gives the same pictures.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import DESK, PHONE, Opens
from tests.browser.served import PICTURES
from wikivillage.web.demonstration.facts import entry_id
from wikivillage.web.demonstration.lot_life import OAK

TALLEST = 1800
"""Pixels of a page that are shown."""
HEAVIEST = 300_000
PAGES = {
    "pulse": "/",
    "building": "/building/",
    "room": "/building/fablab/",
    "meters": "/meters/",
    "meter": "/meters/pv-roof/?span=week",
    "events": "/ledger/events/?spec=electricity&first=2026-11-11&last=2026-11-11",
    "trace": "/ledger/trace/rain_tank/?kind=stock",
    "plan": "/plans/1/",
    "compare": "/plans/compare/?a=1&b=2",
    "mine": "/me/",
    "find": "/bookings/?n=6&when=tomorrow-evening",
    "lot": f"/exchange/lots/{entry_id('run', OAK)}-2/",
}
"""The main pages."""
ON_PHONE = {
    "machines": "/bookings/machines/",
    "lots": "/exchange/",
    "tools": "/exchange/tools/",
    "repairs": "/exchange/repairs/",
}
"""Pages that are opened standing, beside the thing."""
DAY_SHEET = "/bookings/day/?day=2026-11-12"
DARK = ("pulse", "building")
SIZES = {"phone": PHONE, "desk": DESK}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the pictures go: with the test, unless they are kept."""
    wanted = Path(os.environ.get(PICTURES) or tmp_path)
    wanted.mkdir(parents=True, exist_ok=True)
    return wanted


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_the_main_pages(opens: Opens, keys: dict[str, Any], folder: Path, size: str) -> None:
    page = opens(**SIZES[size], storage_state=keys["member"])
    page.goto("/got-it/")
    for name, path in PAGES.items():
        _take(page, path, folder / f"{name}-{size}.png", SIZES[size])
    dark = opens(**SIZES[size], storage_state=keys["member"], color_scheme="dark")
    dark.goto("/got-it/")
    for name in DARK:
        _take(dark, PAGES[name], folder / f"{name}-{size}-dark.png", SIZES[size])


def test_pictures_of_what_is_opened_standing(opens: Opens, keys: dict[str, Any], folder: Path) -> None:
    page = opens(**PHONE, storage_state=keys["member"])
    page.goto("/got-it/")
    for name, path in ON_PHONE.items():
        _take(page, path, folder / f"{name}-phone.png", PHONE)
    page.goto(PAGES["find"])
    page.locator("button[name=slot]").first.click()
    page.wait_for_url(lambda url: "?" not in url)
    _take(page, page.url, folder / "booking-phone.png", PHONE)


def test_a_picture_of_the_day_sheet(opens: Opens, keys: dict[str, Any], folder: Path) -> None:
    page = opens(**DESK, storage_state=keys["steward"])
    page.goto("/got-it/")
    _take(page, DAY_SHEET, folder / "day-sheet-desk.png", DESK)


def test_a_picture_of_a_first_visit(opens: Opens, folder: Path) -> None:
    _take(opens(**PHONE), "/", folder / "first-visit-phone.png", PHONE)


def _take(page: Any, path: str, file: Path, size: dict[str, Any]) -> None:
    """The page from its top, as far as it is long and a picture may be: the screen is made as tall."""
    width = size["viewport"]["width"]
    page.set_viewport_size(size["viewport"])
    assert page.goto(path).status == 200, path
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(min(height, TALLEST), 600)})
    page.screenshot(path=file, scale="css", animations="disabled", caret="hide")
    assert 10_000 < file.stat().st_size < HEAVIEST, f"{file.name} has {file.stat().st_size} bytes"
