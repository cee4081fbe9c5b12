"""The files around the code: what is promised to whoever clones it."""

from __future__ import annotations

import os
import re
import tomllib

from tests.tidy.sources import ROOT, assert_none, is_made, text_of
from wikivillage import __version__

PROJECT = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]


def test_every_dependency_is_locked() -> None:
    locked = {_plain(line.split("==")[0]) for line in text_of(ROOT / "constraints.txt").splitlines() if "==" in line}
    wanted = PROJECT["dependencies"] + [one for extra in PROJECT["optional-dependencies"].values() for one in extra]
    names = {_plain(re.match(r"[\w.-]+", one).group()) for one in wanted} - {"wikivillage"}  # type: ignore[union-attr]
    assert_none(sorted(names - locked))


def test_changelog_speaks_of_this_version() -> None:
    assert f"## {__version__}" in text_of(ROOT / "CHANGELOG.md")


def test_scripts_can_be_run() -> None:
    scripts = [path for path in (ROOT / ".ci").iterdir() if path.is_file()]
    assert scripts
    assert [path.name for path in scripts if not os.access(path, os.X_OK)] == []
    assert [path.name for path in scripts if "set -euo pipefail" not in path.read_text("utf-8")] == []


def test_everything_that_the_program_reads_is_packaged() -> None:
    patterns = tomllib.loads(text_of(ROOT / "pyproject.toml"))["tool"]["setuptools"]["package-data"]["wikivillage"]
    package = ROOT / "src" / "wikivillage"
    packaged = {path for pattern in patterns for path in package.glob(pattern)}
    data = {path for path in package.rglob("*") if path.is_file() and path.suffix != ".py" and not is_made(path)}
    assert_none(sorted(map(str, data - packaged)))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
