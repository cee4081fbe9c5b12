"""The arrows between packages, as pyproject.toml draws them, and what they are for while the program runs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.tidy.sources import ROOT


def test_imports_keep_their_direction() -> None:
    lint = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    told = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize(
    ("module", "strangers"),
    [
        ("wikivillage.planner.check_plan", ("highspy", "piqp", "wikivillage.planner.compile")),
        ("wikivillage.model", ("highspy", "piqp", "pvlib", "pandas")),
        ("wikivillage.base.problems", ("numpy", "pint")),
    ],
)
def test_a_module_does_not_even_load(module: str, strangers: tuple[str, ...]) -> None:
    load = f"import sys, {module}; print(*[name for name in {strangers!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", load], cwd=ROOT / "src", capture_output=True, text=True, check=True)
    assert told.stdout.split() == [], f"importing {module} loads {told.stdout}"
