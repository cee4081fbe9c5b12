"""What the planner writes is what the checker, which shares no code with it, finds again."""

from __future__ import annotations

from pathlib import Path

import pytest

from wikivillage.model import load_village
from wikivillage.planner.check_plan import check_plan
from wikivillage.planner.planning import plan
from wikivillage.planner.write import write_plan

EXAMPLES = sorted((Path(__file__).parents[2] / "villages" / "examples").glob("*.yaml"))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_plan_of_an_example_passes(file: Path, tmp_path: Path) -> None:
    write_plan(plan(load_village(file), file.parent), tmp_path, file)
    audit = check_plan(tmp_path)
    assert [str(finding) for finding in audit.findings] == []
    assert audit.balances > 0
    assert audit.worst.relative < 1e-6
