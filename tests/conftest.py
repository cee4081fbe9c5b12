"""For all tests: in continuous integration nothing may be skipped, for what is skipped there is tested nowhere."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings

from tests.services.postgres import postgres_cluster as postgres_cluster

NOTHING_SKIPS = os.environ.get("CI", "").lower() in ("1", "true")

settings.register_profile("ci", derandomize=True)
if NOTHING_SKIPS:
    # What lands is tried on the same examples as its author saw; new ones are looked for at every other run.
    settings.load_profile("ci")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """A test that was skipped has failed."""
    return _unskipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """So has a file whose tests were all skipped when it was read."""
    return _unskipped((yield))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once for each reason how many tests were skipped."""
    skipped = terminalreporter.stats.get("skipped", ())
    for reason, number in Counter(report.longrepr[2] for report in skipped).items():
        terminalreporter.write_line(f"{number} tests: {reason}")


def _unskipped(report: Any) -> Any:
    if NOTHING_SKIPS and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"Skipped, but nothing may be in continuous integration: {report.longrepr}"
    return report
