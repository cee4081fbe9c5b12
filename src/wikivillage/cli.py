"""The verbs on the command line. Thin: each command reads, calls one stage of the core, and prints."""

from __future__ import annotations

import locale
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.commands.flows import ledger_app
from wikivillage.commands.meters import meters_app
from wikivillage.commands.site import site_app
from wikivillage.commands.village import village_app

if TYPE_CHECKING:
    from wikivillage.planner.planning import Progress as PlanProgress

app = typer.Typer(
    name="wikivillage",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    help="Plan, run, stress and prove a resilient village: energy, water, matter, food, money on one model.",
)
app.add_typer(village_app, name="village")
app.add_typer(ledger_app, name="ledger")
app.add_typer(meters_app, name="meters")
app.add_typer(site_app, name="site")
out, err = Console(highlight=False), Console(stderr=True, highlight=False)

VillageFile = Annotated[Path, typer.Argument(metavar="FILE", help="The village file, e.g. villages/saint_blaise.yaml")]
ResultFolder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder that `wikivillage plan` wrote")]
Language = Annotated[
    Literal["fr", "en"] | None,
    typer.Option("--lang", help="Language of the report; your locale's by default"),
]


@app.command()
def plan(
    file: VillageFile,
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the result goes")] = Path("out"),
    lang: Language = None,
    csv: Annotated[bool, typer.Option("--csv", help="Also write every flow as CSV files, one per tempo")] = False,
) -> None:
    """Plan a village: sizes, the use of every hour, the cost, and how far each goal is.

    Writes plan.json, flows.parquet, report.html and the village as it was understood into DIR, all or nothing.

    Example: `wikivillage plan villages/saint_blaise.yaml --out out/saint_blaise --lang fr`
    """
    from wikivillage.model import load_village
    from wikivillage.planner.check_plan import check_plan
    from wikivillage.planner.planning import plan as plan_village
    from wikivillage.planner.write import result_folder, write_plan, write_record
    from wikivillage.report.page import render_html
    from wikivillage.report.tables import write_csv
    from wikivillage.report.terminal import terminal_summary

    begun, spoken = time.perf_counter(), lang or locale_language()
    with result_folder(folder) as fresh, stages() as progress:
        with progress.stage("load", file.name):
            village = load_village(file)
        made = plan_village(village, file.parent, progress)
        with progress.stage("write"):
            write_plan(made, fresh, file)
        with progress.stage("check"):
            audit = check_plan(fresh)
        made.record["made_at"] = datetime.now(UTC).isoformat(timespec="seconds")
        made.record["certificate"]["checked"] = audit.record
        with progress.stage("report"):
            page = render_html(made.record, made.flows, spoken)
        (fresh / "report.html").write_text(page, "utf-8")
        if csv:
            with progress.stage("csv"):
                write_csv(made.flows, fresh / "csv")
        made.record["timings"]["total"] = time.perf_counter() - begun
        write_record(made.record, fresh)
    out.print(terminal_summary(made.record, spoken))
    out.print(f"\n{folder / 'report.html'}", soft_wrap=True)


@app.command()
def check(file: VillageFile) -> None:
    """Check a village file only: every problem at once, each with its line. Exit code 2 when there is one."""
    from wikivillage.climate.resolve import resolve
    from wikivillage.model import load_village

    village = load_village(file)
    resolve(village, file.parent)
    parts = ("places", "processes", "stores", "needs", "offers", "exchanges", "goals")
    counts = ", ".join(f"{len(getattr(village, part))} {part}" for part in parts)
    out.print(f"{file}: no problem found in {village.name}: {counts}.")


@app.command("check-plan")
def check_plan_command(folder: ResultFolder) -> None:
    """Re-add every balance of a result with an independent checker. Exit code 1 when something does not add up."""
    from wikivillage.planner.check_plan import check_plan

    audit = check_plan(folder)
    for finding in audit.findings:
        out.print(str(finding), markup=False)
    worst = audit.worst
    out.print(
        f"{folder}: {audit.balances:,} balances added up again; the worst is {worst.absolute:.2g} {worst.unit} off "
        f"({worst.relative:.1e} of its turnover), {worst.where} {worst.when}."
    )
    if not audit.ok:
        out.print(f"{len(audit.findings)} of its laws are broken.")
        raise typer.Exit(1)


@app.command()
def recipes(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One recipe, store or resource")] = None,
    lang: Language = None,
) -> None:
    """Show the library: all recipes in a list, or one with every number, its unit, grade and source."""
    from wikivillage.model import load_library
    from wikivillage.report.library_listing import library_listing

    out.print(library_listing(load_library(), name, lang or locale_language()))


@app.command()
def report(
    folder: ResultFolder,
    lang: Language = None,
) -> None:
    """Write the report of a result again, for instance in the other language."""
    from wikivillage.planner.write import read_result
    from wikivillage.report.page import render_html

    record, flows = read_result(folder)
    page = folder / "report.html"
    page.write_text(render_html(record, flows, lang or locale_language()), "utf-8")
    out.print(str(page), soft_wrap=True)


@app.command()
def serve(
    folder: ResultFolder,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one")] = 8000,
) -> None:
    """Serve the report of a result on 127.0.0.1 until Ctrl-C."""
    from wikivillage.serve import serve_report

    serve_report(folder, port, out.print)


@contextmanager
def stages() -> Iterator[PlanProgress]:
    """A line on the terminal that says which stage runs and since when; it goes when all is done."""
    from wikivillage.planner.planning import Progress

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=err, transient=True) as bar:
        task = bar.add_task("")
        yield Progress(say=lambda stage, detail: bar.update(task, description=f"{STAGES[stage]} {detail}"))


STAGES = {
    "load": "Reading the village",
    "weather": "Reading the weather",
    "compile": "Writing the equations",
    "solve": "Looking for the cheapest plan",
    "interpret": "Turning the answer into flows",
    "write": "Writing the files",
    "check": "Checking every balance again",
    "report": "Drawing the report",
    "csv": "Writing CSV files",
}


def locale_language() -> Literal["fr", "en"]:
    """The language of the person's locale: French, or English for every other."""
    return "fr" if (locale.getlocale()[0] or "").startswith("fr") else "en"


def main() -> None:
    """Run a command; somebody's wrong input ends with its problems and exit code 2, never with a traceback."""
    try:
        app()
    except ProblemError as error:
        for problem in error.problems:
            err.print(str(problem), markup=False, soft_wrap=True)
        err.print(_count(error.problems), markup=False)
        sys.exit(2)


def _count(problems: tuple[Problem, ...]) -> str:
    return (
        "1 problem; nothing was written." if len(problems) == 1 else f"{len(problems)} problems; nothing was written."
    )
