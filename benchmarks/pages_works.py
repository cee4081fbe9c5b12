"""The pages that people open every day, on a year of data, under readers who come whether or not others were served.

The year is made once a day, in SQLite and through the site's own actions, and kept in the temporary folder of this
machine for the next run; its rows are copied into a PostgreSQL each time.
"""

from __future__ import annotations

import hashlib
import http.client
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.fresh import ROOT, run_task
from benchmarks.ledger_bases import Engine, PostgresEngine, engines
from benchmarks.ledger_story import lots
from benchmarks.ledger_works import ANSWER_MS, load, served
from benchmarks.load import HOST
from benchmarks.results import Row

RATE = 50
PATIENT_S = 4 * 3600.0
FIGURE = re.compile(rb"<svg\b.*?</svg>", re.DOTALL)
SHEET = re.compile(rb'<link rel="stylesheet" href="([^"]+)"')
WEIGHT = 200_000
"""Bytes of a page and its style sheets without figures."""
MADE_OF = ("benchmarks/village_year.py", "benchmarks/year_tasks.py", "src/wikivillage/web/*/migrations/*.py")
"""Files on which a kept year rests: with another it is made again."""


@dataclass(frozen=True, slots=True)
class PagesScale:
    """How long the year is in days, how many events of trade come on top, how many hours are planned (None: a year),
    and for how many seconds each load lasts."""

    days: int
    trade: int
    hours: int | None
    seconds: float


FULL_PAGES = PagesScale(365, 100_000, None, 20.0)
QUICK_PAGES = PagesScale(14, 2_000, 168, 3.0)


def pages(scale: PagesScale) -> list[Row]:
    """Each kind of page at the target's rate, all of them mixed, and how heavy they are."""
    made = year(scale)
    rows = [_told(made)]
    with engines() as found:
        for engine in found:
            with _living(engine, made.url) as url:
                rows += _on(engine, url, scale, made)
    return rows


@dataclass(frozen=True, slots=True)
class Year:
    """A kept year: where it is, what is in it, and which pages are asked for."""

    url: str
    events: int
    readings: int
    megabytes: float
    pages: dict[str, list[str]]


def year(scale: PagesScale) -> Year:
    """The year of today: one that is kept, or a new one; older ones go."""
    folder = Path(tempfile.gettempdir()) / "wikivillage-bench-years"
    folder.mkdir(exist_ok=True)
    file = folder / f"{_digest(scale)}.sqlite3"
    if not file.exists():
        for old in folder.iterdir():
            old.unlink()
        _make(file, scale)
    url = f"sqlite:///{file}"
    told = _task("counted", url=url)
    return Year(url, told["events"], told["readings"], file.stat().st_size / 1e6, _addresses(url, scale))


def _make(file: Path, scale: PagesScale) -> None:
    """Build it beside its place: half a year is not mistaken for one."""
    part = file.with_suffix(".part")
    until = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    size = {"days": scale.days, "trade": scale.trade, "hours": scale.hours}
    _task("build", url=f"sqlite:///{part}", until=until.isoformat(), **size)
    work = ["site", "work", "--until-idle", "--database", f"sqlite:///{part}"]
    subprocess.run([sys.executable, "-c", "from wikivillage.cli import main; main()", *work], cwd=ROOT, check=True)
    _task("settle", url=f"sqlite:///{part}")
    part.rename(file)


def _digest(scale: PagesScale) -> str:
    """What a year is made of, and the day on which it ends."""
    files = sorted(path for pattern in MADE_OF for path in ROOT.glob(pattern))
    text = b"".join(path.read_bytes() for path in files) + f"{scale.days} {scale.trade} {datetime.now(UTC):%F}".encode()
    return hashlib.sha256(text).hexdigest()[:16]


