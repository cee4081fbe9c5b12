"""``wikivillage ledger``: what happened and what was promised, on the command line."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.commands.opening import Database, err, open_database, open_existing, out, right_now
from wikivillage.web.database import DEFAULT_URL

ledger_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="What happened in the village and what was promised: record, look up, trace, check, move.",
)

Format = Annotated[
    Literal["jsonl", "csv"] | None, typer.Option("--format", help="jsonl or csv; by the file's ending if left out")
]


@ledger_app.command()
def check(database: Database = DEFAULT_URL) -> None:
    """Recompute the whole ledger from its records and compare. Exit code 1 with the first differences.

    Looks at the chain of seals, every effect, every stock and promise, and at the guards of the database itself.

    Example: `wikivillage ledger check`
    """
    open_existing(database)
    from django.db import connection

    from wikivillage.web.ledger.check import check_ledger
    from wikivillage.web.meters.guards import guard_names

    with _bar("Adding everything up again") as say:
        audit = check_ledger(say, guard_names(connection.vendor))
    for line in audit.differences:
        out.print(line, markup=False, soft_wrap=True)
    for line in audit.open[:20]:
        out.print(f"open: {line}", markup=False, soft_wrap=True)
    out.print(f"{audit.records:,} records, {audit.events:,} events; state {audit.hash}", soft_wrap=True)
    if not audit.ok:
        out.print("The ledger does not add up.")
        raise typer.Exit(1)
    out.print("Everything adds up.")


@ledger_app.command()
def record(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines, one entry each, or - for standard input")],
    by: Annotated[str | None, typer.Option("--by", metavar="HANDLE", help="Who records")] = None,
    database: Database = DEFAULT_URL,
) -> None:
    """Record entries: events, processes, commitments, claims, intents, endings, closings. All of a file or nothing.

    An entry is a JSON object with its kind ("event" if it is left out) and an id of your own, best a UUID.

    Example: `echo '{"id": "e1", "action": "raise", "provider": "alice", "receiver": "alice",
    "newResource": {"id": "apples", "unit": "kg"}, "quantity": {"value": "12.5", "unit": "kg"}}' |
    wikivillage ledger record -`
    """
    open_existing(database)
    from wikivillage.web.ledger.actions import record as record_entries
    from wikivillage.web.ledger.people import in_their_words, with_pseudonyms
    from wikivillage.web.registry.queries import pseudonyms_of

    name = "standard input" if str(file) == "-" else str(file)
    entries = list(_entries(_lines(file), name))
    recorder = pseudonyms_of([by])[by] if by else None
    try:
        written = record_entries(entries=with_pseudonyms(entries), at=right_now(), by=recorder)
    except ProblemError as error:
        raise in_their_words(error) from None
    for one in written:
        out.print(f"{one.result:8}{one.number:>8}  {one.id}", markup=False, soft_wrap=True)


@ledger_app.command()
def stock(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="One stock; all of them if left out")] = None,
    as_of: Annotated[
        int | None, typer.Option("--as-of", metavar="NUMBER", help="As it was at a number of the ledger")
    ] = None,
    spec: Annotated[str | None, typer.Option("--spec", help="Only this kind of resource")] = None,
    elsewhere: Annotated[bool, typer.Option("--elsewhere", help="Also accounts of what is outside")] = False,
    json_: Annotated[bool, typer.Option("--json", help="As JSON lines")] = False,
    database: Database = DEFAULT_URL,
) -> None:
    """Show what is there: owned (accounting), on hand, reserved, available; who owns and who holds it.

    Example: `wikivillage ledger stock apples --as-of 120`
    """
    open_existing(database)
    from wikivillage.web.ledger import queries
    from wikivillage.web.ledger.people import with_handles
    from wikivillage.web.ledger.records import stock_record
    from wikivillage.web.ledger.shelf import stock_of

    rows = queries.stocks(spec=spec, elsewhere=elsewhere or id is not None)
    listed = [stock_of(row) for row in (rows.filter(pk=id) if id else rows)]
    if id and not listed:
        raise ProblemError([Problem("not-found", id, "is no stock of this ledger.", "")])
    records = [stock_record(one, queries.reserved(one.id, right_now())) for one in listed]
    if as_of is not None:
        records = [{**one, **_counts_at(str(one["id"]), as_of)} for one in records]
    show_records(with_handles(records), STOCK_COLUMNS, json_)


STOCK_COLUMNS = (
    *("id", "accounting", "onhand", "reserved", "available", "unit", "spec"),
    *("primaryAccountable", "custodian", "location", "stage", "state", "containedIn"),
)
EVENT_COLUMNS = (
    "number",
    "id",
    "action",
    "quantity",
    "effort",
    "provider",
    "receiver",
    "resource",
    "toResource",
    "happenedAt",
)
HEADINGS = {
    "accounting": "owned",
    "onhand": "on hand",
    "available": "free",
    "spec": "kind",
    "primaryAccountable": "owner",
    "custodian": "holder",
    "location": "place",
    "containedIn": "inside",
    "provider": "from",
    "receiver": "to",
    "toResource": "into",
    "happenedAt": "happened",
}
"""What people read above a column, where it is not the word of the API."""
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*Z")
NUMBERS = {"accounting", "onhand", "reserved", "available", "number", "quantity", "effort", "open"}
PROMISE_COLUMNS = ("id", "kind", "action", "quantity", "open", "finished", "ended", "provider", "receiver", "resource")


@ledger_app.command()
def events(
    resource: Annotated[str | None, typer.Option("--resource", help="Only of this stock")] = None,
    process: Annotated[str | None, typer.Option("--process", help="Only of this process")] = None,
    limit: Annotated[int, typer.Option("--limit", help="How many, newest first")] = 50,
    json_: Annotated[bool, typer.Option("--json", help="As JSON lines")] = False,
    database: Database = DEFAULT_URL,
) -> None:
    """List what happened, newest first.

    Example: `wikivillage ledger events --resource apples`
    """
    open_existing(database)
    from wikivillage.web.ledger import queries
    from wikivillage.web.ledger.people import with_handles
    from wikivillage.web.ledger.records import event_record

    rows = queries.events(resource=resource, process=process)[:limit]
    show_records(with_handles(event_record(row, queries.event_of(row)) for row in rows), EVENT_COLUMNS, json_)


@ledger_app.command()
def promises(
    open_: Annotated[bool, typer.Option("--open", help="Only those still to be kept")] = False,
    json_: Annotated[bool, typer.Option("--json", help="As JSON lines")] = False,
    database: Database = DEFAULT_URL,
) -> None:
    """List commitments, claims and intents, newest first, and how far each is kept.

    Example: `wikivillage ledger promises --open`
    """
    open_existing(database)
    from wikivillage.web.ledger import queries
    from wikivillage.web.ledger.people import with_handles
    from wikivillage.web.ledger.records import pledge_record

    rows = queries.promises(open=True if open_ else None)
    records = with_handles(pledge_record(queries.pledge_row(row), right_now()) for row in rows)
    show_records(records, PROMISE_COLUMNS, json_)


@ledger_app.command()
def trace(
    id: Annotated[str, typer.Argument(metavar="ID", help="An event, a stock or a process")],
    forward: Annotated[bool, typer.Option("--forward", help="Where it went, instead of where it came from")] = False,
    rule: Annotated[
        Literal["strict", "published"], typer.Option("--rule", help="Ours, or that of ValueFlows")
    ] = "strict",
    most: Annotated[int, typer.Option("--most", help="How many steps at most")] = 1000,
    json_: Annotated[bool, typer.Option("--json", help="As JSON lines")] = False,
    database: Database = DEFAULT_URL,
) -> None:
    """Tell where something came from, or where it went, step by step.

    Example: `wikivillage ledger trace apples --forward`
    """
    open_existing(database)
    from wikivillage.flows.trace import tell, track
    from wikivillage.flows.trace import trace as trace_back
    from wikivillage.web.ledger.history import LedgerHistory
    from wikivillage.web.ledger.people import call_by_handle

    history = LedgerHistory()
    trail = (track if forward else trace_back)(id, history, rule, most=most)
    if json_:
        for step in trail.steps:
            typer.echo(
                json.dumps({"kind": step.kind, "id": step.id, "depth": step.depth, "why": step.why, "via": step.via.id})
            )
        return
    for line in call_by_handle(tell(trail, history)):
        out.print(line, markup=False, soft_wrap=True)


@ledger_app.command("export")
def export_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to, such as ledger.jsonl or ledger.csv")],
    format: Format = None,
    database: Database = DEFAULT_URL,
) -> None:
    """Write every record, with its seal, as JSON lines or CSV. Names of people are not in it.

    Example: `wikivillage ledger export backup.jsonl`
    """
    open_existing(database)
    from wikivillage.web.ledger import exchange, models

    write = exchange.export_csv if _format(file, format) == "csv" else exchange.export_jsonl
    fresh = file.with_name(f"{file.name}.part")
    with (
        _bar("Writing records", models.Head.objects.get(pk=1).number) as say,
        fresh.open("w", encoding="utf-8") as text,
    ):
        number = write(text, lambda done: say(done, None))
    fresh.replace(file)
    out.print(f"{number:,} records in {file}", markup=False, soft_wrap=True)


@ledger_app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What ledger export wrote")],
    format: Format = None,
    database: Database = DEFAULT_URL,
) -> None:
    """Write the records of an export into a database, SQLite or PostgreSQL; the same state comes out.

    Records that are there already are left alone, so an import that was cut off can be run again.

    Example: `wikivillage ledger import backup.jsonl --database postgresql://village@127.0.0.1/village`
    """
    lines = _lines(file)
    open_database(database)
    from wikivillage.web.ledger import exchange, queries

    read = exchange.read_csv if _format(file, format) == "csv" else exchange.read_jsonl
    with _bar("Reading records") as say:
        new = exchange.import_rows(read(lines, str(file)), lambda done: say(done, None))
    out.print(f"{new:,} new records; state {queries.ledger_hash()}", soft_wrap=True)


def _counts_at(id: str, number: int) -> dict[str, str]:
    from wikivillage.flows.exact import plain
    from wikivillage.web.ledger.queries import stock_as_of

    accounting, onhand = stock_as_of(id, number=number)
    return {"accounting": plain(accounting), "onhand": plain(onhand), "reserved": "", "available": ""}


def _entries(lines: Iterator[str], name: str) -> Iterator[Any]:
    """The entries of JSON lines, or every problem of all of them."""
    from wikivillage.flows.wire import read_entry, read_json

    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield read_entry(read_json(line, f"{name}:{number}"), where=f"{name}:{number}")
        except ProblemError as error:
            problems += error.problems
    if problems:
        raise ProblemError(problems)


def _lines(file: Path) -> Iterator[str]:
    """The lines of a text file or of standard input. Raises ProblemError when it cannot be read."""
    if str(file) == "-":
        return iter(sys.stdin)
    try:
        return iter(file.read_text("utf-8-sig").splitlines(keepends=True))
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemError([Problem("no-file", str(file), f"cannot be read: {error}.", "")]) from error


def _format(file: Path, format: str | None) -> str:
    return format or ("csv" if file.suffix == ".csv" else "jsonl")


def show_records(records: list[dict[str, Any]], columns: tuple[str, ...], as_json: bool) -> None:
    """Records as JSON lines, or as a table of the columns that say something."""
    if as_json:
        for record in records:
            typer.echo(json.dumps(record, ensure_ascii=False))
        return
    used = [column for column in columns if any(record.get(column) not in (None, "", []) for record in records)]
    table = Table(box=None)
    for column in used:
        table.add_column(
            HEADINGS.get(column, column), overflow="fold", justify="right" if column in NUMBERS else "left"
        )
    for record in records:
        table.add_row(*(Text(_cell(record.get(column))) for column in used))
    out.print(table if records else "Nothing yet.")


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case {"value": number, "unit": unit}:
            return f"{number} {unit}"
        case bool():
            return "yes" if value else "no"
        case str() if INSTANT.fullmatch(value):
            return f"{value[:16].replace('T', ' ')} UTC"
        case _:
            return str(value)


@contextmanager
def _bar(what: str, total: int | None = None) -> Iterator[Any]:
    """A bar on the terminal that goes when all is done."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(what, total=total)

        def say(done: int, of: int | None) -> None:
            progress.update(task, completed=done, total=of or total)

        yield say
