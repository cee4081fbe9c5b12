"""Ids name things in the village file and in the plan's flows."""

from __future__ import annotations

import pytest

from wikivillage.base.ids import is_id, title


@pytest.mark.parametrize("word", ["pv", "heat_pump", "crèche_2", "R_Urban"])
def test_ids(word: str) -> None:
    assert is_id(word)


@pytest.mark.parametrize("word", ["", "2nd", "heat pump", "heat-pump", "a.b", "x" * 65, "a/b", "a\n"])
def test_no_ids(word: str) -> None:
    assert not is_id(word)


def test_a_thing_without_a_name_is_called_by_its_id() -> None:
    assert title("heat_pump") == "Heat pump"
