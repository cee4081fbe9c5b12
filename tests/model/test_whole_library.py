"""The library that comes with WikiVillage reads without a problem, whole and piece by piece."""

from __future__ import annotations

from wikivillage.model import load_library
from wikivillage.model.drivers import drivers
from wikivillage.model.law_book import law_book
from wikivillage.model.library import library_shelves
from wikivillage.model.library_files import cut, library_entries
from wikivillage.model.numbers import read_graded
from wikivillage.model.reading import Reading
from wikivillage.model.yaml_source import parse


def test_the_whole_library_reads() -> None:
    library = load_library()
    assert len(library.resources) > 20
    assert len(library.recipes) > 20
    assert all(recipe.origin == "library" for recipe in library.recipes.values())


def test_a_library_file_is_cut_at_its_entries() -> None:
    text = "# about\na:\n  x: 1\n# between\nb: {y: 2}\n"
    assert cut(text) == [("a", 2, "a:\n  x: 1\n# between\n"), ("b", 5, "b: {y: 2}\n")]


def test_entries_know_their_line() -> None:
    where = library_entries("resources")["electricity"]().where
    file, _, line = where.rpartition(":")
    assert file == "library/resources.yaml"
    assert int(line) > 1


def test_names_of_uses_and_legal_classes_are_known_to_the_law() -> None:
    library, book = load_library(), law_book()
    assert {r.use for r in library.recipes.values() if r.use} <= set(book.uses)
    assert {r.legal for r in library.resources.values() if r.legal} <= set(book.classes)


def test_drivers_have_units_and_parameters() -> None:
    assert drivers()["pv_yield"].unit == "kW/kWp"
    assert drivers()["heating_need"].parameters["ua"].required


def test_a_number_of_the_library_without_grade_or_source_is_refused() -> None:
    reading = Reading(library_shelves(), origin="library")
    for text in ("1 kWh", "{value: 1 kWh}", "{value: 1 kWh, grade: A}"):
        reading.attempt(parse(text, "library/a.yaml"), lambda node: read_graded(node, reading, ("kWh",)))
    assert [problem.code for problem in reading.problems] == ["ungraded"] * 3
