"""``wikivillage village``: the registry on the command line, that is the village file, its agents and their tokens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from wikivillage.base.problems import ProblemError
from wikivillage.commands.opening import Database, err, is_missing, open_database, open_existing, out, right_now
from wikivillage.web.database import DEFAULT_URL

if TYPE_CHECKING:
    from wikivillage.web.registry.village_file import Differences

village_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="The village in the database: its file, who acts in it, and who may call its API.",
)
Handle = Annotated[str, typer.Argument(metavar="HANDLE", help="What programs call the agent, e.g. ici_montreuil")]

MOST_SHOWN = 8
"""Ids of a section that are written out in the list of differences."""


@village_app.command()
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The village file, e.g. villages/saint_blaise.yaml")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and write nothing")] = False,
    database: Database = DEFAULT_URL,
) -> None:
    """Put a village file into the database, in place of the one before, and show what changed.

    All or nothing: a file with a problem changes nothing. Agents that the file does not name any more stay, because
    the ledger may know them.

    Example: `wikivillage village load villages/saint_blaise.yaml --dry-run`
    """
    from wikivillage.climate.resolve import resolve
    from wikivillage.model import load_village

    with err.status(f"Reading {file.name}"):
        village = load_village(file)
    with err.status("Reading the weather"):
        resolve(village, file.parent)
    if dry_run and is_missing(database):
        database = "sqlite:///:memory:"
    with err.status("Comparing with the database" if dry_run else "Writing into the database"):
        open_database(database)
        from wikivillage.web.registry.village_actions import record_village

        differences = record_village(village=village, base=file.parent, at=right_now(), dry_run=dry_run)
    for line in difference_lines(differences):
        out.print(line, markup=False, soft_wrap=True)
    said = "Nothing was written." if dry_run else "It is in the database."
    out.print(f"{village.name}: {_counted(differences)}. {said}", markup=False, soft_wrap=True)


@village_app.command()
def dump(
    file: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write into a file instead")] = None,
    database: Database = DEFAULT_URL,
) -> None:
    """Show the village of the database as a village file; with --out, write it and the files that it reads.

    Example: `wikivillage village dump --out copy/saint_blaise.yaml`
    """
    open_existing(database)
    from wikivillage.web.registry.models import DataFile
    from wikivillage.web.registry.village_file import dump_stored_village, write_stored_village

    if file is not None:
        for path in write_stored_village(file):
            out.print(str(path), markup=False, soft_wrap=True)
        return
    typer.echo(dump_stored_village(), nl=False)
    if beside := DataFile.objects.count():
        err.print(f"Files that it reads, which only --out writes: {beside}.", markup=False)


@village_app.command()
def agents(database: Database = DEFAULT_URL) -> None:
    """List who acts: handle, kind and name. Who was erased has no handle any more.

    Example: `wikivillage village agents`
    """
    open_existing(database)
    from wikivillage.web.registry.queries import list_agents

    table = Table("handle", "kind", "name", box=None)
    for handle, kind, name in list_agents():
        table.add_row(Text(handle), Text(kind), Text(name))
    out.print(table)


@village_app.command("add-agent")
def add_agent_command(
    handle: Handle,
    name: Annotated[str, typer.Option(help="What people read; without it, what the handle says")] = "",
    kind: Annotated[str, typer.Option(help="person, household, organisation or outside")] = "person",
    email: Annotated[str, typer.Option(help="Where to write to them")] = "",
    database: Database = DEFAULT_URL,
) -> None:
    """Add somebody who acts in the village. The ledger knows them by a random pseudonym.

    Example: `wikivillage village add-agent alice --name "Alice Martin" --kind person`
    """
    open_database(database)
    from wikivillage.web.registry.actions import add_agent

    agent = add_agent(handle=handle, kind=kind, name=name, email=email, at=right_now())
    out.print(f"{handle} is {agent.pseudonym} in the ledger.", markup=False)


@village_app.command()
def erase(
    handle: Handle,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask")] = False,
    database: Database = DEFAULT_URL,
) -> None:
    """Forget who somebody is: name, contacts, tokens and remarks go, what they did stays. No way back.

    Backups and the village file on your disk are not changed; erase the name there too.

    Example: `wikivillage village erase alice`
    """
    agent = _agent(handle, database)
    from wikivillage.web.ledger.actions import erase_notes
    from wikivillage.web.registry.actions import erase_agent

    if not yes:
        typer.confirm(f"Erase every name of {handle} for good?", abort=True)
    erase_notes(agent=agent.pseudonym)
    erase_agent(agent=agent, at=right_now())
    out.print(f"Erased. The ledger still knows {agent.pseudonym}, which is nobody now.", markup=False)


@village_app.command()
def token(
    handle: Handle,
    scopes: Annotated[str, typer.Option(help="Some of read, write, commit, readings, steward")] = "read",
    label: Annotated[str, typer.Option(help="What the token is for, e.g. the meter of the fablab")] = "",
    database: Database = DEFAULT_URL,
) -> None:
    """Make a token with which a program calls the API as an agent. Its secret is shown now and never again.

    Example: `wikivillage village token ici_montreuil --scopes read,write --label "laser cutter"`
    """
    agent = _agent(handle, database)
    from wikivillage.web.registry.actions import issue_token

    wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
    made, secret = issue_token(agent=agent, scopes=wanted, label=label, at=right_now())
    err.print(f"Keep this secret; it is shown once. It may: {', '.join(made.scopes)}.", markup=False)
    typer.echo(secret)


def difference_lines(differences: Differences) -> list[str]:
    """What changed, a line for each section and way of changing."""
    changes = {"added": differences.added, "removed": differences.removed, "changed": differences.changed}
    return [f"{how:8}{section}: {_some(ids)}" for how, sections in changes.items() for section, ids in sections.items()]


def _some(ids: tuple[str, ...]) -> str:
    more = len(ids) - MOST_SHOWN
    return ", ".join(ids[:MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _counted(differences: Differences) -> str:
    changes = {"added": differences.added, "removed": differences.removed, "changed": differences.changed}
    return ", ".join(f"{sum(map(len, sections.values()))} {how}" for how, sections in changes.items())


def _agent(handle: str, database: str) -> Any:
    """The agent that is called so. Raises ProblemError unknown-agent."""
    open_existing(database)
    from wikivillage.web.registry.queries import find_agent, unknown_agent

    agent = find_agent(handle)
    if agent is None:
        raise ProblemError([unknown_agent(handle)])
    return agent
