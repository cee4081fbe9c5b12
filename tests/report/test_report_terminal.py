"""The plan on one screen, the library on the terminal, the flows as CSV."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console, RenderableType

from wikivillage.base.problems import ProblemError
from wikivillage.model import load_library
from wikivillage.report.library_listing import library_listing
from wikivillage.report.tables import write_csv
from wikivillage.report.terminal import terminal_summary


def shown(what: RenderableType, width: int) -> list[str]:
    """The lines that a terminal of this width shows."""
    console = Console(width=width, record=True, file=StringIO())
    console.print(what)
    return console.export_text().splitlines()


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("width", [80, 100, 140])
def test_the_summary_fits_one_screen(record: dict[str, Any], lang: str, width: int) -> None:
    lines = shown(terminal_summary(record, lang), width)
    assert len(lines) <= 44
    assert all(len(line) <= width for line in lines)


def test_the_summary_says_what_matters(record: dict[str, Any]) -> None:
    text = "\n".join(shown(terminal_summary(record, "en"), 100))
    for said in (
        "Two goals reached out of five.",
        "€515,560",
        "✗",
        "✓",
        "149 kWp",
        "Synthetic weather",
        "without an error",
    ):
        assert said in text.replace("\u00a0", " ")


def test_figures_are_never_cut(record: dict[str, Any]) -> None:
    text = "\n".join(shown(terminal_summary(record, "fr"), 80)).replace("\u00a0", " ").replace("\u202f", " ")
    for figure in ("74 %", "13,6 t CO₂e", "1 440 m³", "180 kWh, 60 kW", "163 900 €"):
        assert figure in text


def test_many_sizes_are_counted_rather_than_listed(record: dict[str, Any]) -> None:
    record["sizes"] += [record["sizes"][0] | {"id": f"pv_{i}"} for i in range(20)]
    assert "autres dans le rapport" in "\n".join(shown(terminal_summary(record, "fr"), 100))


def test_an_empty_plan_is_still_summed_up(record: dict[str, Any]) -> None:
    record.update(goals=[], sizes=[], unmet=[], stranded=[], refused=[], objective={"total": 0.0, "parts": []})
    assert "Un plan sans objectif" in "\n".join(shown(terminal_summary(record, "fr"), 100))


def test_the_library_is_listed_by_loop() -> None:
    text = "\n".join(shown(library_listing(load_library(), None, "fr"), 120))
    assert "Énergie" in text
    assert "heat_pump_air_water" in text


def test_one_recipe_shows_every_number_with_its_source() -> None:
    text = "\n".join(shown(library_listing(load_library(), "heat_pump_air_water", "en"), 120))
    assert "costs.capital" in text
    assert "1,196 €/kW" in text.replace("\u00a0", " ")
    assert "When2Heat" in text


def test_an_unknown_recipe_is_a_problem_with_the_nearest_name() -> None:
    with pytest.raises(ProblemError, match="Did you mean") as raised:
        library_listing(load_library(), "batery", "en")
    assert [problem.code for problem in raised.value.problems] == ["unknown_recipe"]


def test_csv_has_one_file_per_tempo_and_a_column_per_flow(flows: pd.DataFrame, tmp_path: Path) -> None:
    paths = write_csv(flows, tmp_path / "csv")
    assert [path.name for path in paths] == ["flows_hour.csv", "flows_day.csv", "flows_week.csv"]
    with paths[0].open(encoding="utf-8-sig", newline="") as file:
        head, *rows = list(csv.reader(file))
    assert len(rows) == 8760
    column = head.index("grid.bought bought [kWh]")
    bought = flows[flows["flow"] == "grid.bought"]["amount"] if (flows["id"] == "grid").any() else None
    assert bought is not None
    assert sum(float(row[column]) for row in rows) == pytest.approx(bought[flows["tempo"] == "hour"].sum(), rel=1e-5)
