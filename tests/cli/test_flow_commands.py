"""The tools of the core on the command line: plans, reconciliation, matches, impacts. One process for each story."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from wikivillage.base.problems import ProblemError
from wikivillage.commands.flows import ledger_app
from wikivillage.commands.reading import load_tree
from wikivillage.flows.impact_json import read_statement
from wikivillage.flows.reconcile_json import read_case, read_measured

DATA = Path(__file__).parents[1] / "flows" / "data"

BREAD = """
batch: 10
processes:
  - id: knead
    duration_h: 1.5
    inputs: [{action: consume, spec: flour, quantity: {value: 5.5, unit: kg}}]
    outputs: [{action: produce, spec: dough, quantity: {value: 8, unit: kg}}]
  - id: bake
    duration_h: 2
    inputs:
      - {action: consume, spec: dough, quantity: {value: 8, unit: kg}}
      - {action: work, spec: baking, effort: {value: 1, unit: hour}}
    outputs: [{action: produce, spec: bread, quantity: {value: 10, unit: one}}]
purchases: [{spec: flour, lead_time_days: 2}]
"""

STORY = """
import json, sys
from pathlib import Path
from typer.testing import CliRunner
from wikivillage.base.problems import ProblemError
from wikivillage.commands.flows import ledger_app
from wikivillage.commands.opening import open_database, right_now

open_database(sys.argv[1])
from wikivillage.web.registry.models import Agent
for name in json.loads(sys.argv[2]):
    Agent.objects.create(pseudonym=name, kind="organisation", created_at=right_now())
told = []
for words, text in json.loads(sys.argv[3]):
    answer = CliRunner().invoke(ledger_app, [*words, "--database", sys.argv[1]], input=text)
    if answer.exception and not isinstance(answer.exception, (SystemExit, ProblemError)):
        raise answer.exception
    codes = [one.code for one in getattr(answer.exception, "problems", ())]
    told.append([answer.exit_code, answer.stdout, codes])
