"""The problems of a village file are told in the language of the page, with the words of the file in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils import translation

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.model import load_village_text
from wikivillage.web.registry.file_problems import HINTS, PART, SAID, WORDS, in_this_language

HOUSE = """village: A house
horizon: {start: 2025-06-01, hours: 2}
places:
  house: {name: {en: House, fr: Maison}, floor: 1, area: 90.5 m2, use: home}
needs: {light: {resource: electricity, amount: 1 kW, at: house}}
exchanges: {grid: {resource: electricity, buy: 0.2 EUR/kWh}}
"""
UNIT = "« 1 kWh » ne mesure pas ce qu’il faut (une énergie). Il faut ici une puissance, par exemple « 1 kW »."
MISTAKES = {
    ("electricity, amount", "electrcity, amount"): (
        "« electrcity » n’est pas une ressource connue.",
        "Vouliez-vous écrire « electricity » ?",
    ),
    ("at: house", "at: hose"): ("« hose » n’est pas un lieu de ce village.", "Vouliez-vous écrire « house » ?"),
    ("amount: 1 kW", "amount: 1 kWh"): (UNIT, ""),
    ("90.5 m2", "100"): ("« 100 » n’a pas d’unité ; écrivez « 100 m2 ».", ""),
    ("floor: 1", "flor: 1"): ("La clé « flor » n’existe pas ici.", "Vouliez-vous écrire « floor » ?"),
    ("2025-06-01", "1 June"): ("« 1 June » n’est pas une date.", "Écrivez 2025-01-31 ou 2025-01-31 06:00."),
    ("amount: 1 kW", "amount: -1 kW"): ("-1 kW est inférieur à 0.", ""),
}
"""What is right and wrong in the file, and what is told."""


def plain(text: str) -> str:
    """With spaces that may break."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake[1])
def test_what_the_loader_says_is_told_in_french(mistake: tuple[str, str]) -> None:
    with pytest.raises(ProblemError) as told:
        load_village_text(HOUSE.replace(*mistake, 1), Path())
    with translation.override("fr"):
        found = in_this_language(told.value.problems)
    assert MISTAKES[mistake] in [(plain(one.what), plain(one.hint)) for one in found]
    assert [(one.code, one.where) for one in found] == [(one.code, one.where) for one in told.value.problems]


def test_in_english_it_stays_as_it_is() -> None:
    problems = (Problem("unknown_resource", "a:1", '"gaz" is no resource.', 'Did you mean "gas"?'),)
    with translation.override("en"):
        assert in_this_language(problems) == problems


def test_a_sentence_that_nobody_knows_stays_as_it_is() -> None:
    problems = (Problem("odd", "a:1", "Something odd.", "Try again, 100 % of it."),)
    with translation.override("fr"):
        assert in_this_language(problems) == problems


@pytest.mark.parametrize("sentence", [*SAID, *HINTS])
def test_each_sentence_has_a_french_one_with_the_same_words_in_it(sentence: str) -> None:
    names = PART.findall(sentence)
    english = sentence % {name: f"<{name}>" for name in names}
    with translation.override("fr"):
        said = in_this_language([Problem("any", "a:1", english, english)])[0]
        french = said.what if sentence in SAID else said.hint
    assert french != english
    assert sorted(re.findall(r"<(\w+)>", french)) == sorted(names)


def test_the_words_of_the_model_are_told_too() -> None:
    with translation.override("fr"):
        assert all(str(word) != english or english == "volume" for english, word in WORDS.items())
