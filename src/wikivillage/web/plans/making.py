"""Making a plan: the village as text into the planner, its result checked, drawn and packed. Knows no database."""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from wikivillage.web.plans.hours import pack
from wikivillage.web.plans.scenario import Ground, write_ground

Say = Callable[[str, int, int], None]

STAGES = {
    "load": gettext_noop("Reading the village"),
    "weather": gettext_noop("Reading the weather"),
    "compile": gettext_noop("Writing the equations"),
    "solve": gettext_noop("Looking for the cheapest plan"),
    "interpret": gettext_noop("Turning the answer into flows"),
    "write": gettext_noop("Writing the files"),
    "check": gettext_noop("Checking every balance again"),
    "report": gettext_noop("Drawing the report"),
}
"""The steps of making a plan and what is said of each, in their order."""
LANGUAGES = ("fr", "en")
COMPRESSED = frozenset({"flows.parquet"})
"""Parts that are compressed already."""


@dataclass(frozen=True, slots=True)
class MadePlan:
    """A plan ready to be stored: what lists show, whether it was found sound, and its parts by name."""

    summary: dict[str, Any]
    sound: bool
    parts: Mapping[str, bytes]


def make_plan(ground: Ground, *, at: datetime, say: Say) -> MadePlan:
    """Plan a village. Raises ProblemError when it cannot be planned."""
    from wikivillage.model import load_village
    from wikivillage.planner.check_plan import check_plan
    from wikivillage.planner.planning import Progress, plan
    from wikivillage.planner.write import write_plan, write_record

    progress = Progress(say=_counted(say))
    with tempfile.TemporaryDirectory(prefix="plan-") as scratch:
        source = Path(scratch) / "source"
        folder = Path(scratch) / "result"
        source.mkdir()
        folder.mkdir()
        with progress.stage("load"):
            file = write_ground(ground, source)
            village = load_village(file)
        made = plan(village, source, progress)
        with progress.stage("write"):
            write_plan(made, folder, file)
        with progress.stage("check"):
            audit = check_plan(folder)
        made.record["made_at"] = at.isoformat(timespec="seconds")
        made.record["certificate"]["checked"] = audit.record
        with progress.stage("report"):
            drawn = _drawn(made.record, made.flows)
        made.record["timings"]["total"] = sum(progress.seconds.values())
        write_record(made.record, folder)
        files = {name: (folder / name).read_bytes() for name in ("plan.json", "flows.parquet", "village.yaml")}
    return MadePlan(summary_of(made.record), audit.ok, {**files, **drawn})


def _counted(say: Say) -> Callable[[str, str], None]:
    steps = list(STAGES)

    def told(stage: str, detail: str) -> None:
        say(STAGES[stage], steps.index(stage), len(steps))

    return told


def _drawn(record: dict[str, Any], flows: Any) -> dict[str, bytes]:
    """The report for the site and for oneself in each language, and the hours of the forecast."""
    from wikivillage.report.page import render_html, report_parts
    from wikivillage.report.reading import read

    found = {"hours": pack(read(record, flows, "en"))}
    for lang in LANGUAGES:
        parts = report_parts(record, flows, lang)
        found[f"head-{lang}"] = parts.head.encode()
        found[f"contents-{lang}"] = json.dumps(parts.contents, ensure_ascii=False).encode()
        found[f"body-{lang}"] = parts.body.encode()
        found[f"numbers-{lang}"] = parts.numbers.encode()
        found[f"report-{lang}.html"] = render_html(record, flows, lang).encode()
    return found


def summary_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """What lists and comparisons show of a plan, small enough to be read for each."""
    keys = ("id", "name", "measure", "resource", "matched", "sense", "share", "target", "reached", "unit", "met")
    goals = [{key: goal.get(key) for key in (*keys, "missing", "missing_unit")} for goal in record["goals"]]
    return {
        "village": record["village"]["name"],
        "goals": goals,
        "met": sum(bool(goal["met"]) for goal in goals),
        "yearly_cost": record["yearly_cost"],
        "investment": record["investment"],
        "unmet": len(record["unmet"]),
        "start": record["horizon"]["start"],
        "hours": record["horizon"]["hours"],
        "seconds": record["timings"].get("total"),
    }


def packed(name: str, content: bytes) -> bytes:
    """A part as it is kept."""
    return content if name in COMPRESSED else zlib.compress(content, 6)


def unpacked(name: str, content: bytes) -> bytes:
    """A part as it was made."""
    return bytes(content) if name in COMPRESSED else zlib.decompress(content)