print(json.dumps(told))
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What a command answered."""

    code: int
    out: str
    problems: list[str]


@pytest.fixture
def ledger(tmp_path: Path, empty_sqlite: Path) -> Path:
    """An empty ledger."""
    return Path(shutil.copyfile(empty_sqlite, tmp_path / "village.sqlite3"))


def story(ledger: Path, *steps: tuple[Any, ...], agents: tuple[str, ...] = ("bakery", "mill")) -> list[Told]:
    """What commands tell one after the other on a database of their own; a step of entries is recorded."""
    url = f"sqlite:///{ledger}"
    written = [
        (["record", "-"], "\n".join(map(json.dumps, step))) if isinstance(step[0], dict) else ([*map(str, step)], "")
        for step in steps
    ]
    command = [sys.executable, "-c", STORY, url, json.dumps(agents), json.dumps(written)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return [Told(*one) for one in json.loads(done.stdout)]


def run(*words: str | Path) -> Told:
    """A command that needs no database."""
    answer = CliRunner().invoke(ledger_app, [*map(str, words)])
    if answer.exception and not isinstance(answer.exception, SystemExit | ProblemError):
        raise answer.exception
    return Told(answer.exit_code, answer.stdout, [one.code for one in getattr(answer.exception, "problems", ())])


def words_of(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if line.strip()]


@pytest.fixture
def bread(tmp_path: Path) -> Path:
    """A recipe for ten breads."""
    path = tmp_path / "bread.yaml"
    path.write_text(BREAD, "utf-8")
    return path


def test_a_recipe_becomes_dates_and_amounts(bread: Path) -> None:
    """20 breads are two batches: 16 kg dough, 11 kg flour, 2 h of work; baked from 10:00, kneaded from 8:30."""
    told = run("plan", bread, "--want", "bread=20", "--due", "2099-07-14T12:00:00+00:00")
    lines = words_of(told.out)
    assert told.code == 0
    assert ["bake", "2", "2099-07-14", "10:00", "2099-07-14", "12:00"] in lines
    assert ["knead", "input", "consume", "flour", "11", "kg", "2099-07-14", "08:30"] in lines
    assert ["bake", "input", "work", "baking", "2", "hour", "2099-07-14", "10:00"] in lines
    assert ["flour", "11", "kg", "2099-07-12", "08:30", "2099-07-14", "08:30"] in lines


def test_what_is_late_or_missing_is_told(bread: Path, tmp_path: Path) -> None:
    assert "late: buy-flour" in run("plan", bread, "--due", "2020-01-01").out
    assert "late" not in run("plan", bread).out, "one batch, as soon as possible"
    poor = tmp_path / "poor.json"
    poor.write_text(json.dumps({"levels": [{"spec": "cake", "duration_min": 60, "inputs": []}]}), "utf-8")
    told = run("plan", poor, "--want", "pie=1 one")
    assert told.code == 1
    assert "1 one of pie are missing" in told.out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--want", "bread"], "want"),
        (["--want", "cake=3"], "want"),
        (["--want", "bread=many"], "want"),
        (["--due", "tomorrow"], "not-a-time"),
        (["--want", "bread=-1"], "amount"),
    ],
)
def test_wrong_wishes_are_problems(bread: Path, words: list[str], code: str) -> None:
    assert run("plan", bread, *words).problems == [code]


def test_a_plan_takes_from_stock_and_is_recorded_once(bread: Path, ledger: Path) -> None:
    """6 of 16 kg dough are free (8 on hand, 2 reserved): 10 kg to knead take 1.25 batches, 6.875 kg of flour."""
    dough = {"id": "dough-1", "unit": "kg", "spec": "dough"}
    there = {"id": "e1", "action": "raise", "provider": "bakery", "receiver": "bakery", "newResource": dough}
    kept = {"id": "c1", "kind": "commitment", "action": "transfer", "provider": "bakery", "receiver": "mill"}
    plan = ("plan", bread, "--want", "bread=20 one", "--due", "2099-07-14", "--stock")
    recorded = (*plan, "--record", "--by", "bakery", "--name", "summer")
    entries = [
        there | {"quantity": {"value": "8", "unit": "kg"}},
        kept | {"resource": "dough-1", "reserves": True, "quantity": {"value": "2", "unit": "kg"}},
    ]
    _, shown, nobody, first, again, promises = story(
        ledger, tuple(entries), plan, (*plan, "--record"), recorded, recorded, ("promises", "--json")
    )
    assert ["knead", "1.25", "2099-07-13", "20:30", "2099-07-13", "22:00"] in words_of(shown.out)
    assert words_of(shown.out)[-1][:3] == ["flour", "6.875", "kg"]
    assert nobody.problems == ["missing-by"]
    assert "8 new entries in the ledger, 0 were there." in first.out
    assert "0 new entries in the ledger, 8 were there." in again.out
    known = {one["id"]: one for one in map(json.loads, promises.out.splitlines())}
    assert known["summer.bake.output.1"]["quantity"] == {"value": "20", "unit": "one"}
    assert known["summer.buy-flour"]["kind"] == "intent"


def test_needs_and_offers_of_the_ledger_are_matched(ledger: Path) -> None:
    """The bakery wants 10 kg, the mill has 7: 7 are proposed, and the machine-readable line says the same."""
    need = {"id": "n1", "kind": "intent", "action": "transfer", "receiver": "bakery", "resourceSpec": "flour"}
    offer = {"id": "o1", "kind": "intent", "action": "transfer", "provider": "mill", "resourceSpec": "flour"}
    amounts = [{"quantity": {"value": value, "unit": "kg"}} for value in ("10", "7")]
    _, told, lines = story(ledger, (need | amounts[0], offer | amounts[1]), ("match",), ("match", "--json"))
    assert "1 needs and 1 offers are open; 1 matches." in told.out
    (row,) = map(json.loads, lines.out.splitlines())
    assert (row["need"], row["offer"], row["provider"], row["quantity"]) == ("n1", "o1", "mill", "7 kg")
    assert row["why"].startswith("the offer covers a part of it")


FACTORS = """
factors:
  - {id: grid, measure: carbon, spec: electricity, action: consume, per: kWh, value: 0.05, unit: kg,
     from: 2026-01-01, grade: B, source: made up for this test, version: 1}
