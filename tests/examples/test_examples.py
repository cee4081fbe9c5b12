"""Every worked example gives the figures that its own file promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.expectations import figure_in, read_expected
from wikivillage.model import load_village
from wikivillage.planner.check_plan import check_plan
from wikivillage.planner.planning import plan
from wikivillage.planner.write import write_plan

EXAMPLES = sorted((Path(__file__).parents[2] / "villages" / "examples").glob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_keeps_its_promises(path: Path) -> None:
    promises = list(read_expected(path.read_text(encoding="utf-8")))
    assert promises, "an example promises at least one figure"
    result = plan(load_village(path), base=path.parent)
    reached = {promise.what: figure_in(result, promise.what) for promise in promises}
    promised = {promise.what: promise.figure for promise in promises}
    assert reached == pytest.approx(promised, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_passes_the_audit(path: Path, tmp_path: Path) -> None:
    write_plan(plan(load_village(path), base=path.parent), tmp_path, path)
    assert check_plan(tmp_path).findings == ()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_is_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert sum(bool(line.strip()) and not line.startswith("#") for line in lines) <= 40


def test_the_manual_tells_of_every_example() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "examples.md").read_text(encoding="utf-8")
    assert [path.name for path in EXAMPLES if path.name not in manual] == []
