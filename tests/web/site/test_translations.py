"""Every word of the site is said in French: nothing is missing, left over, or unlike what it was made from."""

from __future__ import annotations

import gettext
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import translation

from tests.web.site.catalogues import WEB, Message, catalogue_of, read_catalogue, rooms
from tests.web.site.faults import nothing_of

GETTEXT = shutil.which("xgettext") and shutil.which("msgfmt")
needs_gettext = pytest.mark.skipif(not GETTEXT, reason="gettext is not installed: catalogues were not made again")
OPTIONS = ("-l", "fr", "--no-wrap", "--no-obsolete", "--no-location", "--verbosity", "0")

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
MARKUP = re.compile(r"<[^>]*>|https?://\S+|\S+@\S+|/\w[\w/]*/")
NAMED = [pytest.param(room, id=room.name) for room in rooms()]

WRONG_FRENCH = {
    "an ordinary space before : ; ? ! % or »": re.compile(r"[ ][:;?!%»]"),
    "no space before ; ? or !": re.compile(r"[\w)»][;?!]"),
    "no space before :": re.compile(r"[^\W\d]:(?!\S)"),
    "no space before %": re.compile(r"\w%"),
    "an ordinary space after «": re.compile(r"«(?![\u00a0\u202f])"),
    "no space before »": re.compile(r"(?<![\u00a0\u202f])»"),
    "a typewriter's apostrophe": re.compile(r"\w'\w"),
    "typewriter's quotes": re.compile(r'"'),
    "three dots in place of …": re.compile(r"\.\.\."),
    "an exclamation": re.compile(r"!"),
}


@pytest.fixture(scope="module")
def made_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all rooms with their catalogues made again from the code."""
    copy = tmp_path_factory.mktemp("words") / "web"
    shutil.copytree(WEB, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "static"))
    command = [sys.executable, "-m", "django", "makemessages", *OPTIONS]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    return copy


@needs_gettext
@pytest.mark.parametrize("room", NAMED)
def test_a_catalogue_has_what_is_in_the_code_and_nothing_else(room: Path, made_again: Path) -> None:
    kept = {one.key for one in read_catalogue(catalogue_of(room))}
    wanted = {one.key for one in read_catalogue(catalogue_of(made_again / room.name))}
    nothing_of([f"missing: {one}" for one in sorted(wanted - kept)])
    nothing_of([f"left over: {one}" for one in sorted(kept - wanted)])


@needs_gettext
def test_all_rooms_together_have_words(made_again: Path) -> None:
    """The comparison above would also hold where makemessages found nothing."""
    assert sum(len(read_catalogue(catalogue_of(made_again / room.name))) for room in rooms()) > 100


@pytest.mark.parametrize("room", NAMED)
def test_nothing_is_empty_or_uncertain(room: Path) -> None:
    messages = read_catalogue(catalogue_of(room))
    nothing_of([one.key[1] for one in messages if "fuzzy" in one.flags or not all(one.translations)])


@pytest.mark.parametrize("room", NAMED)
def test_what_is_filled_in_is_filled_in_in_french_too(room: Path) -> None:
    nothing_of([one.key[1] for one in read_catalogue(catalogue_of(room)) if _holes_differ(one)])


@pytest.mark.parametrize("room", NAMED)
def test_the_compiled_catalogue_is_the_written_one(room: Path) -> None:
    written = read_catalogue(catalogue_of(room))
    compiled = catalogue_of(room).with_suffix(".mo")
    assert compiled.exists() == catalogue_of(room).exists()
    if compiled.exists():
        with compiled.open("rb") as file:
            found = gettext.GNUTranslations(file)
        said = {text for key, text in found._catalog.items() if key != ""}  # type: ignore[attr-defined]
        assert said == {text for one in written for text in one.translations}


def test_what_a_room_says_is_what_is_read() -> None:
    """Where two catalogues have the same message, one of them is not read: Django's, allauth's or another room's."""
    with translation.override("fr"):
        unread = [
            f"{room.name}: {one.key[1]}"
            for room in rooms()
            for one in read_catalogue(catalogue_of(room))
            if not _read(one)
        ]
    nothing_of(unread)


def _read(message: Message) -> bool:
    context, text, many = message.key
    if many:
        said = [_plural(context, text, many, number) for number in (1, 2)]
        return said == message.translations
    said = [translation.pgettext(context, text) if context else translation.gettext(text)]
    return said == message.translations


def _plural(context: str, text: str, many: str, number: int) -> str:
    if context:
        return translation.npgettext(context, text, many, number)
    return translation.ngettext(text, many, number)


@pytest.mark.parametrize("room", NAMED)
def test_french_is_set_as_french_is_set(room: Path) -> None:
    texts = [text for one in read_catalogue(catalogue_of(room)) for text in one.translations]
    nothing_of([f"{why}: {text}" for text in texts for why in faults_of(text)])


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("Il reste 54 kWh\u00a0: prenez-les", 0),
        ("Il reste 54 kWh : prenez-les", 1),
        ("Il reste %(many)s\u00a0%% du réservoir", 0),
        ("Il reste %(many)s%% du réservoir", 1),
        ("D’où vient ce nombre\u00a0?", 0),
        ("D'où vient ce nombre?", 2),
        ('<a href="/me/?next=1">Mes affaires</a>', 0),
        ("«\u00a0oui\u00a0»", 0),
        ("«oui»", 2),
        ("à 10:40, ou à http://127.0.0.1:8000/?a=b", 0),
    ],
)
def test_the_rules_find_what_is_wrong(text: str, faults: int) -> None:
    assert len(faults_of(text)) == faults


def faults_of(text: str) -> list[str]:
    """What is wrong with the setting of a French text, without its markup and with a number in every hole."""
    plain = PLACEHOLDER.sub("0", MARKUP.sub("", text)).replace("%%", "%")
    return [why for why, pattern in WRONG_FRENCH.items() if pattern.search(plain)]


def _holes_differ(message: Message) -> bool:
    """Every translation has the holes of one of the originals; one for a single thing may leave the number out."""
    wanted = [sorted(PLACEHOLDER.findall(text)) for text in message.originals]
    return not all(sorted(PLACEHOLDER.findall(text)) in wanted for text in message.translations)