"""


def test_an_impact_is_stated_and_checked(tmp_path: Path, ledger: Path) -> None:
    """100 kWh are drawn; 30 and 10 are used in the year: 40 x 0.05 = 2 kg. With another factor it does not hold."""
    factors, other, written = tmp_path / "factors.yaml", tmp_path / "other.yaml", tmp_path / "statement.json"
    factors.write_text(FACTORS, "utf-8")
    other.write_text(FACTORS.replace("0.05", "0.06"), "utf-8")
    mains = {"id": "mains", "unit": "kWh", "spec": "electricity"}
    event = {"provider": "mill", "receiver": "mill", "at": "2026-03-01T12:00:00Z"}
    entries = [
        {"id": "e0", "action": "raise", **event, "newResource": mains, "quantity": {"value": "100", "unit": "kWh"}}
    ]
    for id, value in (("e1", "30"), ("e2", "10")):
        amount = {"quantity": {"value": value, "unit": "kWh"}}
        entries.append({"id": id, "action": "consume", **event, "resource": "mains", **amount})
    year = ("--measure", "carbon", "--from", "2026-01-01", "--to", "2027-01-01T00:00:00Z")
    _, stated, held, wrong = story(
        ledger,
        tuple(entries),
        ("impact", factors, *year, "--json", written),
        ("impact-check", written, factors),
        ("impact-check", written, other),
    )
    assert "carbon: 2 kg, grade B" in stated.out
    assert "not counted: 1 e0, no carbon factor for raise of electricity" in stated.out
    assert ["2", "e1", "30", "kWh", "grid", "1", "1.5"] in words_of(stated.out)
    assert (held.code, held.out.split()[:3]) == (0, ["The", "statement", "holds:"])
    assert wrong.code == 1
    assert "version 1, has changed its value" in wrong.out
    statement = json.loads(written.read_text("utf-8"))
    assert statement["hash"] in stated.out
    assert read_statement(statement).total == 2


def test_a_statement_of_another_form_is_told() -> None:
    with pytest.raises(ProblemError) as told:
        read_statement({"measure": 5, "window": [], "lines": {}, "total": "much", "up_to": "5", "moon": 1})
    assert {problem.code for problem in told.value.problems} == {"not-a-statement"}
    assert {problem.where.removeprefix("statement ") for problem in told.value.problems} == {
        "measure", "window", "lines", "total", "up_to", "moon", "unit", "worst_grade", "left_out", "factors", "hash",
    }  # fmt: skip


WATER = """
streams:
  mains: {value: 3000, sd: 60}
  sewer: {value: 2.4e+3, sd: 160}
  leak: {}
  garden: {value: 100, sd: 10}
balances:
  - mains = sewer + leak + garden
  - leak = 0.05 * mains
"""


def test_measured_streams_are_made_to_agree(tmp_path: Path) -> None:
    """mains x 0.95 = sewer + garden: 2850 against 2500, with a doubt of root(57^2 + 160^2 + 10^2) = 170."""
    file = tmp_path / "water.yaml"
    file.write_text(WATER, "utf-8")
    told = run("reconcile", file, "--confidence", "0.95")
    assert told.code == 1
    assert "chi-square 4.23" in told.out
    assert "against 3.84146, 1 degrees of freedom: rejected" in told.out
    assert "most suspect: mains, sewer, garden, off by 2.06 standard deviations; more than 2.39 is" in told.out
    rows = {line[0]: line for line in words_of(told.out)}
    assert rows["leak"][-1] == "observable"
    assert rows["mains"][1] == "3000"


def test_published_cases_are_reconciled() -> None:
    """STAN's example: F1 100 -> 102.426 with 7.88279; two streams cannot be known."""
    told = run("reconcile", DATA / "reconciliation_cases.json", "--case", "stan_cencic_2016")
    rows = {line[0]: line[1:] for line in words_of(told.out)}
    assert told.code == 0
    assert rows["F1"] == ["100", "102.426", "7.88279", "redundant"]
    assert rows["F6"] == ["unobservable"]
    assert run("reconcile", DATA / "reconciliation_cases.json", "--case", "two_flow_equal").code == 0


def test_wrong_measurements_are_problems(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as told:
        read_measured({"streams": {"a": {"valu": 1}, "b": {"value": "2 kg"}, "c": 5}, "balances": ["a + b"]})
    codes = [problem.code for problem in told.value.problems]
    assert codes == ["unknown-key", "not-a-number", "shape", "balance-text"]
    with pytest.raises(ProblemError):
        read_measured({"streams": [], "stream": {}})
    with pytest.raises(ProblemError) as unknown:
        read_case({"cases": [{"id": "a"}]}, "b")
    assert [problem.code for problem in unknown.value.problems] == ["unknown-case"]
    file = tmp_path / "empty.yaml"
    file.write_text("[]", "utf-8")
    assert run("reconcile", file).problems == ["shape"]


@pytest.mark.parametrize("text", ["{", "a: &x 1\nb: *x", "[" * 60, "a: 1\na: 2", "{1: .inf}", "? [a]\n: b", "\x00"])
def test_a_file_that_is_no_yaml_is_told(text: str, tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(ProblemError) as told:
        load_tree(file)
    assert [problem.code for problem in told.value.problems] == ["not-yaml"]


def test_files_are_read_exactly(tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_text("{a: 0.1, b: 2026-01-01, c: yes, d: null, e: [7]}", "utf-8")
    assert json.dumps(load_tree(file), default=str) == '{"a": "0.1", "b": "2026-01-01", "c": true, "d": null, "e": [7]}'
    with pytest.raises(ProblemError) as told:
        load_tree(tmp_path / "nowhere.yaml")
    assert told.value.problems[0].code == "no-file"
