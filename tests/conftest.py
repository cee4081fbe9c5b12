"""For all tests: in continuous integration nothing may be skipped, for what is skipped there is tested nowhere."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest

NOTHING_SKIPS = os.environ.get("CI", "").lower() in ("1", "true")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """A test that was skipped has failed."""
    return _unskipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """So has a file whose tests were all skipped when it was read."""
    return _unskipped((yield))


def _unskipped(report: Any) -> Any:
    if NOTHING_SKIPS and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"Skipped, but nothing may be in continuous integration: {report.longrepr}"
    return report
