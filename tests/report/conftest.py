"""Fixtures of the report's tests: the paper village, drawn once."""

from __future__ import annotations

import copy
from typing import Any

import pandas as pd
import pytest

from tests.report.paper_record import paper_plan


@pytest.fixture(scope="session")
def drawn() -> tuple[dict[str, Any], pd.DataFrame]:
    return paper_plan()


@pytest.fixture
def record(drawn: tuple[dict[str, Any], pd.DataFrame]) -> dict[str, Any]:
    return copy.deepcopy(drawn[0])


@pytest.fixture
def flows(drawn: tuple[dict[str, Any], pd.DataFrame]) -> pd.DataFrame:
    return drawn[1]
