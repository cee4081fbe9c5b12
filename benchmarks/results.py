"""What was measured, as rows with a target, printed as a table and kept in RESULTS.md."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.services.postgres import find_postgres
from wikivillage import __version__

RESULTS = Path(__file__).with_name("RESULTS.md")
HEADS = ("work", "measured", "against", "ratio", "target", "met", "missed: why")
PACKAGES = ("numpy", "scipy", "highspy", "highspy-extras", "piqp", "linopy", "Django", "psycopg")


@dataclass(frozen=True, slots=True)
class Row:
    """One work: what was measured, what it is held against, the ratio of the two, and the target of the design.

    ``why``: what is known about a miss of this row alone.
    """

    work: str
    measured: str
    against: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None
    why: str = ""

    def cells(self, why: str) -> tuple[str, ...]:
        """The cells of its line; ``why`` is what is known about a miss, where the row does not say it itself."""
        met = {True: "yes", False: "no", None: ""}[self.met]
        missed = (self.why or why) if self.met is False else ""
        return (self.work, self.measured, self.against, self.ratio, self.target, met, missed)


def show(rows: list[Row], title: str, why: str) -> None:
    """Print the rows as a table."""
    table = Table(*HEADS, title=title)
    for row in rows:
        table.add_row(*row.cells(why))
    Console(width=180 if not Console().is_terminal else None).print(table)


def keep(rows: list[Row], title: str, why: str, file: Path = RESULTS) -> None:
    """Append the rows, under the machine and the versions that they were measured with."""
    lines = [
        f"\n## {title}\n", f"{machine()}  ", f"{versions()}\n",
        _line(HEADS), _line(("---",) * len(HEADS)), *(_line(row.cells(why)) for row in rows),
    ]  # fmt: skip
    with file.open("a", encoding="utf-8") as kept:
        kept.write("\n".join(lines) + "\n")


def title(at: datetime, mode: str) -> str:
    """The heading of one run."""
    return f"{at:%Y-%m-%d %H:%M}, {mode}"


def machine() -> str:
    """Processor, cores, memory and system, in words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}"


def versions() -> str:
    """WikiVillage, Python and the packages that decide the figures."""
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    databases = f"SQLite {sqlite3.sqlite_version}, {_postgres()}"
    return f"wikivillage {__version__}, Python {platform.python_version()}, {packages}, {databases}"


def _postgres() -> str:
    """The version of the server whose programs are found, in its own words."""
    programs = find_postgres()
    if programs is None:
        return "PostgreSQL absent"
    told = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return f"PostgreSQL {told.split()[2]}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"
