"""What a stranger, a broken program or somebody with bad intentions sends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from django.urls import URLPattern, URLResolver, get_resolver

SCRIPT = "<script>alert(461)</script>\"'><img src=x onerror=alert(461)>{{ 7|add:7 }}"
RAW = ("<script>alert(461)", "<img src=x onerror")
"""What would be in a page that did not escape it."""
WORDS = (
    *("", "x", "-1", "0", "99999999999999999999999", "1e400", "NaN", "\x00", "a\x00b", "\ud7ff\U0001f9ff", "x" * 5000),
    *("../../etc/passwd", "' OR 1=1 --", "2026-02-30", "9999-12-31", "0001-01-01", "2026-01-01T25:00", SCRIPT),
)
"""Values for keys of a query, or for a part of an address."""
BYTES = ("%ff%fe", "%00", "%c0%af", "%80", "..%2f..%2f", "%0d%0aSet-Cookie:a=b")
"""Parts of an address as they are sent, broken as UTF-8 or as lines."""


def patterns() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pattern of an address, and its converters by name."""
    yield from _below(get_resolver().url_patterns, "")


def _below(some: list[Any], before: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in some:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _below(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield route, one.pattern.converters


def guesses(each: int = len(WORDS) + len(BYTES)) -> Iterator[str]:
    """Addresses of every pattern, with so many words in its parts that somebody could guess, others in each."""
    words = cycle([*map(quote_all, WORDS[1:]), *BYTES])
    for route, converters in patterns():
        if "(?P" not in route and "^" not in route:
            for word in islice(words, each) if converters else [""]:
                yield "/" + _filled(route, converters, word)


def _filled(route: str, converters: dict[str, Any], word: str) -> str:
    for name, converter in converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        part = f"<{kind}:{name}>" if f"<{kind}:{name}>" in route else f"<{name}>"
        route = route.replace(part, word)
    return route


def quote_all(word: str) -> str:
    """A word as a part of an address."""
    return quote(word, safe="")


def twisted(paths: Iterable[str], each: int) -> Iterator[str]:
    """Addresses with each key of their queries, and a few that they may not know, holding something else: so many
    words for each key, others for each."""
    words = cycle(WORDS)
    for parts in map(urlsplit, paths):
        known = parse_qsl(parts.query, keep_blank_values=True)
        for key in dict.fromkeys([*(name for name, _ in known), "page", "next"]):
            kept = [(name, value) for name, value in known if name != key]
            for word in islice(words, each):
                yield f"{parts.path}?{urlencode([*kept, (key, word)])}"
        yield f"{parts.path}?page=%ff%fe"
