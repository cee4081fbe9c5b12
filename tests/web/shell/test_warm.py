"""Before a server lets anybody in it draws a page of each kind; whatever goes wrong with that, it begins."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from django.utils import translation

from wikivillage.web import server
from wikivillage.web.shell.context import DOORS
from wikivillage.web.warm import draw_each_kind, warm

HOST = "127.0.0.1:8000"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    with translation.override("en"):
        yield
    gc.unfreeze()


def answering(page: str, broken: str = "") -> tuple[Callable[..., Iterable[bytes]], list[dict[str, Any]]]:
    """A site with the same page everywhere and one that breaks, and what it was asked for."""
    asked: list[dict[str, Any]] = []

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        asked.append(environ)
        start("200 OK", [])
        if environ["PATH_INFO"] == broken:
            raise ValueError(broken)
        return [page.encode()]

    return application, asked


def test_the_navigation_comes_first_in_each_language_then_one_page_of_each_kind() -> None:
    links = ("/meters/one/", "/meters/two/", "/ledger/events/?day=1", "/api/docs", "/accounts/login/", "/nothing/here/")
    more = ("/building/places.csv", "https://elsewhere.example/", "/static/x.css")
    application, asked = answering("".join(f'<a href="{link}">x</a>' for link in (*links, *more)))
    drawn = list(draw_each_kind(application, HOST))
    doors = [f"{language} {door.path}" for door in DOORS for language in ("fr", "en")]
    assert drawn[: len(doors)] == doors
    assert sorted(drawn[len(doors) :]) == ["en /meters/one/", "fr /meters/one/"]
    assert {one["HTTP_HOST"] for one in asked} == {HOST}
    assert {one["REQUEST_METHOD"] for one in asked} == {"GET"}


def test_a_page_that_breaks_stops_no_other() -> None:
    application, asked = answering("", broken="/")
    assert len(list(draw_each_kind(application, HOST))) == len(asked) == 2 * len(DOORS)


@pytest.mark.parametrize(("seconds", "drawn"), [(0.0, 0), (60.0, 2 * len(DOORS))])
@pytest.mark.usefixtures("database")
def test_readers_are_let_in_after_a_while_whatever_is_left(seconds: float, drawn: int) -> None:
    application, asked = answering("")
    warm(application, host=HOST, seconds=seconds)
    assert len(asked) == drawn


@pytest.mark.usefixtures("database")
def test_no_connection_goes_to_the_processes_that_are_split_off() -> None:
    application, _asked = answering("")
    connections["default"].ensure_connection()
    warm(application, host=HOST)
    assert connections["default"].connection is None


@pytest.mark.usefixtures("database")
def test_what_was_drawn_is_kept_for_the_first_reader(settings: Any) -> None:
    caches["pages"].clear()
    settings.KEPT_SECONDS = 60
    assert f"en {DOORS[1].path}" in list(draw_each_kind(get_wsgi_application(), "testserver"))
    kept = Client(headers={"accept-language": "en"}).get(DOORS[1].path)
    assert kept.status_code == 200
    assert kept.templates == [], "it was not drawn again"
    caches["pages"].clear()


@pytest.mark.parametrize("arbiter", [SimpleNamespace(), SimpleNamespace(address=[], app=None)])
def test_nothing_stops_the_start(arbiter: Any) -> None:
    server._warm(arbiter)