def _addresses(url: str, scale: PagesScale) -> dict[str, list[str]]:
    """The pages of each kind."""
    places = _column(url, "SELECT id FROM registry_place ORDER BY position")
    meters = _column(url, "SELECT id FROM meters_meter ORDER BY id")
    return {
        "pulse": ["/"],
        "building": ["/building/"],
        "room": [f"/building/{id}/" for id in places],
        "meter": [f"/meters/{id}/" for id in meters],
        "trace": [f"/ledger/trace/table-{number}/" for number in range(max(lots(scale.trade), 1))],
    }


def _column(url: str, sql: str) -> list[str]:
    return [row[0] for row in _task("question", url=url, sql=sql)["rows"]]


@contextmanager
def _living(engine: Engine, made: str) -> Iterator[str]:
    """A copy of the year on an engine, gone afterwards."""
    if isinstance(engine, PostgresEngine):
        url = engine.create()
        _task("adopt", url=url, source=made)
    else:
        url = engine.copy(made)
    try:
        yield url
    finally:
        engine.drop(url)


def _on(engine: Engine, url: str, scale: PagesScale, made: Year) -> list[Row]:
    rows = []
    with served(url, "", "/static/look/tokens.css") as port:
        loads = {"all mixed": made.pages, **{kind: {kind: paths} for kind, paths in made.pages.items()}}
        for name, asked in loads.items():
            told = load("benchmarks.page_load", port=port, pages=asked, rate=RATE, seconds=scale.seconds)
            rows.append(_loaded(f"{engine.name}: {name}", told, scale))
        if engine.name == "SQLite":
            rows.append(_weighed(port, made.pages))
    return rows


def _loaded(name: str, told: dict[str, Any], scale: PagesScale) -> Row:
    kinds = ", ".join(f"{kind} {ms:,.0f}" for kind, ms in told["p99_by_kind"].items())
    by_kind = f"; p99 by kind: {kinds}" if len(told["p99_by_kind"]) > 1 else ""
    return Row(
        f"pages on a year, {name}, open loop, {RATE}/s for {scale.seconds:.0f} s",
        f"p50 {told['p50']:,.1f} ms, p99 {told['p99']:,.1f} ms, max {told['max']:,.0f} ms; {told['achieved']:.1f} of "
        f"{told['offered']:.1f}/s answered, {told['errors']} errors of {told['requests']}{by_kind}",
        target=f"p99 < {ANSWER_MS:.0f} ms",
        met=told["p99"] < ANSWER_MS and told["errors"] == 0,
    )


def _weighed(port: int, asked: dict[str, list[str]]) -> Row:
    """The heaviest page of each kind, among its first ten."""
    kilobytes = {kind: max(weight(port, path) for path in paths[:10]) / 1000 for kind, paths in asked.items()}
    said = ", ".join(f"{kind} {size:.0f}" for kind, size in kilobytes.items())
    limit = WEIGHT / 1000
    return Row(
        "weight of pages with their style sheets, without figures, not compressed", f"{said} kB",
        target=f"<= {limit:.0f} kB", met=max(kilobytes.values()) <= limit,
    )  # fmt: skip


def weight(port: int, path: str) -> int:
    """Bytes of a page and its style sheets, without its figures."""
    page = _body(port, path)
    sheets = [match.decode() for match in SHEET.findall(page)]
    return len(FIGURE.sub(b"", page)) + sum(len(_body(port, sheet)) for sheet in sheets)


def _body(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request("GET", path, headers={"Accept-Language": "fr"})
        return connection.getresponse().read()
    finally:
        connection.close()


def _told(made: Year) -> Row:
    counted = f"{made.events:,} events, {made.readings:,} readings, {made.megabytes:,.0f} MB in SQLite"
    return Row("the year on which pages are measured", f"{counted}; made through the site's own actions")


def _task(name: str, **arguments: Any) -> dict[str, Any]:
    answer = run_task(name, limit_s=PATIENT_S, module="benchmarks.year_tasks", **arguments)
    if answer is None:
        raise RuntimeError(f"{name} did not end within {PATIENT_S:.0f} s")
    return answer


PAGES_WORKS: dict[str, Callable[[PagesScale], list[Row]]] = {"pages": pages}
