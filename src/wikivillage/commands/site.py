"""``wikivillage site``: the living village on this machine, its pages, its API and its background work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.commands.opening import Database, err, open_database, open_existing, out, right_now, warn_of_sqlite
from wikivillage.web.database import DEFAULT_URL

site_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="The living village: serve its pages and its API, do its background work, show it with a demonstration.",
)
CANNOT_LIVE = {"not-this-village", "plan-too-short"}
"""Why a village may be shown with its plan, and without a life."""
DEMONSTRATION_STEWARD = "intendance@saint-blaise.example"
"""Who looks after a demonstration; its letters are on a page, for the address is nobody's."""


@site_app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; the next free one if it is taken, 0 for any")] = 8000,
    processes: Annotated[
        int | None,
        typer.Option(min=1, help="How many processes answer; one for each core, on an old SQLite one"),
    ] = None,
    threads: Annotated[int, typer.Option(min=1, help="How many requests each of them answers at once")] = 4,
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Do the background work beside it")] = True,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="Show letters on a page, and let the demonstration live on")
    ] = False,
    database: Database = DEFAULT_URL,
) -> None:
    """Serve the pages and the API on 127.0.0.1 until Ctrl-C; the API describes itself at /api/docs.

    Example: `wikivillage site serve --port 8000`
    """
    if demonstration:
        os.environ["DEMONSTRATION"] = "1"
    open_database(database)
    warn_of_sqlite(database)
    from wikivillage.web.server import default_processes, free_port, serve_site

    chosen = free_port(port)
    out.print(f"http://127.0.0.1:{chosen}/  (Ctrl-C to stop)")
    serve_site(port=chosen, processes=processes or default_processes(database), threads=threads, worker=worker)


@site_app.command()
def work(
    until_idle: Annotated[bool, typer.Option("--until-idle", help="End when nothing is left to do")] = False,
    database: Database = DEFAULT_URL,
) -> None:
    """Do the background work only: plans, letters, sums of days. `site serve` does it beside the pages.

    Example: `wikivillage site work --until-idle`
    """
    open_existing(database)
    from wikivillage.web.jobs.work import main
    from wikivillage.web.jobs.worker import work as work_on

    if until_idle:
        out.print(f"Jobs done: {work_on(until_idle=True)}.")
    else:
        main([])


@site_app.command()
def demo(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The village file, e.g. villages/saint_blaise.yaml")],
    database: Database = "sqlite:///out/village.sqlite3",
) -> None:
    """Make a demonstration: load a village, plan it, and let it live through a quarter of a year up to now.

    What happened is made up by a program, and every page says so. Run again, it goes on from where it ended.

    Example: `wikivillage site demo villages/saint_blaise.yaml`
    """
    os.environ["DEMONSTRATION"] = "1"
    _make_folder(database)
    open_database(database)
    from wikivillage.web.accounts.invitations import invite_steward
    from wikivillage.web.demonstration.actions import prepare

    with stages() as say:
        try:
            lived = prepare(village_file=file, at=right_now(), progress=say)
        except ProblemError as error:
            if {one.code for one in error.problems} - CANNOT_LIVE:
                raise
            lived = None
            err.print(f"Nothing was made up for this village: {error}", markup=False, soft_wrap=True)
    if lived is not None:
        out.print(
            f"Made up: {lived.readings:,} readings of meters, {lived.events:,} events of theirs, "
            f"{lived.entries:,} entries by hand, {lived.shared:,} gestures of people, "
            f"{len(lived.refused)} times a rule said no.",
            soft_wrap=True,
        )
    _say_if_changed(file)
    invite_steward(email=DEMONSTRATION_STEWARD, name="Intendance", at=right_now())
    out.print(f"To look after it, sign in as {DEMONSTRATION_STEWARD}; its letters are at /letters/.", soft_wrap=True)


@site_app.command()
def steward(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address that the codes to sign in are sent to")],
    name: Annotated[str, typer.Option(help="What people read")] = "",
    database: Database = DEFAULT_URL,
) -> None:
    """Let somebody look after the village: an account with the role of a steward, who can give roles to others.

    Example: `wikivillage site steward alice@example.org --name "Alice Martin"`
    """
    open_database(database)
    from wikivillage.web.accounts.invitations import invite_steward

    invite_steward(email=email, name=name or email.partition("@")[0], at=right_now())
    out.print(f"{email} can sign in as a steward, and will be asked for a second factor.", soft_wrap=True)


def _say_if_changed(file: Path) -> None:
    """The database keeps the village that it has: say so where the file says something else by now."""
    from wikivillage.model import load_village
    from wikivillage.web.registry.village_actions import record_village

    seen = record_village(village=load_village(file), base=file.parent, at=right_now(), dry_run=True)
    if seen.added or seen.changed or seen.removed:
        hint = f"wikivillage village load {file}, or a steward on the page /village/file/, puts it in place."
        err.print(f"{file.name} differs from the village in the database. {hint}", markup=False, soft_wrap=True)


@contextmanager
def stages() -> Iterator[Any]:
    """A line on the terminal with what is done, how much of it, and since when; it goes when all is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=None)

        def say(label: str, done: int = 0, total: int = 0) -> None:
            bar.update(task, description=label, completed=done, total=total or None)

        yield say


def _make_folder(database: str) -> None:
    """The folder of a SQLite file, where it is not there yet."""
    if database.startswith("sqlite:///"):
        folder = Path(database.removeprefix("sqlite:///")).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ProblemError([Problem("no-folder", str(folder), f"cannot be made: {error.strerror}.")]) from None
