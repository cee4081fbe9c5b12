"""Every page on a phone in the light and on a desk in the dark: axe finds nothing, nothing is cut off or too small."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import DESK, PHONE, Opens
from tests.browser.looking import OPEN_ALL, axe, too_small, too_wide
from tests.web.site.faults import nothing_of

VIEWERS = ("visitor", "member", "steward")
NARROW = {"width": 320, "height": 800}

every_viewer = pytest.mark.parametrize("who", VIEWERS)


def _page(opens: Opens, keys: dict[str, Any], who: str, **options: Any) -> Any:
    state = {"storage_state": keys[who]} if who in keys else {}
    return opens(**options, **state)


@every_viewer
def test_on_a_phone(opens: Opens, keys: dict[str, Any], addresses: dict[str, list[str]], who: str) -> None:
    page = _page(opens, keys, who, **PHONE)
    faults = []
    for address in addresses[who]:
        page.set_viewport_size(PHONE["viewport"])
        page.goto(address)
        found = [*axe(page), *too_small(page)]
        page.evaluate(OPEN_ALL)
        found += too_wide(page)
        page.set_viewport_size(NARROW)
        faults += [f"{address} {fault}" for fault in (*found, *too_wide(page))]
    nothing_of(faults)


@every_viewer
def test_on_a_desk_in_the_dark(opens: Opens, keys: dict[str, Any], addresses: dict[str, list[str]], who: str) -> None:
    page = _page(opens, keys, who, **DESK, color_scheme="dark")
    faults = []
    for address in addresses[who]:
        page.goto(address)
        page.evaluate(OPEN_ALL)
        faults += [f"{address} {fault}" for fault in (*axe(page), *too_wide(page))]
    nothing_of(faults)


def test_a_page_says_when_it_is_wrong(opens: Opens) -> None:
    """The looks above find what they look for."""
    page = opens(**PHONE)
    page.goto("/accounts/login/")
    page.evaluate("""() => { const main = document.querySelector('main');
      main.innerHTML += '<img src="data:,"><p>' + 'wide'.repeat(99) + '</p><button>x</button>'
        + '<svg viewBox="0 0 1000 100" width="100"><text y="50">tiny</text></svg>'; }""")
    assert any(fault.startswith("image-alt") for fault in axe(page))
    assert too_wide(page)
    assert any("figure" in fault for fault in too_small(page))
    assert any("thumb" in fault for fault in too_small(page))
