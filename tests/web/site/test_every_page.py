"""What holds on every page that links lead to, for a visitor, a member and a steward, in French."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.web.site.catalogues import catalogue_of, read_catalogue, rooms
from tests.web.site.conftest import VIEWERS
from tests.web.site.crawl import Answer, route_of
from tests.web.site.faults import nothing_of
from tests.web.site.people import NAMES
from wikivillage.report.page import look

LIGHT = 200_000
HOLE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
ENGLISH = re.compile(r"\b(?:the|your|you|and|with|this|these|are|please|from|which|there)\b", re.IGNORECASE)
ENGLISH_NAMES = ("Residents of the shared houses", "Neighbours of Saint-Blaise", "Schools of the quarter")
"""The village file names organisations and households in one language."""
SCRIPTS_OF_OTHERS = ("/static/account/", "/static/mfa/", "/static/allauth/")
"""Passkeys need the scripts of allauth; there are no others."""

every_viewer = pytest.mark.parametrize("who", VIEWERS)
Found = dict[str, list[Answer]]


def test_there_is_something_to_look_at(pages: Found) -> None:
    """What follows would also hold where nothing was found."""
    routes = {who: {route_of(one.path) for one in pages[who] if one.is_page} for who in VIEWERS}
    assert len(routes["visitor"]) > 8
    assert len(routes["visitor"]) < len(routes["member"]) < len(routes["steward"])


@every_viewer
def test_no_link_is_broken(pages: Found, who: str) -> None:
    nothing_of([(one.path, one.status) for one in pages[who] if one.status not in (200, 302)])


@every_viewer
def test_a_page_has_one_heading_and_says_its_language(pages: Found, who: str) -> None:
    wrong = [
        (one.path, page.count("h1"), page.lang)
        for one, page in _read(pages[who])
        if (page.count("h1"), page.count("main"), page.lang) != (1, 1, "fr")
    ]
    nothing_of(wrong)


@every_viewer
def test_titles_tell_pages_apart(pages: Found, who: str) -> None:
    """Another page of the same list may have the same title, another thing may not."""
    titles = {one.path.partition("?")[0]: page.title for one, page in _read(pages[who])}
    nothing_of([path for path, title in titles.items() if not title.partition(" – ")[0].strip()])
    twice = {title for title, number in Counter(titles.values()).items() if number > 1}
    nothing_of({title: [path for path in titles if titles[path] == title] for title in twice}.items())


@every_viewer
def test_a_page_is_light(pages: Found, who: str) -> None:
    """Its text and its style sheets as they are sent, without figures."""
    heavy = {one.path: page.weight for one, page in _read(pages[who]) if page.weight + _sheets(page.sheets()) > LIGHT}
    nothing_of(heavy.items())


@every_viewer
def test_nothing_in_a_page_leads_elsewhere_by_itself(pages: Found, who: str) -> None:
    """No script but allauth's, no style in the page, nothing that is loaded from another host."""
    nothing_of([(one.path, fault) for one, page in _read(pages[who]) for fault in _foreign(page.tags)])


@every_viewer
def test_no_english_is_left_on_a_french_page(pages: Found, who: str) -> None:
    english = _english()
    left = [
        (one.path, words.text[:80])
        for one, page in _read(pages[who])
        for words in page.words
        if not words.lang.startswith(("en", "und")) and (english.fullmatch(words.text) or _sounds_english(words.text))
    ]
    nothing_of(left)


def test_no_name_is_on_a_public_page(pages: Found) -> None:
    seen = [(one.path, name) for one in pages["visitor"] for name in NAMES.values() if name.encode() in one.content]
    nothing_of(seen)
    assert any(NAMES["member"].encode() in one.content for one in pages["member"]), "they see their own"


def test_nobody_is_found_by_an_address_of_e_mail(pages: Found) -> None:
    nothing_of([one.path for one in pages["visitor"] if b"@people.example" in one.content])


def _read(found: list[Answer]) -> Iterator[tuple[Answer, object]]:
    return ((one, one.page) for one in found if one.is_page)


def _sheets(sheets: list[str]) -> int:
    return sum(len(look(sheet.rpartition("/")[2]).encode()) for sheet in sheets if "/look/" in sheet)


def _foreign(tags: list[tuple[str, dict[str, str]]]) -> Iterator[str]:
    for tag, given in tags:
        source = given.get("src", "")
        if "style" in given or tag == "style":
            yield f"a style in <{tag}>"
        if tag == "script" and not source.startswith(SCRIPTS_OF_OTHERS) and given.get("type") != "application/json":
            yield f"a script {source}"
        if any(name.startswith("on") for name in given):
            yield f"a handler in <{tag}>"
        if source.startswith(("http:", "https:", "//")) or tag in ("iframe", "object", "embed"):
            yield f"<{tag} src={source}>"


def _english() -> re.Pattern[str]:
    """Whatever stands in the code in English and reads otherwise in French, unless it is French for something else."""
    messages = [one for room in rooms() for one in read_catalogue(catalogue_of(room))]
    french = {text for one in messages for text in one.translations}
    texts = {text for one in messages for text in one.originals if text not in french and _can_be_told(text)}
    return re.compile("|".join(".+?".join(map(re.escape, HOLE.split(text))) for text in sorted(texts)) or "(?!)")


def _can_be_told(text: str) -> bool:
    """Whether it has words enough to be recognised: two, where something is filled in between them."""
    return len(re.findall(r"[^\W\d_]{3,}", HOLE.sub("", text))) > bool(HOLE.search(text))


def _sounds_english(text: str) -> bool:
    for name in ENGLISH_NAMES:
        text = text.replace(name, "")
    return len(ENGLISH.findall(text)) >= 2
