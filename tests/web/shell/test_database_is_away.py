"""Where not even the session can be read, there is still a page that says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import RequestFactory
from django.utils import translation

from wikivillage.web.shell import errors


def test_a_page_is_shown_without_asking_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("could not connect to server")

    monkeypatch.setattr(errors, "render", away)
    with translation.override("fr"):
        try:
            away()
        except OperationalError:
            answer = errors.our_mistake(RequestFactory().get("/building/"))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Rien n’a été écrit" in answer.content.decode()


def test_any_other_fault_is_not_called_a_busy_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "render", lambda request, name, context, status: (name, status))
    try:
        raise KeyError("ours")
    except KeyError:
        assert errors.our_mistake(RequestFactory().get("/building/")) == ("shell/our_mistake.html", 500)
