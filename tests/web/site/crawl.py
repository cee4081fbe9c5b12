"""Walking through the site by its links, as somebody who is there for the first time, or as a machine that guesses."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from tests.web.site.parsed import Page, read_page

BASE = "http://testserver"
NOT_FOLLOWED = ("/shell/", "/static/", "/accounts/logout/", "/api/")
"""Addresses that change how everything is read, or hold no page."""


@dataclass(frozen=True)
class Answer:
    """What came back from an address."""

    path: str
    status: int
    kind: str
    content: bytes

    @property
    def is_page(self) -> bool:
        """Whether it is read by people."""
        return self.status == 200 and self.kind.startswith("text/html")

    @cached_property
    def page(self) -> Page:
        """The page, read once."""
        return read_page(self.content)


Get = Callable[[str], Answer]


def getter(client: Any) -> Get:
    """Asks through Django's own client, without a server."""

    def get(path: str) -> Answer:
        response = client.get(path, follow=False)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        to_keep = response.headers.get("Content-Disposition", "").startswith("attachment")
        kind = "a file to keep" if to_keep else response.headers.get("Content-Type", "")
        return Answer(path, response.status_code, kind, content)

    return get


def route_of(path: str) -> str:
    """The pattern of an address: all rooms of the building are one. Raises Resolver404."""
    return str(resolve(urlsplit(path).path).route)


def walk(get: Get, starts: Iterable[str] = ("/",), *, of_each: int = 3, base: str = BASE) -> Iterator[Answer]:
    """Every answer that links lead to, so many of each pattern, the nearest first. What is no page ends its path."""
    waiting, seen = deque(starts), set(starts)
    taken: Counter[str] = Counter()
    while waiting:
        path = waiting.popleft()
        route = _route(path)
        if taken[route] >= of_each:
            continue
        taken[route] += 1
        answer = get(path)
        yield answer
        if answer.is_page:
            new = [one for one in _inner(answer.page, path, base) if one not in seen]
            seen.update(new)
            waiting.extend(new)


def _route(path: str) -> str:
    try:
        return route_of(path)
    except Resolver404:
        return path


def _inner(page: Page, path: str, base: str) -> list[str]:
    """Paths with their queries."""
    found = [urlsplit(link) for link in page.links(f"{base}{path}")]
    paths = [one.path + (f"?{one.query}" if one.query else "") for one in found]
    return [one for one in paths if not one.startswith(NOT_FOLLOWED)]
