"""``wikivillage meters``: meters and their readings on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.commands.opening import (
    Database,
    err,
    open_existing,
    out,
    right_now,
    warn_of_sqlite,
)
from wikivillage.web.database import DEFAULT_URL

if TYPE_CHECKING:
    from wikivillage.connectors.messages import Message
    from wikivillage.web.meters.feeds import Taken

meters_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Meters: describe them, take in their readings, close them into the ledger.",
)

MeterId = Annotated[str, typer.Argument(metavar="METER", help="Its id, such as flat-12")]


@meters_app.command()
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML that describes meters and their registers")],
    database: Database = DEFAULT_URL,
) -> None:
    """Describe meters: what they count, in which unit, and what an interval becomes in the ledger. All or nothing.

    The same file again changes nothing. A register that has readings keeps what its sums rest on. A file says, e.g.:

    `meters: [{meter: flat-12, registers: [{register: import, resource: electricity, unit: kWh, ledger: {action:
    consume, provider: grid, receiver: alice, stock: mains, allow_negative: yes}}]}]`

    Example: `wikivillage meters add meters.yaml`
    """
    from wikivillage.web.meters.describe import load_meters

    described = load_meters(file)
    open_existing(database)
    from wikivillage.web.meters.actions import add_meters

    for meter, outcome in add_meters(meters=described, at=right_now()).items():
        out.print(f"{outcome:8}{meter}", markup=False, soft_wrap=True)


@meters_app.command("list")
def list_command(
    gaps: Annotated[bool, typer.Option("--gaps", help="Also what is missing of the last 30 days")] = False,
    database: Database = DEFAULT_URL,
) -> None:
    """List registers in use with their last reading, and which have fallen silent.

    Example: `wikivillage meters list --gaps`
    """
    open_existing(database)
    from wikivillage.flows.exact import plain
    from wikivillage.web.meters.queries import health

    table, missing = Table("register", "last reading", "value", "", box=None), []
    for one in health(right_now()):
        name, value = f"{one.meter}/{one.register}", plain(one.last_value) if one.last_value is not None else ""
        said = "silent" if one.silent_since else "" if one.last_at else "never read"
        table.add_row(*map(Text, (name, _told_time(one.last_at), value, said)))
        missing += [f"{name} is missing from {_told_time(begin)} to {_told_time(end)}" for begin, end in one.gaps]
    out.print(table if table.row_count else "No meters yet; wikivillage meters add FILE describes some.")
    for line in missing if gaps else ():
        out.print(line, markup=False, soft_wrap=True)
    if missing and not gaps:
        err.print(f"Gaps in the last 30 days: {len(missing)}; --gaps shows them.")


@meters_app.command()
def ingest(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file of readings")],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="MAP", help="YAML that says which column is what")
    ] = None,
    guess: Annotated[bool, typer.Option("--guess", help="Only print a proposal for a mapping")] = False,
    database: Database = DEFAULT_URL,
) -> None:
    """Take in a CSV file of readings. Again, or after it was cut off, it adds only what is not there.

    Rows that cannot be counted are set aside with their reason: see `wikivillage meters quarantine`.

    Example: `wikivillage meters ingest linky.csv --guess > linky.yaml`, mend it, and then
    `wikivillage meters ingest linky.csv --mapping linky.yaml`
    """
    if guess:
        typer.echo(_guess(file), nl=False)
        return
    if mapping is None:
        hint = "Write one, or see a proposal: wikivillage meters ingest FILE --guess"
        raise ProblemError([Problem("no-mapping", str(file), "It takes a mapping to read a file.", hint)])
    from wikivillage.connectors.csv_mapping import load_mapping

    read = load_mapping(mapping)
    open_existing(database)
    from wikivillage.web.meters.feeds import ingest_csv

    with _bar("Taking in readings", _lines_of(file)) as say:
        taken = ingest_csv(path=file, mapping=read, at=right_now(), say=say)
    _tell(taken)


@meters_app.command()
def listen(
    host: Annotated[str, typer.Option("--host", help="Where the MQTT broker is")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Its port")] = 1883,
    topics: Annotated[
        Path | None, typer.Option("--topics", help="YAML that says what topics mean; village/METER/REGISTER without it")
    ] = None,
    client_id: Annotated[str, typer.Option(help="Under which name the broker keeps what was missed")] = "wikivillage",
    username: Annotated[str | None, typer.Option(help="Who logs in")] = None,
    password: Annotated[str | None, typer.Option(envvar="MQTT_PASSWORD", help="Best in the environment")] = None,
    ca_file: Annotated[Path | None, typer.Option(help="The certificate to trust, for a broker with TLS")] = None,
    database: Database = DEFAULT_URL,
) -> None:
    """Listen to an MQTT broker until Ctrl-C. Messages are acknowledged once they are on disk, so none is lost.

    Example: `wikivillage meters listen --host mqtt.example --topics topics.yaml`
    """
    from wikivillage.connectors.topics import OWN_WORDS, load_topics

    rules = load_topics(topics) if topics else (OWN_WORDS,)
    open_existing(database)
    warn_of_sqlite(database)
    from django.db import InterfaceError, OperationalError

    from wikivillage.connectors.mqtt import MqttSettings, stop_at_signals
    from wikivillage.connectors.mqtt import listen as listen_to

    settings = MqttSettings(
        host=host,
        topics=tuple(rule.filter for rule in rules),
        client_id=client_id,
        port=port,
        username=username,
        password=password,
        ca_file=str(ca_file) if ca_file else None,
        retry_on=(OSError, OperationalError, InterfaceError),
    )
    listen_to(settings, _handler(rules, f"mqtt {host}:{port}"), stop_at_signals(), _say_error)


def _handler(rules: Sequence[Any], source: str) -> Callable[[Sequence[Message]], None]:
    """What stores a batch of messages. A connection that failed is given up, so that the next try makes a new one."""
    from django.db import Error, connection

    from wikivillage.web.meters.feeds import ingest_messages

    def handle(messages: Sequence[Message]) -> None:
        try:
            taken = ingest_messages(messages=messages, rules=rules, at=right_now(), source=source)
        except Error:
            connection.close()
            raise
        for code, (times, example) in taken.reasons.items():
            _say_error(f"{code} {times}x, e.g. {example}")

    return handle


@meters_app.command()
def close(
    until: Annotated[datetime | None, typer.Option("--until", help="Close no interval that ends later; in UTC")] = None,
    grid: Annotated[
        Literal["quarter-hour", "half-hour", "hour", "day"] | None,
        typer.Option("--grid", help="Only registers whose intervals are so long"),
    ] = None,
    database: Database = DEFAULT_URL,
) -> None:
    """Close whole intervals into events of the ledger, correct those that late readings changed, bring sums up to date.

    Running it again adds nothing. What the ledger refuses stays open, is told, and makes exit code 1.

    Example: `wikivillage meters close --until 2026-12-01`
    """
    open_existing(database)
    from wikivillage.web.meters.actions import close_intervals

    until = until.replace(tzinfo=right_now().tzinfo) if until else None
    with err.status("Closing intervals"):
        done = close_intervals(at=right_now(), until=until, grid=grid)
    out.print(f"{done.closed:,} intervals closed, {done.corrected:,} corrected, {done.events:,} events recorded.")
    for problem in done.problems:
        err.print(str(problem), markup=False, soft_wrap=True)
    if done.problems:
        raise typer.Exit(1)


@meters_app.command()
def rebuild(database: Database = DEFAULT_URL) -> None:
    """Make every hourly and daily sum again from the readings; the same come out.

    Example: `wikivillage meters rebuild`
    """
    open_existing(database)
    from wikivillage.web.meters import actions

    with err.status("Adding readings up again"):
        made = actions.rebuild()
    out.print(f"{made:,} sums of hours and days.")


@meters_app.command()
def quarantine(
    release: Annotated[int | None, typer.Option("--release", metavar="ID", help="Count this one after all")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what was released already")] = False,
    database: Database = DEFAULT_URL,
) -> None:
    """Show what was set aside and why, or release one of it: for a jump that is real, a meter that is known by now.

    Example: `wikivillage meters quarantine --release 17`
    """
    open_existing(database)
    from wikivillage.web.meters import actions, queries

    if release is not None:
        outcome = actions.release(id=release, at=right_now())
        out.print(f"{release} is released: {outcome}.")
        return
    table = Table("id", "times", "since", "why", "what came", box=None)
    for row in queries.quarantine(resolved=everything):
        why = f"{row.code}: {row.what}" + (f" (released: {row.resolution})" if row.resolved_at else "")
        table.add_row(*map(Text, (str(row.pk), str(row.times), _told_time(row.first_at), why, row.raw[:200])))
    out.print(table if table.row_count else "Nothing is set aside.")


@meters_app.command()
def token(meter: MeterId, database: Database = DEFAULT_URL) -> None:
    """Make the token with which a meter pushes its readings by HTTP; the one before ends. It is shown only now.

    Example: `wikivillage meters token flat-12`
    """
    open_existing(database)
    from wikivillage.web.meters.actions import issue_meter_token

    secret = issue_meter_token(meter=meter, at=right_now())
    err.print("Keep this secret; it is shown once. It may hand in readings of this meter.", markup=False)
    typer.echo(secret)


@meters_app.command()
def retire(meter: MeterId, database: Database = DEFAULT_URL) -> None:
    """End a meter that was taken away: later readings are set aside, its last interval closes as it is.

    Example: `wikivillage meters retire flat-12`
    """
    open_existing(database)
    from wikivillage.web.meters.actions import retire_meter

    retire_meter(meter=meter, at=right_now())
    out.print(f"{meter} is retired; what it counted stays.", markup=False)


def _guess(file: Path) -> str:
    from wikivillage.connectors.csv_guess import guess_mapping

    try:
        return guess_mapping(file)
    except OSError as error:
        raise ProblemError([Problem("no-file", str(file), f"cannot be read: {error.strerror}.", "")]) from None


def _lines_of(file: Path) -> int | None:
    """How many lines a file has; None where it cannot be read, which reading it will tell."""
    try:
        with file.open("rb") as raw:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: raw.read(1 << 20), b""))
    except OSError:
        return None


def _tell(taken: Taken) -> None:
    """How many readings of each kind there were, and for each reason of refusal the first example."""
    kinds = ("new", "duplicate", "conflicting", "quarantined")
    out.print(", ".join(f"{getattr(taken, kind):,} {kind}" for kind in kinds) + ".")
    for code, (times, example) in taken.reasons.items():
        err.print(f"{times:,}x {code}, first: {example}", markup=False, soft_wrap=True)


def _say_error(line: str) -> None:
    err.print(line, markup=False, soft_wrap=True)


def _told_time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


@contextmanager
def _bar(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda done: bar.update(task, completed=done)
