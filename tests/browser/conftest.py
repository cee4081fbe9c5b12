"""Fixtures of the tests in a browser: a site that is served, Debian's chromium, a phone, a desk, one without scripts.

Every context that a test opens is watched; what the pages did wrong fails the test at its end.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.browser.doing import set_up_app, sign_in
from tests.browser.guards import Watch
from tests.browser.served import Site, served
from tests.web.engines import empty_sqlite as empty_sqlite
from tests.web.engines import use_database
from tests.web.lived import LIVED_NOW
from tests.web.lived import lived_sqlite as lived_sqlite
from tests.web.lived import planned_week as planned_week
from tests.web.site.crawl import getter, route_of, walk
from tests.web.site.faults import nothing_of
from tests.web.site.people import address_of, client_of
from tests.web.site.village import lived_site as lived_site
from tests.web.site.village import present

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
FRENCH: dict[str, Any] = {"locale": "fr-FR", "timezone_id": "Europe/Paris"}
PATIENCE_MS = 10_000

Opens = Callable[..., Any]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Debian's chromium is."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("Debian's chromium is not installed: what needs a browser was not tested")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str, site: Site, addresses: dict[str, list[str]]) -> Iterator[Any]:
    """Debian's chromium, which downloads nothing of its own.

    Not for longer than a file, and after whatever asks Django's database: while it is there, this thread has a loop.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
        opened = driver.chromium.launch(executable_path=chromium, args=flags)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def site(chromium: str, lived_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site of a village that has lived, with its worker, for all tests of a process."""
    with served(lived_site, tmp_path_factory.mktemp("site"), at=LIVED_NOW) as running:
        yield running
    assert running.troubles() == "", "the server complained"


@pytest.fixture
def watch(site: Site) -> Iterator[Watch]:
    """Whatever goes wrong in the pages of a test fails it at its end."""
    watching = Watch(site.host)
    yield watching
    nothing_of(watching.faults)


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


@pytest.fixture(scope="session")
def kept_keys() -> dict[str, Any]:
    """What ``keys`` has found once: a second factor is set up only once."""
    return {}


@pytest.fixture(scope="module")
def keys(browser: Any, site: Site, kept_keys: dict[str, Any]) -> dict[str, Any]:
    """The cookies of a member, and of a steward who has set a second factor up; each signed in once in a run."""
    return _signed_in(browser, site, kept_keys, "member", "steward")


@pytest.fixture(scope="module")
def neighbour_key(browser: Any, site: Site, kept_keys: dict[str, Any]) -> Any:
    """The cookies of another member."""
    return _signed_in(browser, site, kept_keys, "neighbour")["neighbour"]


def _signed_in(browser: Any, site: Site, kept: dict[str, Any], *people: str) -> dict[str, Any]:
    """What was kept, with these people in it."""
    for who in set(people) - set(kept):
        context = browser.new_context(base_url=site.address, **FRENCH)
        page = context.new_page()
        sign_in(page, address_of(who))
        if who == "steward":
            set_up_app(page)
        kept[who] = context.storage_state()
        context.close()
    return kept


@pytest.fixture
def member(opens: Opens, keys: dict[str, Any]) -> Any:
    """A member on a phone."""
    return opens(**PHONE, storage_state=keys["member"])


@pytest.fixture
def neighbour(opens: Opens, neighbour_key: Any) -> Any:
    """Another member on a phone."""
    return opens(**PHONE, storage_state=neighbour_key)


@pytest.fixture
def steward(opens: Opens, keys: dict[str, Any]) -> Any:
    """A steward on a phone, signed in with a second factor."""
    return opens(**PHONE, storage_state=keys["steward"])


@pytest.fixture(scope="session")
def addresses(lived_site: Path, django_db_blocker: Any) -> dict[str, list[str]]:
    """One page of each pattern for whom it is first open: a visitor, else a member, else a steward."""
    found: dict[str, list[str]] = {}
    known: set[str] = set()
    with django_db_blocker.unblock(), use_database(f"sqlite:///{lived_site}"), present(), transaction.atomic():
        for who in ("visitor", "member", "steward"):
            opened = [
                one for one in walk(getter(client_of(who, raise_request_exception=False)), of_each=1) if one.is_page
            ]
            found[who] = [one.path for one in opened if route_of(one.path) not in known]
            known |= {route_of(one.path) for one in opened}
        transaction.set_rollback(True)
    return found
