"""Words that do not belong in files that are kept: paths of one machine, marks of unfinished work."""

from __future__ import annotations

import re

from tests.tidy.sources import assert_none, name_of, text_files, text_of

MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:home|Users|root|work|tmp|mnt)/\w")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b|NotImplemented" r"Error|pragma: " r"no cover")
SKIPPED = re.compile(r"mark\.(?:skip\b|xfail)")


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    assert_none(_lines(MACHINE_PATH))


def test_nothing_is_marked_as_unfinished() -> None:
    assert_none(_lines(UNFINISHED))


def test_no_test_is_switched_off() -> None:
    assert_none(line for line in _lines(SKIPPED) if not line.startswith("tests/tidy/"))


def _lines(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name_of(path)}:{number} {line.strip()[:100]}"
        for path in text_files()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]
