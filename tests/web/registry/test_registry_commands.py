"""``wikivillage village`` on a database of its own: one process for each story, for Django knows one database only."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from wikivillage.model import load_village

VILLAGE = """village: A house
horizon: {start: 2025-06-01, hours: 2}
agents:
  etic: {name: ÉTIC}
  alice_dupont: {name: Alice Dupont, kind: person}
places: {house: {run_by: alice_dupont}}
needs: {light: {resource: electricity, series: {file: light.csv, column: kw, unit: kW}, at: house}}
exchanges: {grid: {resource: electricity, buy: 0.2 EUR/kWh, partner: alice_dupont}}
"""

STORY = """
import json, sys
from pathlib import Path
from typer.testing import CliRunner
from wikivillage.base.problems import ProblemError
from wikivillage.commands.village import village_app

folder, steps, told = Path(sys.argv[1]), json.loads(sys.argv[2]), []
for step in steps:
    answer = CliRunner().invoke(village_app, step["words"], input=step.get("answer"))
    if answer.exception and not isinstance(answer.exception, (SystemExit, ProblemError)):
        raise answer.exception
    problem = str(answer.exception) if isinstance(answer.exception, ProblemError) else ""
    kept = [path.name for path in folder.glob("village.sqlite3*") if b"upont" in path.read_bytes()]
    codes = [one.code for one in getattr(answer.exception, "problems", ())]
    told.append([answer.exit_code, answer.stdout, answer.stderr, problem, codes, kept])
print(json.dumps(told))
"""
"""Runs commands and looks into the files of the database after each, while it is still open."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a command answered; ``kept`` are the database's files that hold the planted name."""

    code: int
    out: str
    err: str
    problem: str
    codes: list[str]
    kept: list[str]


def story(folder: Path, *steps: tuple[str, ...], answer: str = "") -> list[Told]:
    """What the commands tell, one after the other, on the database ``village.sqlite3`` of a folder."""
    url = f"sqlite:///{folder / 'village.sqlite3'}"
    words = [{"words": [*step, "--database", url], "answer": answer} for step in steps]
    command = [sys.executable, "-c", STORY, str(folder), json.dumps(words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [Told(*step) for step in json.loads(done.stdout)]


def a_village(folder: Path) -> str:
    """A village file and the file that it reads."""
    (folder / "light.csv").write_text("kw\n1\n2\n", "utf-8")
    (folder / "house.yaml").write_text(VILLAGE, "utf-8")
    return str(folder / "house.yaml")


def test_a_village_goes_in_and_comes_out(tmp_path: Path) -> None:
    file, copy = a_village(tmp_path), tmp_path / "copy/house.yaml"
    loaded, again, shown, written, listed, help_text = story(
        tmp_path,
        ("load", file),
        ("load", file),
        ("dump",),
        ("dump", "--out", str(copy)),
        ("agents",),
        ("load", "--help"),
    )
    assert loaded.out.splitlines()[:3] == [
        "added   village: village",
        "added   horizon: horizon",
        "added   agents: etic, alice_dupont",
    ]
    assert loaded.out.splitlines()[-1] == "A house: 8 added, 0 removed, 0 changed. It is in the database."
    assert again.out == "A house: 0 added, 0 removed, 0 changed. It is in the database.\n"
    assert "Files that it reads, which only --out writes: 1." in shown.err
    assert copy.read_text("utf-8") == shown.out
    assert written.out.splitlines() == [str(copy), str(copy.parent / "light.csv")]
    assert load_village(copy) == load_village(file)
    assert [line.split() for line in listed.out.splitlines()[1:]] == [
        ["etic", "organisation", "ÉTIC"],
        ["alice_dupont", "person", "Alice", "Dupont"],
    ]
    assert "Example: wikivillage village load" in re.sub(r"\s+", " ", help_text.out.replace("│", " "))


def test_erasing_leaves_no_name_in_any_file_of_the_database(tmp_path: Path) -> None:
    loaded, made, kept, erased, listed, twice, shown = story(
        tmp_path,
        ("load", a_village(tmp_path)),
        ("token", "alice_dupont", "--scopes", "read,write", "--label", "phone of Dupont"),
        ("erase", "alice_dupont"),
        ("erase", "alice_dupont", "--yes"),
        ("agents",),
        ("erase", "alice_dupont", "--yes"),
        ("dump",),
        answer="n\n",
    )
    assert loaded.kept, "the name is there to be found before it is erased"
    assert re.fullmatch(r"wv_[\w-]{40}\n", made.out)
    assert "It may: read, write." in made.err
    assert kept.code == 1
    assert kept.kept
    assert erased.out.startswith("Erased. The ledger still knows p-")
    assert erased.kept == twice.kept == []
    assert "someone (erased)" in listed.out
    assert twice.problem == 'agent  "alice_dupont" is nobody here.'
    assert "upont" not in shown.out


def test_a_dry_run_makes_no_database(tmp_path: Path) -> None:
    (told,) = story(tmp_path, ("load", a_village(tmp_path), "--dry-run"))
    assert told.out.splitlines()[-1] == "A house: 8 added, 0 removed, 0 changed. Nothing was written."
    assert not (tmp_path / "village.sqlite3").exists()


def test_what_is_missing_or_wrong_is_told(tmp_path: Path) -> None:
    absent, no_file, added, taken, wrong, scope = story(
        tmp_path,
        ("agents",),
        ("load", str(tmp_path / "none.yaml")),
        ("add-agent", "bob", "--name", "Bob [red]", "--kind", "person"),
        ("add-agent", "bob"),
        ("erase", "bop", "--yes"),
        ("token", "bob", "--scopes", "raed"),
    )
    assert absent.codes == ["no-database"]
    assert "There is no such file." in absent.problem
    assert no_file.codes == ["no_file"]
    assert re.fullmatch(r"bob is p-[0-9a-f]{16} in the ledger.\n", added.out)
    assert taken.problem == "bob  is the handle of somebody else. Choose another."
    assert wrong.problem == 'agent  "bop" is nobody here. Did you mean "bob"?'
    assert scope.problem == 'scopes  "raed" is no scope. Did you mean "read"?'


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "village.sqlite3").write_text("not a database, but long enough to look at" * 50, "utf-8")
    (told,) = story(tmp_path, ("agents",))
    assert "cannot be opened: file is not a database." in told.problem
