"""Short stays short: what is longer is listed here with its reason, and may only shrink."""

from __future__ import annotations

from tests.tidy.sources import functions, name_of, python_files, text_of, tree_of

FILE_LINES = 400
FUNCTION_LINES = 50

LONGER_FILES = {
    "src/wikivillage/model/kinds.py": (420, "the whole vocabulary of a village reads as one page"),
}
LONGER_FUNCTIONS: dict[str, tuple[int, str]] = {}


def test_files_are_short_or_listed_with_their_length() -> None:
    lengths = {name_of(path): text_of(path).count("\n") for path in python_files()}
    assert {name: lines for name, lines in lengths.items() if lines > FILE_LINES} == _listed(LONGER_FILES)


def test_functions_are_short_or_listed_with_their_length() -> None:
    lengths = {
        f"{name_of(path)}:{name}": (node.end_lineno or 0) - node.lineno + 1
        for path in python_files()
        for name, node in functions(tree_of(path))
    }
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == _listed(LONGER_FUNCTIONS)


def _listed(longer: dict[str, tuple[int, str]]) -> dict[str, int]:
    """Exactly these lengths: what grew must shrink, what shrank is written down so that it cannot grow back."""
    assert all(reason for _, reason in longer.values()), "each has its reason"
    return {name: lines for name, (lines, _) in longer.items()}
