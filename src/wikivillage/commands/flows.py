"""The tools of the core as commands of ``wikivillage ledger``: plan, reconcile, match, impact, replay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.commands.ledger import ledger_app as ledger_app
from wikivillage.commands.opening import Database, open_database, open_existing, out, right_now
from wikivillage.commands.reading import load_tree
from wikivillage.web.database import DEFAULT_URL

if TYPE_CHECKING:
    from wikivillage.flows.impact import Statement
    from wikivillage.flows.recipes import Cookbook, Wanted
    from wikivillage.flows.reconcile import Reconciliation
    from wikivillage.flows.replay import Outcome
    from wikivillage.flows.schedule import ProductionPlan

Recorder = Annotated[str | None, typer.Option("--by", metavar="HANDLE", help="Who promises what is recorded")]


@ledger_app.command()
def plan(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recipe in YAML or JSON: its processes or its levels")],
    want: Annotated[
        list[str] | None,
        typer.Option("--want", metavar="'SPEC=AMOUNT UNIT'", help="What is wanted; one batch if left out"),
    ] = None,
    due: Annotated[
        str | None, typer.Option("--due", metavar="WHEN", help="A day or a time; as soon as possible if left out")
    ] = None,
    stock: Annotated[
        bool, typer.Option("--stock", help="Take what the ledger has on hand and nobody reserved")
    ] = False,
    record: Annotated[bool, typer.Option("--record", help="Write the plan into the ledger as promises")] = False,
    by: Recorder = None,
    name: Annotated[str, typer.Option("--name", metavar="ID", help="How the ids of the recorded plan begin")] = "plan",
    database: Database = DEFAULT_URL,
) -> None:
    """Explode a recipe: what has to be done, promised and bought, and until when. Exit code 1 if something is missing.

    With --record the processes, the commitments of each and a need for all that is to buy are written down, all or
    nothing; the same plan under the same --name is written once.

    Example: `wikivillage ledger plan bread.yaml --want 'bread=12 one' --due 2026-07-14 --stock --record --by bakery`
    """
    from wikivillage.flows.explode import explode
    from wikivillage.flows.plan_entries import ids_of
    from wikivillage.flows.recipes_json import read_recipe
    from wikivillage.flows.schedule import delay_needed

    cookbook, now = read_recipe(_mapping(load_tree(file), file), str(file)), right_now()
    wanted = [_wanted(text, cookbook) for text in want] if want else [_one_batch(cookbook, file)]
    if stock or record:
        open_existing(database)
    lines = _stock(cookbook, now) if stock else []
    ids = ids_of(name) if record else str
    when = _when(due) if due else now
    made = explode(wanted, cookbook, lines, when, ids, today=now)
    if not due and delay_needed(made):
        made = explode(wanted, cookbook, lines, now + delay_needed(made), ids, today=now)
    _show_plan(made)
    if record:
        _record_plan(made, by, now)
    if made.problems:
        raise typer.Exit(1)


@ledger_app.command()
def reconcile(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Streams and balances in YAML, or published cases")],
    case: Annotated[str | None, typer.Option("--case", metavar="ID", help="One case of a file of cases")] = None,
    confidence: Annotated[
        float, typer.Option("--confidence", min=0.5, max=0.999999, help="Of the tests: 0.95 is wrong once in twenty")
    ] = 0.95,
) -> None:
    """Make measured streams agree with their balances, and say which to suspect. Exit code 1 if they cannot agree.

    A file says, for example: `{streams: {mains: {value: 3000, sd: 60}, sewer: {value: 2900, sd: 150}, leak: {}},
    balances: [mains = sewer + leak]}`; sd is the standard deviation, 0 for what is certain.

    Example: `wikivillage ledger reconcile water.yaml`
    """
    from wikivillage.flows.reconcile import reconcile as make_agree
    from wikivillage.flows.reconcile_json import read_case, read_measured

    tree = load_tree(file)
    is_cases = case is not None or (isinstance(tree, dict) and "cases" in tree)
    streams, balances = read_case(tree, case, str(file)) if is_cases else read_measured(tree, str(file))
    result = make_agree(streams, balances, confidence)
    _show_reconciled(result)
    if result.global_test.verdict == "rejected":
        raise typer.Exit(1)


@ledger_app.command()
def match(
    json_: Annotated[bool, typer.Option("--json", help="As JSON lines")] = False,
    database: Database = DEFAULT_URL,
) -> None:
    """Propose which open offers of the ledger could meet which open needs, and say why. Nothing is written.

    A need is an intent without a provider, an offer one without a receiver; both name a kind and count in one unit.

    Example: `wikivillage ledger match`
    """
    open_existing(database)
    from wikivillage.flows.match import match as propose
    from wikivillage.flows.match import say
    from wikivillage.web.ledger.people import with_handles
    from wikivillage.web.ledger.proposals import open_proposals

    needs, offers = open_proposals("need"), open_proposals("offer")
    known = {one.id: one for one in (*needs, *offers)}
    rows = [
        {
            "need": one.need,
            "receiver": known[one.need].agent,
            "offer": one.offer,
            "provider": known[one.offer].agent,
            "quantity": f"{one.quantity} {known[one.need].unit}",
            "spec": known[one.need].spec,
            "why": "; ".join(say(reason) for reason in one.reasons),
        }
        for one in propose(needs, offers, right_now())
    ]
    named = with_handles(rows)
    if json_:
        for row in named:
            typer.echo(json.dumps(row, ensure_ascii=False))
        return
    _table("", ("need", "receiver", "offer", "provider", "quantity", "spec", "why"), [[*row.values()] for row in named])
    out.print(f"{len(needs)} needs and {len(offers)} offers are open; {len(rows)} matches.")


@ledger_app.command()
def impact(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Factors in YAML or JSON")],
    measure: Annotated[str, typer.Option("--measure", help="What is stated, such as carbon")],
    begin: Annotated[str, typer.Option("--from", metavar="WHEN", help="The first day, or a time with its zone")],
    end: Annotated[str, typer.Option("--to", metavar="WHEN", help="The first day, or moment, that no longer counts")],
    up_to: Annotated[
        int | None, typer.Option("--up-to", metavar="NUMBER", help="By the ledger as it was at this number")
    ] = None,
    json_: Annotated[
        Path | None, typer.Option("--json", metavar="STATEMENT", help="Also write it, to be checked")
    ] = None,
    database: Database = DEFAULT_URL,
) -> None:
    """State an impact: every event of a time by its dated factor, the sum, its grade and a hash of it all.

    A file of factors says, for example: `factors: [{id: grid-2026, measure: carbon, spec: electricity, action: consume,
    per: kWh, value: 0.052, unit: kg, from: 2026-01-01, grade: B, source: ADEME, version: 1}]`

    Example: `wikivillage ledger impact factors.yaml --measure carbon --from 2026-01-01 --to 2027-01-01`
    """
    from wikivillage.flows.factors import read_factors
    from wikivillage.flows.impact import Window, state_impact, write_statement
    from wikivillage.flows.schedule import as_moment

    factors = read_factors(_mapping(load_tree(file), file), str(file))
    window = Window(as_moment(_when(begin), "--from"), as_moment(_when(end), "--to"))
    open_existing(database)
    from wikivillage.web.ledger.impact import facts, last_number

    number = last_number() if up_to is None else up_to
    statement = state_impact(facts(number), factors, measure, window, number)
    _show_statement(statement)
    if json_:
        json_.write_text(f"{json.dumps(write_statement(statement), indent=1, ensure_ascii=False)}\n", "utf-8")


@ledger_app.command("impact-check")
def impact_check(
    statement: Annotated[Path, typer.Argument(metavar="STATEMENT", help="What ledger impact --json wrote")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The factors that it names")],
    database: Database = DEFAULT_URL,
) -> None:
    """Do a statement again from the ledger. Exit code 1, with every event and factor that differs, if it does not hold.

    Example: `wikivillage ledger impact-check statement.json factors.yaml`
    """
    from wikivillage.flows.factors import read_factors
    from wikivillage.flows.impact import check_statement
    from wikivillage.flows.impact_json import read_statement

    stated = read_statement(load_tree(statement), str(statement))
    factors = read_factors(_mapping(load_tree(file), file), str(file))
    open_existing(database)
    from wikivillage.web.ledger.impact import facts

    problems = check_statement(stated, facts(stated.up_to), factors)
    for problem in problems:
        out.print(str(problem), markup=False, soft_wrap=True)
    if problems:
        out.print("The statement does not hold.")
        raise typer.Exit(1)
    out.print(f"The statement holds: {stated.total} {stated.unit} of {stated.measure}, {stated.hash}", soft_wrap=True)


@ledger_app.command()
def replay(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Cases in the format wikivillage-ledger-cases/1")],
    case: Annotated[str | None, typer.Option("--case", metavar="ID", help="Only this one")] = None,
) -> None:
    """Play published cases, given, steps and expected numbers, on an empty ledger. Exit code 1 if one comes out wrong.

    Entries, reservations and bookings, plans, meters and races. What cannot be played says why and does not count.

    Example: `wikivillage ledger replay tests/flows/data/ledger_cases.json`
    """
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        open_database(f"sqlite:///{folder}/cases.sqlite3")
        from wikivillage.web.ledger.cases import choose_case, load_cases, replay_any

        told: list[str] = []
        for each in choose_case(load_cases(file), case, file):
            outcome = replay_any(each)
            told.append(outcome.verdict)
            _tell_outcome(outcome)
    out.print(", ".join(f"{told.count(verdict)} {verdict}" for verdict in ("right", "wrong", "not played")))
    if "wrong" in told:
        raise typer.Exit(1)


def _wanted(text: str, cookbook: Cookbook) -> Wanted:
    """``bread=12 one``; without a unit in that of the recipes. Raises ProblemError."""
    from wikivillage.flows.kinds import Measure
    from wikivillage.flows.recipes import Good, Wanted
    from wikivillage.flows.wire import read_decimal

    parts = re.fullmatch(r"\s*([^=]*[^=\s])\s*=\s*(\S+)(?:\s+(\S+))?\s*", text)
    try:
        if parts is None:
            raise ValueError("it does not say what is wanted and how much.")
        unit = parts[3] or _units(cookbook).get(parts[1])
        if unit is None:
            raise ValueError(f"no recipe counts {parts[1]}, so its unit is needed.")
        return Wanted(Good(parts[1]), Measure(read_decimal(parts[2]), unit))
    except ValueError as error:
        raise ProblemError([Problem("want", f"--want '{text}'", str(error), "Write --want 'bread=12 one'.")]) from error


def _units(cookbook: Cookbook) -> dict[str, str]:
    flows = (flow for process in cookbook.processes for flow in (*process.inputs, *process.outputs))
    return {flow.spec: flow.quantity.unit for flow in flows if flow.quantity}


def _one_batch(cookbook: Cookbook, file: Path) -> Wanted:
    """What the first recipe makes in its last process, once."""
    from wikivillage.flows.recipes import Good, Wanted

    main = cookbook.recipes[0].processes[-1].main if cookbook.recipes and cookbook.recipes[0].processes else None
    if main is None or main.quantity is None:
        raise ProblemError([Problem("want", str(file), "there is no recipe in it that makes something.", "")])
    return Wanted(Good(main.spec, state=main.state), main.quantity)


def _stock(cookbook: Cookbook, now: datetime) -> list[Any]:
    from wikivillage.web.ledger.proposals import stock_lines

    return stock_lines(_units(cookbook), now)


def _when(text: str) -> date | datetime:
    """A day, or a time with its zone. Raises ProblemError."""
    from wikivillage.flows.wire import read_time

    try:
        return date.fromisoformat(text) if len(text) == len("2026-12-31") else read_time(text)
    except ValueError as error:
        hint = "Write 2026-07-14 or 2026-07-14T08:00:00+02:00."
        raise ProblemError([Problem("not-a-time", text, "is not a day or a time with its zone.", hint)]) from error


def _mapping(tree: Any, file: Path) -> dict[str, Any]:
    if not isinstance(tree, dict):
        raise ProblemError([Problem("shape", str(file), "keys with values are expected in it.", "")])
    return tree


def _record_plan(made: ProductionPlan, by: str | None, now: datetime) -> None:
    """Write a plan that lacks nothing; whoever records it promises it. Raises ProblemError."""
    from wikivillage.flows.plan_entries import entries_of
    from wikivillage.web.ledger.actions import record as record_entries
    from wikivillage.web.registry.queries import pseudonyms_of

    if made.problems:
        raise ProblemError(made.problems)
    if by is None:
        raise ProblemError([Problem("missing-by", "--by", "a plan is promised by somebody.", "Add --by HANDLE.")])
    agent = pseudonyms_of([by])[by]
    written = record_entries(entries=list(entries_of(made, agent)), at=now, by=agent)
    new = sum(one.result == "created" for one in written)
    out.print(f"{new} new entries in the ledger, {len(written) - new} were there.")


def _show_plan(made: ProductionPlan) -> None:
    _table(
        "Processes",
        ("process", "batches", "start", "end"),
        [(one.id, f"{float(one.scale):g}", _time(one.start), _time(one.end)) for one in made.processes],
    )
    _table(
        "Commitments",
        ("process", "side", "action", "what", "quantity", "effort", "due"),
        [
            (one.process, one.side, one.action, one.spec, _amount(one.quantity), _amount(one.effort), _time(one.due))
            for one in made.commitments
        ],
    )
    _table(
        "To buy",
        ("what", "quantity", "order by", "needed at"),
        [(str(one.good), _amount(one.quantity), _time(one.order_by), _time(one.needed_at)) for one in made.purchases],
    )
    for late in made.late:
        out.print(f"late: {late.id} should have begun at {_time(late.at)}.", markup=False, soft_wrap=True)
    for problem in made.problems:
        out.print(str(problem), markup=False, soft_wrap=True)


def _show_reconciled(result: Reconciliation) -> None:
    from wikivillage.flows.flow_tests import most_suspect

    rows = [
        (one.name, _number(one.measured), _number(one.value), _number(one.standard_deviation), one.kind)
        for one in result.streams
    ]
    _table("", ("stream", "measured", "reconciled", "sd", "class"), rows)
    test = result.global_test
    against = "" if test.critical is None else f" against {test.critical:.6g}"
    out.print(
        f"chi-square {test.sum_of_squares:.6g}{against}, {test.degrees_of_freedom} degrees of freedom: {test.verdict}"
    )
    suspects = ", ".join(most_suspect(result.stream_tests))
    if suspects:
        first = result.stream_tests[0]
        off = f"off by {abs(first.statistic):.3g} standard deviations; more than {first.critical:.3g} is suspect"
        out.print(f"most suspect: {suspects}, {off}", markup=False, soft_wrap=True)


def _show_statement(statement: Statement) -> None:
    from wikivillage.flows.exact import plain

    rows = [
        (str(one.number), one.event, f"{plain(one.amount)} {one.per}", f"{one.factor} {one.version}", plain(one.part))
        for one in statement.lines
    ]
    _table("", ("number", "event", "amount", "factor", statement.unit), rows)
    for left in statement.left_out:
        out.print(f"not counted: {left.number} {left.event}, {left.reason}", markup=False, soft_wrap=True)
    begin, end = _time(statement.window.begin), _time(statement.window.end)
    out.print(
        f"{statement.measure}: {plain(statement.total)} {statement.unit}, grade {statement.worst_grade or 'none'}"
    )
    out.print(f"from {begin} to {end}, by the ledger up to {statement.up_to}")
    out.print(statement.hash, soft_wrap=True)


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    table = Table(*columns, box=None, title=title or None, title_justify="left")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    if table.row_count:
        out.print(table)


def _amount(measure: Any) -> str:
    from wikivillage.flows.exact import plain

    return "" if measure is None else f"{plain(measure.value)} {measure.unit}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _tell_outcome(outcome: Outcome) -> None:
    """One line for a case, and below it whatever is to be said of it."""
    out.print(f"{outcome.verdict:11}{outcome.case}  {outcome.title}", markup=False, soft_wrap=True)
    for line in (*outcome.differences, *outcome.remarks, *[outcome.not_played][: bool(outcome.not_played)]):
        out.print(f"           {line}", markup=False, soft_wrap=True)
