"""Files that are no village: broken, foreign, huge or hostile. Each is refused at once, with its reason."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.model.small_village import SMALL
from wikivillage.base.problems import Problem, ProblemError
from wikivillage.model import load_village, load_village_text


def refused(text: str) -> Problem:
    """The first problem of a text."""
    with pytest.raises(ProblemError) as error:
        load_village_text(text, name="a.yaml")
    return error.value.problems[0]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "empty", "The file is empty."),
        ("# only a comment\n", "empty", "The file is empty."),
        ("just words", "shape", "A village is keys with values."),
        ("- a\n- b\n", "shape", "A village is keys with values."),
        ("a: [1, 2", "yaml", "a.yaml:1"),
        ("village: A\n\tplaces: 1\n", "yaml", "Indent with spaces, not tabs."),
        (
            "horizon: {start: 2025-01-01, hours: 2}\nvillage: A\nvillage: B\n",
            "twice",
            '"village" is written twice here; first in line 2.',
        ),
        ("a: &x [1]\nb: *x\n", "alias", "Anchors and aliases (& and *) are not used."),
        ("---\na: 1\n---\nb: 2\n", "documents", "a.yaml:3"),
        ("a: \x07b", "binary", "it is not a text file"),
        ("[" * 100_000, "deep", "nested more than 20 levels deep"),
        ("a: \ud800", "yaml", "The file is not YAML"),
        ("x" * 20_000_001, "too_large", "20 million characters"),
    ],
)  # fmt: skip
def test_what_is_no_village_is_refused(text: str, code: str, said: str) -> None:
    problem = refused(text)
    assert problem.code == code
    assert said in str(problem)


def test_a_bomb_of_aliases_does_not_go_off() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    assert refused("\n".join(lines)).code == "alias"


def test_a_file_of_100_megabytes_is_answered_at_once(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    begun = time.monotonic()
    with pytest.raises(ProblemError, match="The file has 100 MB"):
        load_village(path)
    assert time.monotonic() - begun < 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"village: \xe9t\xe9\n", "not_utf8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_utf8"),
        (b"PK\x03\x04\x00\x00", "binary"),
        ("\ufeffvillage: A\n".encode(), "no_horizon"),
    ],
)
def test_bytes_that_are_no_text(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(ProblemError) as error:
        load_village(path)
    assert error.value.problems[0].code == code


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(ProblemError) as error:
            load_village(path)
        assert error.value.problems[0].code == "no_file"


def test_windows_line_ends_read_like_others(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(SMALL.replace("\n", "\r\n").encode())
    assert load_village(path) == load_village_text(SMALL)


def test_quotes_and_comments_hide_lists() -> None:
    text = SMALL.replace("village: Small", 'village: "Small: [1, 2] kWh"  # as: [3] kWh')
    assert load_village_text(text).name == "Small: [1, 2] kWh"
