"""Scanned, typed, retired, unknown: where a code leads; who prints, lists, replaces and retires labels."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tests.web.accounts.people import account, browser, sign_in_steward, sign_up
from wikivillage.web.labels.actions import put_label, retire_label
from wikivillage.web.labels.models import Label
from wikivillage.web.labels.qr import drawn
from wikivillage.web.labels.queries import find_label
from wikivillage.web.labels.views import MOST_PRINTED
from wikivillage.web.registry.role_actions import give_role

AT = datetime(2026, 4, 16, 9, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture
def printer() -> Label:
    """The label of a machine."""
    return put_label(kind="unit", thing="printer", path="/building/", title="3D <printer>", at=AT)


def member(email: str = "mia@example.org") -> Client:
    """A member of the village."""
    client = sign_up(email, "Mia")
    agent = account(email).agent
    assert agent is not None
    give_role(agent=agent, word="member", at=AT)
    return client


def test_a_scanned_code_leads_to_the_thing(printer: Label) -> None:
    for address in (f"/l/{printer.code}/", f"/l/{printer.code.lower()}/", f"/l/?code={printer.code}"):
        last = Client().get(address, follow=True).redirect_chain[-1]
        assert last == ("/building/", 302), address
    assert Client().get(f"/l/{printer.code}").status_code == 301, "without the stroke at its end"


@pytest.mark.parametrize("typed", ["ZZZZ", "none", "%3Cscript%3E", "a%00b", "x" * 500])
def test_an_unknown_code_asks_again(typed: str) -> None:
    page = browser().get(f"/l/{typed}/")
    assert page.status_code == 404
    if "%00" not in typed:
        assert 'name="code"' in page.content.decode()
        assert "No label has this code." in page.content.decode()
        assert "<script>" not in page.content.decode()
    assert browser().get(f"/l/?code={typed}", follow=True).status_code == 404


def test_a_field_for_whoever_types() -> None:
    page = browser().get("/l/")
    assert page.status_code == 200
    assert "Type the code of a label." in page.content.decode()
    assert browser().post("/l/").status_code == 405


def test_a_retired_label_says_so(printer: Label) -> None:
    retire_label(kind="unit", thing="printer", at=AT, by="")
    page = browser().get(f"/l/{printer.code}/")
    assert page.status_code == 410
    assert "3D &lt;printer&gt;" in page.content.decode()
    assert "The thing is no longer in use here." in page.content.decode()
    newer = put_label(kind="unit", thing="printer", path="/building/", title="3D printer", at=AT)
    page = browser().get(f"/l/{printer.code}/")
    assert page.status_code == 410
    assert f'href="/l/{newer.code}/"' in page.content.decode()


def test_strangers_and_guests_print_nothing(printer: Label) -> None:
    addresses = [f"/labels/?code={printer.code}", f"/labels/sheet.pdf?code={printer.code}", f"/labels/{printer.code}/"]
    for address in [*addresses, "/labels/", "/labels/kinds/unit/"]:
        assert Client().get(address).status_code == 403, address
    guest = sign_up("gus@example.org")
    assert [guest.get(address).status_code for address in addresses] == [403] * 3


def test_members_print_and_change_nothing(printer: Label) -> None:
    mia = member()
    assert mia.get(f"/labels/{printer.code}/").status_code == 200
    assert mia.get("/labels/").status_code == 403
    assert mia.get("/labels/kinds/unit/").status_code == 403
    for verb in ("retire", "replace"):
        assert mia.post(f"/labels/{printer.code}/{verb}/").status_code == 403
    assert find_label("unit", "printer") == printer


def test_a_sheet_has_each_label_once_with_its_code(printer: Label, settings: Any) -> None:
    settings.ORIGIN = "https://village.example"
    saw = put_label(kind="unit", thing="saw", path="/building/", title="Saw", at=AT)
    sheet = member().get(f"/labels/?code={saw.code}&code={printer.code}&code={saw.code}&code=nothing")
    shown = sheet.content.decode()
    assert shown.count('class="qr"') == 2
    assert shown.index("Saw") < shown.index("3D &lt;printer&gt;")
    assert drawn(f"https://village.example/l/{saw.code}/", "QR code of Saw") in shown
    assert f'>village.example<span class="nb">/l/{saw.code}</span>' in shown
    assert "1 code leads to no label that counts." in shown
    assert f"/labels/sheet.pdf?code={saw.code}&amp;code={printer.code}&amp;size=small" in shown
    assert "2 labels to print." in shown
    large = member("max@example.org").get(f"/labels/?code={saw.code}&size=large").content.decode()
    assert "99.1 by 67.7" in large
    assert "labels/large.css" in large


def test_without_an_origin_the_address_is_that_of_the_request(printer: Label, settings: Any) -> None:
    settings.ORIGIN = ""
    assert (
        drawn(f"http://testserver/l/{printer.code}/", "QR code of 3D <printer>")
        in member().get(f"/labels/{printer.code}/").content.decode()
    )


def test_a_sheet_of_codes_that_lead_nowhere_is_empty() -> None:
    shown = member().get("/labels/?code=&code=%00&code=nothing").content.decode()
    assert "0 labels to print." in shown
    assert "3 codes lead to no label that counts." in shown


def test_no_more_is_printed_than_ten_sheets(printer: Label) -> None:
    query = "&".join(f"code={number}" for number in range(2 * MOST_PRINTED))
    assert f"{MOST_PRINTED} codes lead to no label" in member().get(f"/labels/?{query}").content.decode()


def test_a_steward_looks_after_labels(printer: Label) -> None:
    steward = sign_in_steward()
    assert 'href="/labels/kinds/unit/"' in steward.get("/labels/").content.decode()
    listed = steward.get("/labels/kinds/unit/").content.decode()
    assert f'value="{printer.code}"' in listed
    assert steward.get("/labels/kinds/nothing/").status_code == 404
    assert steward.get("/labels/nothing/").status_code == 404
    assert steward.post("/labels/nothing/retire/").status_code == 404

    page = steward.post(f"/labels/{printer.code}/replace/", follow=True)
    newer = find_label("unit", "printer")
    assert newer is not None
    assert page.redirect_chain == [(f"/labels/{newer.code}/", 302)]
    again = steward.post(f"/labels/{printer.code}/replace/", follow=True)
    assert again.redirect_chain == [(f"/labels/{printer.code}/", 302)]
    assert "This label counted no more already." in again.content.decode()
    assert f"The new one is {newer.code}." in again.content.decode()

    ended = steward.post(f"/labels/{newer.code}/retire/", follow=True).content.decode()
    assert "The label counts no more. Take it off." in ended
    assert (
        "This label counted no more already."
        in steward.post(f"/labels/{newer.code}/retire/", follow=True).content.decode()
    )
    assert re.search(
        "They count no more.*" + newer.code, steward.get("/labels/kinds/unit/").content.decode(), re.DOTALL
    )


def test_pages_are_asked_for_and_forms_are_sent(printer: Label) -> None:
    steward = sign_in_steward()
    assert steward.get(f"/labels/{printer.code}/retire/").status_code == 405
    assert steward.get(f"/labels/{printer.code}/replace/").status_code == 405
    assert steward.post("/labels/").status_code == 405


def test_where_nothing_has_a_label() -> None:
    assert "Nothing has a label yet." in sign_in_steward().get("/labels/").content.decode()
