"""The published cases, played on the real ledger, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from wikivillage.web.ledger.book import cases_of, replay_case

DATA = Path(__file__).parents[2] / "flows" / "data"
FILES = ("ledger_cases.json", "more_ledger_cases.json")
CASES = [case for file in FILES for case in cases_of(json.loads((DATA / file).read_text("utf-8")))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
@pytest.mark.usefixtures("ledger")
def test_case_comes_out_as_printed(case: Mapping[str, Any]) -> None:
    outcome = replay_case(case)
    assert outcome.differences == ()
    assert outcome.checked > 0
