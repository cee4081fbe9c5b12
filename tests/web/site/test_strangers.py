"""A stranger guesses addresses, and finds neither more than the links show nor whether there is something at all."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client

from tests.web.lived import LIVED_NOW
from tests.web.site.crawl import Answer, route_of
from tests.web.site.faults import nothing_of
from tests.web.site.nasty import RAW, guesses, patterns, twisted
from tests.web.site.people import agent_of, client_of

pytestmark = pytest.mark.usefixtures("lived")

WORDS_FOR_EACH_KEY = 5
Found = dict[str, list[Answer]]


def _quiet(who: str) -> Client:
    """A client that is shown what a browser is shown where something breaks."""
    return client_of(who, raise_request_exception=False)


@pytest.mark.parametrize(("who", "each"), [("visitor", 24), ("member", 6), ("steward", 6)])
def test_a_guessed_address_breaks_nothing(who: str, each: int) -> None:
    client = _quiet(who)
    asked = list(guesses(each))
    assert len(asked) > 2 * len(list(patterns())), "every pattern with parts is tried with many"
    nothing_of([fault for path in asked for fault in _faults(client, path)])


@pytest.mark.parametrize("who", ["visitor", "steward"])
def test_a_twisted_query_breaks_nothing(pages: Found, who: str) -> None:
    """Of a steward's pages those that a visitor has too get fewer words: they were twisted already."""
    client, others = _quiet(who), pages["visitor"] if who == "steward" else []
    known = {route_of(one.path) for one in others if one.is_page}
    each_route = {route_of(one.path): one for one in pages[who] if one.is_page}
    own, shared = (
        [_with_filters(one) for route, one in each_route.items() if (route in known) == both] for both in (False, True)
    )
    asked = [*twisted(own, WORDS_FOR_EACH_KEY), *twisted(shared, 1)]
    assert len(asked) > 10 * len(own)
    nothing_of([fault for path in asked for fault in _faults(client, path)])


def _with_filters(one: Answer) -> str:
    """An address with every key that the filters on its page know."""
    keys = [control.name for form in one.page.forms if form.method == "get" for control in form.controls]
    path = urlsplit(one.path)
    return f"{path.path}?{path.query}&{urlencode([(key, '') for key in keys if key])}"


def _faults(client: Client, path: str) -> list[str]:
    response = client.get(path)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    unescaped = [raw for raw in RAW if raw.encode() in content and "html" in response.headers.get("Content-Type", "")]
    broken = [str(response.status_code)] if response.status_code >= 500 else []
    split = ["a header came in"] if "a" in response.cookies else []
    return [f"{path[:200]}: {what}" for what in (*broken, *unescaped, *split)]


def test_what_only_others_see_is_closed_to_a_visitor(pages: Found) -> None:
    """Pages that nobody links to for a visitor say 403 or 404, or lead to the sign-in."""
    open_to_all = {one.path.partition("?")[0] for one in pages["visitor"]}
    client = _quiet("visitor")
    found = {one.path.partition("?")[0] for who in ("member", "steward") for one in pages[who] if one.is_page}
    others = found - open_to_all
    seen = {path: client.get(path) for path in others if path.startswith(("/me/", "/jobs/", "/village/", "/accounts/"))}
    leaks = {path: answer.status_code for path, answer in seen.items() if _is_open(path, answer)}
    assert seen
    nothing_of(leaks.items())


def _is_open(path: str, answer: Any) -> bool:
    """Whether a visitor got a page that is not for all."""
    public = ("/village/about/", "/accounts/signup/", "/accounts/login/")
    return answer.status_code == 200 and not path.startswith(public)


@pytest.mark.parametrize("who", ["visitor", "neighbour"])
def test_what_is_not_yours_looks_as_if_it_were_not_there(who: str) -> None:
    """The meter of a flat: whoever may not see it cannot even learn that it is there."""
    _meter_of("member")
    client = _quiet(who)
    for address in ("/meters/{}/", "/api/meters/{}"):
        answers = [client.get(address.format(id)) for id in ("flat-of-a-member", "flat-of-nobody-")]
        statuses = {one.status_code for one in answers}
        assert len(statuses) == 1
        assert statuses <= {401, 403, 404}
        bodies = {one.content.replace(b"flat-of-a-member", b"flat-of-nobody-") for one in answers}
        assert len(bodies) == 1, f"{address} tells apart what is not theirs and what is not there"


def test_who_owns_a_meter_sees_it() -> None:
    """Otherwise the test above would hold for a page that is not there at all."""
    _meter_of("member")
    assert client_of("member").get("/meters/flat-of-a-member/").status_code == 200


def _meter_of(who: str) -> None:
    from wikivillage.connectors.kinds import Register
    from wikivillage.web.meters.actions import add_meters
    from wikivillage.web.meters.describe import DescribedMeter, DescribedRegister

    register = DescribedRegister(Register("flat-of-a-member", "use", "electricity", "kWh"), "hour", None, "test")
    meter = DescribedMeter("flat-of-a-member", "Flat", "shared_houses", agent_of(who).pk, (register,), "test")
    add_meters(meters=[meter], at=LIVED_NOW)
