"""What visitors read is drawn once a minute; whoever is somebody, or reads otherwise, has a page of their own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.utils import translation

from wikivillage.web.shell.kept import View, kept_for_visitors


@pytest.fixture(autouse=True)
def a_minute(settings: Any, nothing_kept: None) -> Iterator[None]:
    caches["pages"].clear()
    settings.KEPT_SECONDS = 60
    with translation.override("fr"):
        yield


def _counting(status: int = 200, content_type: str = "text/html; charset=utf-8", form: bool = False) -> View[[]]:
    numbers = count(1)

    @kept_for_visitors
    def view(request: HttpRequest) -> HttpResponse:
        if form:
            get_token(request)
        return HttpResponse(str(next(numbers)), status=status, content_type=content_type)

    return view


def _read(view: View[[]], path: str = "/building/", method: str = "get", **cookies: str) -> str:
    request = getattr(RequestFactory(), method)(path)
    request.COOKIES.update(cookies)
    return view(request).content.decode()


def test_a_visitors_page_is_drawn_once() -> None:
    view = _counting()
    assert [_read(view), _read(view), _read(view)] == ["1", "1", "1"]


def test_with_nothing_kept_it_is_drawn_each_time(settings: Any) -> None:
    settings.KEPT_SECONDS = 0
    view = _counting()
    assert [_read(view), _read(view)] == ["1", "2"]


def test_another_address_language_or_light_is_another_page() -> None:
    view = _counting()
    assert _read(view) == "1"
    assert _read(view, "/building/?day=1") == "2"
    assert _read(view, theme="dark") == "3"
    with translation.override("en"):
        assert _read(view) == "4"
    assert _read(view) == "1"


@pytest.mark.parametrize("cookie", ["sessionid", "messages"])
def test_whoever_is_somebody_has_their_own_page_and_leaves_none_behind(cookie: str) -> None:
    view = _counting()
    assert [_read(view, **{cookie: "x"}), _read(view, **{cookie: "x"})] == ["1", "2"]
    assert _read(view) == "3"


def test_only_reading_is_kept() -> None:
    view = _counting()
    assert [_read(view, method="post"), _read(view, method="post"), _read(view)] == ["1", "2", "3"]


@pytest.mark.parametrize("page", [{"status": 404}, {"content_type": "text/csv"}, {"form": True}])
def test_a_missing_page_a_file_and_a_form_are_not_kept(page: dict[str, Any]) -> None:
    view = _counting(**page)
    assert [_read(view), _read(view)] == ["1", "2"]


def test_pages_without_end_push_out_no_count_of_tries_to_sign_in(ledger: None) -> None:
    cache.set("tries", 5, 300)
    view = _counting()
    for number in range(1500):
        _read(view, f"/building/?{number}")
    assert cache.get("tries") == 5
    assert _read(view, "/building/?0") != "1", "what was kept first gave way, or nothing was ever pushed out"
