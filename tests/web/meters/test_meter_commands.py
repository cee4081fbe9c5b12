"""``wikivillage meters`` as people use it: describe, take in files, close, look, release; wrong input is told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.connectors.streams import NOW
from wikivillage.base.problems import ProblemError
from wikivillage.commands.meters import meters_app
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.models import Stock
from wikivillage.web.meters.models import Quarantine, Reading
from wikivillage.web.registry.actions import add_agent

METERS = """meters:
  - meter: flat-12
    registers:
      - register: import
        resource: electricity
        unit: kWh
        largest_step_per_hour: 20
        close: half-hour
        ledger: {action: consume, provider: grid, receiver: grid, stock: mains, allow_negative: yes}
"""
MAPPING = """delimiter: ";"
decimal: ","
time: {column: Horodate, format: "%d/%m/%Y %H:%M", timezone: Europe/Paris}
values: [{column: Valeur, meter: flat-12, register: import, unit: kWh}]
"""
ROWS = ["29/03/2026 01:00;100,5", "29/03/2026 01:30;101", "29/03/2026 03:00;101,75", "29/03/2026 03:30;102,5"]
"""Four half hours in a row: the clocks went from 2:00 to 3:00."""

Run = Callable[..., Result]


@pytest.fixture
def run(database: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on a database of its own."""
    monkeypatch.setenv("DATABASE_URL", database)
    add_agent(handle="grid", kind="outside", at=NOW)

    def invoke(*words: Any) -> Result:
        result = CliRunner().invoke(meters_app, [str(word) for word in words], terminal_width=200)
        if result.exception and not isinstance(result.exception, SystemExit | ProblemError):
            raise result.exception
        return result

    return invoke


def codes(result: Result) -> list[str]:
    """The problems that ended a command."""
    assert isinstance(result.exception, ProblemError), result.output
    return [one.code for one in result.exception.problems]


def files(folder: Path, *rows: str) -> tuple[Path, Path, Path]:
    """Descriptions of a meter and a mapping, and a file of readings."""
    named = {"meters.yaml": METERS, "map.yaml": MAPPING, "linky.csv": "\n".join(["Horodate;Valeur", *rows, ""])}
    for name, text in named.items():
        (folder / name).write_text(text, "utf-8")
    return folder / "meters.yaml", folder / "map.yaml", folder / "linky.csv"


def test_a_file_is_taken_in_closed_and_taken_in_again(run: Run, tmp_path: Path) -> None:
    meters, mapping, readings = files(tmp_path, *ROWS)
    assert run("add", meters).stdout == "new     flat-12\n"
    first, again = (run("ingest", readings, "--mapping", mapping) for _ in range(2))
    assert (first.exit_code, first.stdout) == (0, "4 new, 0 duplicate, 0 conflicting, 0 quarantined.\n")
    assert (again.exit_code, again.stdout) == (0, "0 new, 4 duplicate, 0 conflicting, 0 quarantined.\n")
    assert run("close", "--until", "2026-03-29T01:00").stdout == "2 intervals closed, 0 corrected, 2 events recorded.\n"
    assert run("close").stdout == "1 intervals closed, 0 corrected, 1 events recorded.\n"
    assert run("close").stdout == "0 intervals closed, 0 corrected, 0 events recorded.\n"
    assert Stock.objects.get(pk="mains").onhand == -2
    assert check_ledger().ok
    assert run("rebuild").stdout == "3 sums of hours and days.\n"
    assert re.search(r"flat-12/import +2026-03-29 01:30 UTC +102.5 +silent", run("list", "--gaps").stdout)


def test_rows_that_cannot_be_counted_are_set_aside_visibly(run: Run, tmp_path: Path) -> None:
    rows = [*ROWS[:2], "29/03/2026 01:30;102", "29/03/2026 02:30;103", "29/03/2026 03:00;x", "29/03/2026 03:30;999"]
    meters, mapping, readings = files(tmp_path, *rows)
    run("add", meters)
    told = run("ingest", readings, "--mapping", mapping)
    assert (told.exit_code, told.stdout) == (0, "2 new, 0 duplicate, 1 conflicting, 3 quarantined.\n")
    lines = [line for line in told.stderr.splitlines() if "first:" in line]
    assert [line.split(",")[0] for line in lines] == [
        *("1x conflicting", "1x implausible-jump", "1x csv-clock-change", "1x csv-number"),
    ]
    assert "linky.csv:4  flat-12/import: 102, and 101" in lines[0]
    assert "linky.csv:5  2026-03-29 02:30 does not exist in Europe/Paris" in lines[2]
    shown = run("quarantine").stdout
    assert "29/03/2026 02:30;103" in shown, "the line as it stands in the file"
    jump = Quarantine.objects.get(code="implausible-jump")
    assert run("quarantine", "--release", jump.pk).stdout == f"{jump.pk} is released: new.\n"
    assert codes(run("quarantine", "--release", jump.pk)) == ["already-resolved"]
    assert "released: new" in run("quarantine", "--all").stdout
    assert Reading.objects.count() == 3


