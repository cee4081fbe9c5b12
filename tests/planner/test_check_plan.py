"""A plan that is right passes the audit; with one number altered it does not, and the finding names the law."""

from __future__ import annotations

import ast
import copy
import hashlib
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.planner.faults import FAULTS, FRAME, RECORD, Fault, Record, add, part, rows, size, times
from tests.planner.paper_plan import VILLAGE, write_folder
from wikivillage.model import load_village_text
from wikivillage.model.kinds import Village
from wikivillage.planner import check_plan as module
from wikivillage.planner.audit import result
from wikivillage.planner.check_plan import Audit, check_plan


@pytest.fixture(autouse=True)
def _read_each_village_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred copies of one village need not be read a hundred times."""
    monkeypatch.setattr(result, "load_village", lambda file: _village(file.read_text("utf-8")))


@lru_cache
def _village(text: str) -> Village:
    return load_village_text(text)


def audited(folder: Path, fault: Fault | None = None, village: str = VILLAGE) -> Audit:
    """The audit of the paper plan, altered in one place."""
    record, frame = copy.deepcopy(RECORD), FRAME.copy()
    made = fault(record, frame) if fault else None
    return check_plan(
        write_folder(folder / "result", record, made if isinstance(made, pd.DataFrame) else frame, village)
    )


def test_a_plan_that_is_right_passes(tmp_path: Path) -> None:
    audit = audited(tmp_path)
    assert [str(finding) for finding in audit.findings] == []
    assert audit.ok
    assert audit.balances == 2 * 48 + 2 * 5 + 2
    assert audit.worst.relative < 1e-12
    assert audit.totals["objective"] == pytest.approx(RECORD["objective"]["total"], rel=1e-9)
    assert audit.totals["waste_to_outside"] == pytest.approx(2.5)


@pytest.mark.parametrize("altered", FAULTS)
def test_one_altered_number_is_found_and_named(altered: str, tmp_path: Path) -> None:
    code, fault = FAULTS[altered]
    audit = audited(tmp_path, fault)
    assert not audit.ok
    assert code in {finding.code for finding in audit.findings}, [str(finding) for finding in audit.findings]


def test_a_finding_says_where_when_and_how_much(tmp_path: Path) -> None:
    audit = audited(tmp_path, add("grid.bought.power.village", 27, 0.25))
    (found,) = (finding for finding in audit.findings if finding.code == "balance")
    assert found.where == "power@village at 2025-01-02 03:00"
    assert found.what == "0.85 kWh come and 0.6 kWh go"
    assert found.amount == pytest.approx(0.25)
    assert 0 < found.tolerance < 1e-5
    assert audit.worst.absolute == pytest.approx(0.25)
    assert (audit.worst.where, audit.worst.when) == ("power@village", "2025-01-02 03:00")


def test_rounding_is_no_fault(tmp_path: Path) -> None:
    assert audited(tmp_path, add("grid.bought.power.village", 3, 1e-7)).ok


def test_many_broken_steps_are_one_finding(tmp_path: Path) -> None:
    audit = audited(tmp_path, rows(lambda frame: times(frame, "lamps.served.power.village", 2.0)))
    (found,) = (finding for finding in audit.findings if finding.code == "need")
    assert found.what.endswith("(and in 47 more steps)")


def test_rows_in_any_order_are_the_same_plan(tmp_path: Path) -> None:
    assert audited(tmp_path, rows(lambda frame: frame.sample(frac=1.0, random_state=1))).ok


def test_words_may_be_categories(tmp_path: Path) -> None:
    columns = ["flow", "kind", "id", "resource", "network", "unit", "tempo"]
    assert audited(tmp_path, rows(lambda frame: frame.astype(dict.fromkeys(columns, "category")))).ok


def test_what_is_not_cyclic_stays_under_way_and_owned_things_cost_no_capital(tmp_path: Path) -> None:
    """The compost of the second day is not there yet, and panels that are there already are only kept up."""
    village = VILLAGE.replace("hours: 48}", "hours: 48, cyclic: no}")
    village = village.replace("size: 0..10 kWp}", "size: 0..10 kWp, owned: yes}")
    capital = RECORD["objective"]["parts"][part("capital", "pv")]["amount"]
    cheaper = {"yearly_cost": RECORD["yearly_cost"] - capital + 0.12, "investment": 8.5}

    def fault(record: Record, frame: pd.DataFrame) -> None:
        for flow in ("heap.output.compost.village", "garden.sold.compost.village"):
            add(flow, 0, -1.2)(record, frame)
        record["objective"]["parts"][part("capital", "pv")]["amount"] = 0.0
        record["objective"]["parts"][part("sold", "garden")]["amount"] = -0.18
        record["objective"]["total"] += 0.12 - capital
        record["measures"]["cost"] = cheaper["yearly_cost"]
        record.update(cheaper)
        size("pv", "process", "capital_eur", 0.0)(record, frame)
        size("pv", "process", "yearly_eur", 60.0)(record, frame)
        for line in record["flows"]:
            line["total"] -= 1.2 if line["resource"] == "compost" else 0.0
        for side in ("primal", "dual"):
            record["certificate"][f"{side}_objective"] = record["objective"]["total"]

    assert [str(finding) for finding in audited(tmp_path, fault, village).findings] == []


def test_without_interest_capital_is_spread_over_the_life(tmp_path: Path) -> None:
    village = VILLAGE.replace("discount_rate: 3 %, ", "")
    audit = audited(tmp_path, village=village)
    (found,) = (finding for finding in audit.findings if finding.code == "money.capital")
    again = 3000 / 20 * 48 / 8760
    assert f"re-added it is {again:.10g}" in found.what


def test_an_empty_table_lacks_everything(tmp_path: Path) -> None:
    record = copy.deepcopy(RECORD)
    folder = write_folder(tmp_path / "result", record, FRAME)
    schema = pq.read_table(folder / "flows.parquet").schema
    pq.write_table(pa.Table.from_batches([], schema), folder / "flows.parquet")
    codes = {finding.code for finding in check_plan(folder).findings}
    assert {"need", "offer", "total.flow", "money.total", "origin.flows"} <= codes


def test_the_checker_looks_at_nothing_that_made_the_plan() -> None:
    """Neither by what its files import nor by what is loaded with it."""
    allowed = ("wikivillage.base", "wikivillage.model", "wikivillage.climate", "wikivillage.planner.audit")
    here = Path(module.__file__).parent
    for file in (here / "check_plan.py", *sorted((here / "audit").glob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("wikivillage"):
                assert str(node.module).startswith(allowed), f"{file.name} imports {node.module}"
    forbidden = "{'highspy', 'piqp', 'wikivillage.planner.compile', 'wikivillage.planner.solve'}"
    script = f"import sys, wikivillage.planner.check_plan; print(sorted({forbidden} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_law_has_a_fault_that_it_finds(tmp_path: Path) -> None:
    """No law is there for show: each one finds something among the planted faults."""
    silent = dict(module.LAWS)
    for number, (_, fault) in enumerate(FAULTS.values()):
        if not silent:
            break
        record, frame = copy.deepcopy(RECORD), FRAME.copy()
        made = fault(record, frame)
        kept = made if isinstance(made, pd.DataFrame) else frame
        read = module.read_result(write_folder(tmp_path / str(number), record, kept))
        silent = {name: law for name, law in silent.items() if not any(True for _ in law(read))}
    assert silent == {}


def test_the_sums_are_those_of_the_files(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "result", copy.deepcopy(RECORD), FRAME)
    (folder / "village.yaml").write_text(VILLAGE + "# a remark\n", "utf-8")
    assert [finding.code for finding in check_plan(folder).findings] == ["origin.village"]
    assert hashlib.sha256(VILLAGE.encode()).hexdigest() in (folder / "plan.json").read_text()
