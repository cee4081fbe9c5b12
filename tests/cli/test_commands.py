"""What a person meets on the command line: results, exit codes, messages without a traceback, nothing half written."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from wikivillage.base.problems import ProblemError
from wikivillage.cli import main
from wikivillage.model import load_village
from wikivillage.planner import planning
from wikivillage.planner.solve import UnboundedError, UnsolvedError
from wikivillage.planner.write import read_result, result_folder
from wikivillage.serve import serve_report

VILLAGE = """village: Two houses
horizon: {start: 2025-06-01, hours: 24}
recipes:
  panels: {from: pv_roof, availability: {values: [0, 0, 0, 0, 0, 0, 0.1, 0.2, 0.4, 0.6, 0.7, 0.8,
    0.8, 0.8, 0.7, 0.6, 0.4, 0.2, 0.1, 0, 0, 0, 0, 0], unit: 1}}
places: {roof: {surfaces: {roof: 100 m2}}}
processes: {pv: {recipe: panels, at: roof, size: 0..10 kWp}}
needs: {home: {resource: electricity, amount: 2 kW}}
exchanges:
  grid: {resource: electricity, buy: 0.25 EUR/kWh, sell: 0.05 EUR/kWh, sell_most: 20 kW, carbon: 0.055 kgCO2e/kWh}
goals: {sun: {measure: renewable_share, at_least: 40 %, matched: hourly}}
"""


@pytest.fixture
def village(tmp_path: Path) -> Path:
    """A village file of two houses with panels."""
    path = tmp_path / "two_houses.yaml"
    path.write_text(VILLAGE, "utf-8")
    return path


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    """Run the command line and give its exit code."""
    monkeypatch.setattr(sys, "argv", ["wikivillage", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def test_plan_writes_a_result_that_checks(
    village: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run(monkeypatch, "plan", village, "--out", out, "--lang", "fr", "--csv") == 0
    assert {path.name for path in out.iterdir()} == {"plan.json", "flows.parquet", "village.yaml", "report.html", "csv"}
    record = json.loads((out / "plan.json").read_text("utf-8"))
    assert record["certificate"]["checked"]["ok"] is True
    assert record["timings"]["total"] > 0
    assert pd.read_parquet(out / "flows.parquet")["amount"].notna().all()
    assert "Two houses" in capsys.readouterr().out
    assert run(monkeypatch, "check-plan", out) == 0
    assert run(monkeypatch, "report", out, "--lang", "en") == 0
    assert 'lang="en"' in (out / "report.html").read_text("utf-8")


def test_a_result_that_was_altered_does_not_check(
    village: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run(monkeypatch, "plan", village, "--out", out) == 0
    flows = pd.read_parquet(out / "flows.parquet")
    flows.loc[(flows["flow"] == "grid.bought") & (flows["step"] == 3), "amount"] += 1.0
    flows.to_parquet(out / "flows.parquet")
    assert run(monkeypatch, "check-plan", out) == 1
    assert "electricity" in capsys.readouterr().out


def test_bad_input_tells_everything_and_writes_nothing(
    village: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    village.write_text(VILLAGE.replace("pv_roof", "pv_rof").replace("0.25 EUR", "-").replace("40 %", "40 kg"), "utf-8")
    out = tmp_path / "out"
    assert run(monkeypatch, "plan", village, "--out", out) == 2
    told = capsys.readouterr().err
    assert told.count("two_houses.yaml:") >= 3
    assert "problems; nothing was written." in told
    assert "Traceback" not in told
    assert {path.name for path in tmp_path.iterdir()} == {"two_houses.yaml"}


def test_an_earlier_result_survives_a_failed_run(
    village: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert run(monkeypatch, "plan", village, "--out", out) == 0
    before = (out / "plan.json").read_text("utf-8")
    village.write_text("village: [", "utf-8")
    assert run(monkeypatch, "plan", village, "--out", out) == 2
    assert (out / "plan.json").read_text("utf-8") == before


def test_check_counts_what_the_village_holds(
    village: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "check", village) == 0
    assert "1 processes" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["recipes"], ["recipes", "heat_pump_air_water"], ["recipes", "battery", "--lang", "fr"]]
)
def test_the_library_is_shown(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *words) == 0
    assert len(capsys.readouterr().out.splitlines()) > 5


def test_an_unknown_recipe_gets_the_nearest_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "recipes", "batery") == 2
    assert "battery" in capsys.readouterr().err


def codes(caught: pytest.ExceptionInfo[ProblemError]) -> list[str]:
    """The codes of the problems that were raised."""
    return [problem.code for problem in caught.value.problems]


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"me")
    with pytest.raises(ProblemError) as caught, result_folder(tmp_path):
        pass
    assert codes(caught) == ["not_a_result"]
    assert (tmp_path / "holiday.jpg").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ProblemError) as caught, result_folder(tmp_path / "file" / "out"):
        pass
    assert codes(caught) == ["cannot_write"]


def test_a_failure_half_way_leaves_no_trace(tmp_path: Path) -> None:
    def fail() -> None:
        with result_folder(tmp_path / "out") as fresh:
            (fresh / "plan.json").write_text("{}", "utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_result_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        read_result(tmp_path)
    assert codes(caught) == ["no_result", "no_result"]
    (tmp_path / "plan.json").write_text("{", "utf-8")
    (tmp_path / "flows.parquet").write_text("", "utf-8")
    with pytest.raises(ProblemError) as caught:
        read_result(tmp_path)
    assert codes(caught) == ["broken_result"]


def test_nothing_to_serve_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        serve_report(tmp_path, 0, print)
    assert codes(caught) == ["no_report"]


def test_no_free_port_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "report.html").write_text("", "utf-8")
    monkeypatch.setattr("wikivillage.serve.PORTS_TRIED", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ProblemError) as caught:
            serve_report(tmp_path, taken.getsockname()[1], print)
    assert codes(caught) == ["no_port"]


@pytest.mark.parametrize(
    ("error", "code"), [(UnboundedError(), "unbounded"), (UnsolvedError("simplex: no solution"), "unsolved")]
)
def test_a_village_without_answer_is_told(
    error: Exception, code: str, village: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(planning, "solve", fail)
    with pytest.raises(ProblemError) as caught:
        planning.plan(load_village(village), village.parent)
    assert codes(caught) == [code]


def test_earning_without_end_is_told(village: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    endless = VILLAGE.replace("sell: 0.05", "sell: 0.30").replace(", sell_most: 20 kW", "")
    village.write_text(endless[: endless.index("goals:")], "utf-8")
    assert run(monkeypatch, "plan", village, "--out", tmp_path / "out") == 2
    assert not (tmp_path / "out").exists()


def test_the_checker_loads_no_solver() -> None:
    script = "import sys, wikivillage.planner.check_plan; sys.exit(bool({'highspy', 'piqp'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
