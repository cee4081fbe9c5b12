"""The sentences of the report: the same keys and the same gaps to fill in both languages, typographic French."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import wikivillage.report
from wikivillage.report.words import LANGUAGES, capital, french_spaces, lowered, words_of

FR, EN = (words_of(lang) for lang in LANGUAGES)


def test_both_languages_have_the_same_sentences_with_the_same_gaps() -> None:
    assert set(FR.sentences) == set(EN.sentences)
    assert {key for key in FR.sentences if _gaps(FR.sentences[key]) != _gaps(EN.sentences[key])} == set()


def _gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_units_months_and_numerals() -> None:
    assert set(FR.units) == set(EN.units)
    assert len(FR.months) == len(EN.months) == 12
    assert len(FR.weekdays) == len(EN.weekdays) == 7
    assert len(FR.numerals) == len(EN.numerals)
    assert set(FR.grades) == set(EN.grades) == {"A", "B", "C"}


def test_every_sentence_is_used() -> None:
    """A key stands in the source as it is, or is put together from a part that stands there."""
    folder = Path(wikivillage.report.__file__).parent
    source = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.py") if path.parent.name != "words")
    source += (folder / "words" / "__init__.py").read_text("utf-8")
    patterns = [re.escape(part).replace(r"\{", "{") for part in re.findall(r'f["\']([a-z_.]*\{[^"\']*?)["\']', source)]
    made = [re.compile(re.sub(r"\{[^}]*\}", ".+", pattern)) for pattern in patterns if "." in pattern]

    def used(key: str) -> bool:
        base = re.sub(r"\.(one|many)$", "", key)
        named = any(f"{mark}{each}{mark}" in source for each in (key, base) for mark in "\"'")
        return named or any(pattern.fullmatch(each) for pattern in made for each in (key, base))

    assert [key for key in FR.sentences if not used(key)] == []


def test_french_has_no_break_spaces_and_no_straight_apostrophe() -> None:
    assert french_spaces("Voici : 3 % « ici » !") == "Voici\u00a0: 3\u00a0% «\u00a0ici\u00a0»\u00a0!"
    assert [key for key, text in FR.sentences.items() if re.search(r" [:;?!%»]|« |'", text)] == []


def test_counts_follow_each_language() -> None:
    assert FR.count("hours", 0) == "zéro heure"
    assert FR.count("hours", 2) == "deux heures"
    assert EN.count("hours", 0) == "zero hours"
    assert EN.count("hours", 1) == "one hour"


def test_lists_and_capitals() -> None:
    assert FR.list(["a", "b", "c"]) == "a, b et c"
    assert EN.list(["a"]) == "a"
    assert capital("eau") == "Eau"
    assert lowered("Eau") == "eau"
    assert lowered("CO2 biogénique") == "CO2 biogénique"
