"""A passkey in a real browser, with an authenticator that the browser simulates: added, then it opens the door."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.browser.doing import sign_up
from tests.browser.served import Site, served

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""As a phone that knows its owner's finger."""


@pytest.fixture
def site(empty_sqlite: Path, tmp_path: Path) -> Iterator[Site]:
    """A site without a village."""
    with served(empty_sqlite, tmp_path, at=datetime.now(UTC), worker=False) as running:
        yield running
    assert running.troubles() == ""


@pytest.fixture
def page(site: Site) -> Iterator[Any]:
    """A page in French; passkeys need an address with a name."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Debian's chromium is not installed: passkeys were not tested")
    playwright = pytest.importorskip("playwright.sync_api")
    address = site.address.replace("127.0.0.1", "localhost")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_context(base_url=address, locale="fr-FR").new_page()
        browser.close()


def test_a_passkey_is_added_and_opens_the_door_alone(page: Any) -> None:
    talk = page.context.new_cdp_session(page)
    talk.send("WebAuthn.enable")
    talk.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_up(page, "zoe@example.org", "Zoé")
    page.goto("/accounts/2fa/webauthn/add/")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    page.goto("/accounts/2fa/webauthn/")
    assert "Ma clé d’accès" in page.locator("main").inner_text()
    page.goto("/me/")
    page.get_by_role("button", name="Se déconnecter", exact=True).click()
    page.goto("/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url("**localhost:*/")
    page.goto("/me/")
    assert "Zoé" in page.locator("h1").inner_text()
    assert "1 clé d’accès" in page.locator("main").inner_text()


def test_by_its_number_the_page_tells_where_passkeys_work(page: Any, site: Site) -> None:
    page.goto(f"{site.address}/accounts/login/")
    link = page.get_by_role("link", name="Ouvrir cette page sous localhost")
    assert link.get_attribute("href") == f"{page.url.replace('127.0.0.1', 'localhost')}"