def test_a_meter_that_nobody_described_is_told(run: Run, tmp_path: Path) -> None:
    _, mapping, readings = files(tmp_path, *ROWS)
    told = run("ingest", readings, "--mapping", mapping)
    assert (told.exit_code, told.stdout) == (0, "0 new, 0 duplicate, 0 conflicting, 4 quarantined.\n")
    assert "4x unknown-meter, first: linky.csv:2  flat-12/import: no such meter is registered." in told.stderr


def test_wrong_files_are_told_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    meters, mapping, readings = files(tmp_path, *ROWS)
    run("add", meters)
    assert codes(run("ingest", readings)) == ["no-mapping"]
    assert codes(run("ingest", tmp_path / "none.csv", "--mapping", mapping)) == ["csv-file"]
    assert codes(run("ingest", tmp_path / "none.csv", "--guess")) == ["no-file"]
    assert codes(run("ingest", readings, "--mapping", readings)) == ["mapping-shape"]
    assert codes(run("add", tmp_path / "none.yaml")) == ["mapping-file"]
    mapping.write_text(MAPPING.replace("Valeur", "Value"), "utf-8")
    wrong = run("ingest", readings, "--mapping", mapping)
    assert codes(wrong) == ["csv-column"]
    assert 'linky.csv:1  There is no column "Value". Did you mean "Valeur"?' in str(wrong.exception)
    assert Reading.objects.count() == 0


def test_a_mapping_is_proposed_and_nothing_is_read(run: Run, tmp_path: Path) -> None:
    _, _, readings = files(tmp_path, *ROWS)
    told = run("ingest", readings, "--guess")
    assert 'time: {column: "Horodate", format: "%d/%m/%Y %H:%M", timezone: Europe/Paris}' in told.stdout
    assert Reading.objects.count() == 0


def test_what_the_ledger_refuses_makes_exit_code_1(run: Run, tmp_path: Path) -> None:
    meters, mapping, readings = files(tmp_path, *ROWS)
    meters.write_text(METERS.replace(", allow_negative: yes", ""), "utf-8")
    run("add", meters)
    run("ingest", readings, "--mapping", mapping)
    told = run("close")
    assert (told.exit_code, told.stdout) == (1, "0 intervals closed, 0 corrected, 0 events recorded.\n")
    assert "flat-12/import 2026-03-29 00:00 to 00:30 UTC  the ledger refuses it: mains has 0 kWh" in told.stderr


def test_a_token_is_shown_once_and_a_retired_meter_gets_none(run: Run, tmp_path: Path) -> None:
    meters, _, _ = files(tmp_path)
    run("add", meters)
    assert re.fullmatch(r"wm_[\w-]{40}\n", run("token", "flat-12").stdout)
    assert codes(run("token", "flat-21")) == ["not-found"]
    assert run("retire", "flat-12").stdout == "flat-12 is retired; what it counted stays.\n"
    assert codes(run("token", "flat-12")) == ["meter-retired"]
    assert run("list").stdout == "No meters yet; wikivillage meters add FILE describes some.\n"


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite3'}")
    result = CliRunner().invoke(meters_app, ["list"])
    assert codes(result) == ["no-database"]
    assert not (tmp_path / "none.sqlite3").exists()


def test_meters_are_described_in_a_process_of_its_own(tmp_path: Path) -> None:
    """Where Django is not ready before the command makes it so."""
    meters, _, _ = files(tmp_path)
    program = """
import sys
from wikivillage.commands.meters import meters_app
from wikivillage.commands.village import village_app
village_app(["add-agent", "grid", "--kind", "outside"], standalone_mode=False)
meters_app(["add", sys.argv[1]], standalone_mode=False)
"""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'village.sqlite3'}"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-c", program, str(meters)]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.endswith("new     flat-12\n")


@pytest.mark.parametrize(
    "command", ["add", "list", "ingest", "listen", "close", "rebuild", "quarantine", "token", "retire"]
)
def test_every_command_has_an_example(command: str) -> None:
    told = CliRunner().invoke(meters_app, [command, "--help"]).stdout
    assert f"Example: wikivillage meters {command}" in re.sub(r"\s+", " ", told.replace("│", " "))
