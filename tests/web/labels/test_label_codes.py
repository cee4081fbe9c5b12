"""Codes are short, have no look-alikes, are the same for a thing each time, and are understood however typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikivillage.web.labels.codes import ALPHABET, LONGEST, SHORTEST, TRIES_PER_LENGTH, as_typed, code_of

LOOK_ALIKES = "018BILOSUZ"
numbers = st.integers(0, 200)
names = st.text(max_size=30)


def test_no_character_looks_like_another_and_no_code_is_a_word() -> None:
    assert not set(ALPHABET) & set(LOOK_ALIKES)
    assert not set(ALPHABET) & set("AEIOU")
    assert len(set(ALPHABET)) == len(ALPHABET)


@given(names, names, numbers)
def test_a_code_is_always_the_same_and_reads_back(kind: str, thing: str, number: int) -> None:
    code = code_of(kind, thing, number)
    assert code == code_of(kind, thing, number)
    assert set(code) <= set(ALPHABET)
    assert SHORTEST <= len(code) <= LONGEST
    assert as_typed(code) == code
    assert as_typed(f" {code.lower()[:2]}-{code.lower()[2:]} ") == code


def test_codes_become_longer_where_short_ones_are_taken() -> None:
    lengths = [len(code_of("unit", "printer", number)) for number in (0, TRIES_PER_LENGTH - 1, TRIES_PER_LENGTH, 1000)]
    assert lengths == [SHORTEST, SHORTEST, SHORTEST + 1, LONGEST]


def test_what_looks_alike_is_understood() -> None:
    assert as_typed("s2z4") == "5224"
    assert as_typed("q0O7") == "QQQ7"


@pytest.mark.parametrize("typed", ["", "7K", "7KQ1", "7KB4", "AAAA", "7KQ4" * 4, "\0\0\0\0", "/etc", "éééé"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert as_typed(typed) == ""


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    code = as_typed(typed)
    assert code == "" or (SHORTEST <= len(code) <= LONGEST and set(code) <= set(ALPHABET))
