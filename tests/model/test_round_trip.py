"""What is written reads back as the same village, for any village and for every example."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.model.any_village import DATA, any_village
from tests.model.small_village import SMALL
from wikivillage.model import dump_village, load_village, load_village_text
from wikivillage.model.yaml_text import WIDTH

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted([*(ROOT / "villages").rglob("*.yaml"), *(ROOT / "tests/published").rglob("*.yaml")])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_load_undoes_dump(tmp_path: Path, seed: int) -> None:
    (tmp_path / "data.csv").write_text(DATA, encoding="utf-8")
    (tmp_path / "my weather.epw").touch()
    village = any_village(seed)
    assert load_village_text(dump_village(village), base=tmp_path, name="dumped.yaml") == village


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_read_back(path: Path) -> None:
    village = load_village(path)
    assert load_village_text(dump_village(village), base=path.parent, name="dumped.yaml") == village


def test_a_second_dump_says_the_same() -> None:
    once = dump_village(load_village_text(SMALL))
    assert dump_village(load_village_text(once)) == once


def test_the_library_is_left_to_the_library() -> None:
    head = "village: A\nhorizon: {start: 2025-01-01, hours: 1}\n"
    village = load_village_text(f"{head}exchanges:\n  grid: {{resource: electricity, buy: 0.2 EUR/kWh}}\n")
    assert "electricity" in village.resources
    assert "resources:" not in dump_village(village)


def test_a_dump_reads_like_a_village_file() -> None:
    text = dump_village(load_village_text(SMALL))
    assert "  boiler: {recipe: boiler, at: cellar, size: 0..30 kW}\n" in text
    assert "  heating: {resource: warmth, amount: {values: [5, 5, 0, 1], unit: kW}, at: house, " in text
    assert max(map(len, text.splitlines())) <= WIDTH
