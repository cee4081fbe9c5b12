"""A link to a page for whoever is signed in: it leads there, or first to the sign-in."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from wikivillage.web.accounts.models import Account
from wikivillage.web.shell.templatetags.village import way_to


@pytest.mark.parametrize(
    ("name", "args", "query", "address"),
    [
        ("exchange:drop", (), {}, "/exchange/drop/"),
        ("exchange:lot", ("a-lot",), {}, "/exchange/lots/a-lot/"),
        (
            "exchange:wish_new",
            (),
            {"side": "need", "q": "clé & vis"},
            "/exchange/wishes/new/?side=need&q=cl%C3%A9+%26+vis",
        ),
    ],
)
def test_whoever_is_signed_in_goes_there_and_a_visitor_signs_in_first(
    name: str, args: tuple[str, ...], query: dict[str, str], address: str
) -> None:
    request = HttpRequest()
    request.user = Account(email="zoe@example.org")
    assert way_to({"request": request}, name, *args, **query) == address
    request.user = AnonymousUser()
    door = urlsplit(way_to({"request": request}, name, *args, **query))
    assert door.path == "/accounts/login/"
    assert parse_qs(door.query) == {"next": [address]}
