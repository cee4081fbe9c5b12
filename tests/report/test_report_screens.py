"""The page in a browser: no sideways scroll, no text below 12 px, nothing for axe to say, nothing fetched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from wikivillage.report.page import render_html

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed")
playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

SMALL_TEXTS = """() => [...document.querySelectorAll('svg text')].filter(text => text.getBoundingClientRect().height &&
  parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a < 11.99).map(text => text.textContent)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(drawn: tuple[dict[str, Any], pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> str:
    page: Path = tmp_path_factory.mktemp("page") / "report.html"
    page.write_text(render_html(*drawn, "fr"), "utf-8")
    return page.as_uri()


@pytest.mark.parametrize(
    ("width", "scheme"), [(390, "light"), (1280, "dark"), (320, "light"), (768, "light"), (1200, "light")]
)
def test_a_screen(browser: Any, address: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SMALL_TEXTS) == []
    assert asked == [address]
    found = axe.Axe().run(page)
    assert [violation["id"] for violation in found.response["violations"]] == []
    context.close()
