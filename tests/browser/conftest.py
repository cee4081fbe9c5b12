"""Fixtures of the tests in a browser: a site that is served, Debian's chromium, a phone, a desk, one without scripts.

Every context that a test opens is watched; what the pages did wrong fails the test at its end.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.guards import Watch
from tests.browser.served import Site, served

CHROMIUM = shutil.which("chromium")
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
FRENCH: dict[str, Any] = {"locale": "fr-FR", "timezone_id": "Europe/Paris"}
PATIENCE_MS = 10_000

Opens = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's chromium, which downloads nothing of its own."""
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed: what needs a browser was not tested")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def site(browser: Any, lived_village: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of a village that has lived, with its worker, for all tests of a process."""
    with served(lived_village, tmp_path_factory.mktemp("site")) as running:
        yield running
    assert running.troubles() == "", "the server complained"


@pytest.fixture
def watch(site: Site) -> Iterator[Watch]:
    """Whatever goes wrong in the pages of a test fails it at its end."""
    watching = Watch(site.host)
    yield watching
    assert watching.faults == []


@pytest.fixture
def opens(browser: Any, site: Site, watch: Watch) -> Iterator[Opens]:
    """Opens a page in a context of its own, in French unless told otherwise."""
    contexts: list[Any] = []

    def opened(**options: Any) -> Any:
        context = browser.new_context(**{"base_url": site.address, **FRENCH, **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        watch.over(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def phone(opens: Opens) -> Any:
    """A page on a phone."""
    return opens(**PHONE)


@pytest.fixture
def desk(opens: Opens) -> Any:
    """A page on a desk."""
    return opens(**DESK)


@pytest.fixture
def no_script(opens: Opens) -> Any:
    """A page on a phone that runs no script."""
    return opens(**PHONE, java_script_enabled=False)
