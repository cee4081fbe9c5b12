"""The list of all 23 invariants, where each is tested, and that what breaks one is noticed.

An invariant is worth what its test would notice. Those of the pure core are broken one by one in
``tests/flows/test_ledger_laws.py``; here the tables are, past their guards, and the writing itself.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.flows.little_ledger import AT, HOUR, a_little_of_everything, much
from tests.flows.story import World
from tests.web.ledger import database_invariants as checks
from tests.web.ledger.plants import change, columns, fill, plant, run
from wikivillage.flows.kinds import Commitment, Ending, Event, Process
from wikivillage.web.ledger import actions, batch, models, queries
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.check import check_ledger

TESTS = Path(__file__).parents[2]
LAWS = "flows/test_ledger_laws.py"
MACHINE = "web/ledger/test_state_machine.py"
HERE = "web/ledger/test_invariants.py"
Where = tuple[str, str]

AGREES = (
    (LAWS, "test_the_ledger_agrees_with_the_second_ledger"),
    (MACHINE, "test_the_tables_agree_with_the_second_ledger"),
)
NOTICED = ((LAWS, "test_each_invariant_notices_a_fault"),)
CHANGED = ((HERE, "test_no_column_can_be_changed_unnoticed"), (HERE, "test_a_fault_in_the_tables_is_noticed"))

INVARIANTS: dict[int, tuple[str, Sequence[Where], Sequence[Where]]] = {
    1: ("stock is the sum of its events", AGREES, (*NOTICED, *CHANGED)),
    2: ("changes of hands conserve", AGREES, NOTICED),
    3: ("nothing is below zero", AGREES, NOTICED),
    4: ("amounts are exact and in their unit", AGREES, NOTICED),
    5: (
        "what is written stays",
        (*AGREES, ("web/ledger/test_history_stands.py", "test_each_guard_refuses_what_nothing_else_does")),
        CHANGED,
    ),
    6: ("corrections leave no less than nothing", AGREES, NOTICED),
    7: ("the same entry twice is one", AGREES, ((HERE, "test_ids_that_are_not_compared_are_noticed"),)),
    8: ("a batch is whole or not at all", AGREES, ((HERE, "test_a_batch_in_pieces_is_noticed"),)),
    9: (
        "what is acknowledged is durable",
        (("web/ledger/test_crashes.py", "test_a_killed_writer_leaves_nothing_half"),),
        (("web/ledger/test_crashes.py", "test_what_is_said_before_it_is_written_is_missed"),),
    ),
    10: ("bookings never overlap", AGREES, NOTICED),
    11: (
        "of what is scarce as many succeed as there is",
        (("web/ledger/test_races.py", "test_as_many_succeed_as_there_is"),),
        (("web/ledger/test_races.py", "test_without_locks_and_guards_more_is_taken_than_there_is"),),
    ),
    12: (
        "a reading counts once",
        (("web/meters/test_meter_cases.py", "test_invariant_12_duplicates_reordering_and_replay_change_nothing"),),
        (("web/meters/test_meter_cases.py", "test_invariant_12_another_value_for_the_same_time_is_a_conflict"),),
    ),
    13: (
        "an interval is one event that points to its readings",
        (("web/meters/test_closing.py", "test_invariant_13_an_interval_is_one_event_that_points_to_its_readings"),),
        (("web/meters/test_closing.py", "test_invariant_13_closing_again_adds_nothing"),),
    ),
    14: ("each record counts its events, and what was reported stays", AGREES, (*NOTICED, *CHANGED)),
    15: ("containers are a forest", AGREES, (*NOTICED, *CHANGED)),
    16: ("no more is given back than was taken", AGREES, (*NOTICED, *CHANGED)),
    17: ("kept and open are what was promised", AGREES, (*NOTICED, *CHANGED)),
    18: ("no name of an erased person is left", AGREES, ((HERE, "test_a_name_in_place_of_a_pseudonym_is_noticed"),)),
    19: (
        "a published claim lists its events",
        (("flows/test_impact.py", "test_a_statement_that_holds_has_no_problem"),),
        (("flows/test_impact.py", "test_a_missing_event_is_named"),),
    ),
    20: ("a trace ends and misses nothing", AGREES, NOTICED),
    21: (
        "the same events have one hash on every database",
        ((MACHINE, "test_both_engines_and_the_fold_have_one_hash"),),
        NOTICED,
    ),
    22: (
        "nobody sees or changes what is not theirs",
        (("web/api/test_api_access.py", "test_invariant_22_a_token_opens_what_it_is_good_for_and_nothing_else"),),
        (("web/api/test_api_access.py", "test_invariant_22_a_stranger_is_let_in_nowhere"),),
    ),
    23: (
        "what is carried to another database keeps every event and every sum",
        (("web/ledger/test_exchange.py", "test_an_export_comes_to_the_same_state_elsewhere"),),
        (("web/ledger/test_exchange.py", "test_what_was_changed_on_the_way_is_refused"),),
    ),
}
"""Each invariant: what it says, the tests that hold it, and those in which it is broken on purpose."""


def test_all_23_invariants_have_their_tests_and_their_faults() -> None:
    assert list(INVARIANTS) == list(range(1, 24))
    for number, (_, holds, breaks) in INVARIANTS.items():
        for file, test in (*holds, *breaks):
            assert test in _tests_of(TESTS / file), f"invariant {number}: {file} has no {test}"


def _tests_of(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


MODELS: tuple[Any, ...] = (
    models.Record,
    models.Event,
    models.Posting,
    models.Stock,
    models.Promise,
    models.Keeping,
    models.Process,
    models.Head,
)
UNNOTICED = {"Promise": {"single"}}
"""Whether a booking is of a single thing only lets PostgreSQL refuse an overlap a second time, by another way."""


@pytest.mark.usefixtures("ledger")
def test_a_ledger_without_a_fault_is_in_order() -> None:
    fill()
    assert check_ledger().differences == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.usefixtures("ledger")
def test_no_column_can_be_changed_unnoticed(model: Any) -> None:
    """The check is the same on both engines; on PostgreSQL every third column is enough to know that it is asked."""
    fill()
    fields = columns(model) if connection.vendor == "sqlite" else columns(model)[::3]
    found = {field.column for field in fields if _is_unnoticed(lambda field=field: change(model, field))}
    assert found == UNNOTICED.get(model.__name__, set()) & {field.column for field in fields}


def _is_unnoticed(spoil: Callable[[], None]) -> bool:
    """Whether neither the database refuses a change nor the check of the ledger tells it; it is taken back."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                spoil()
            noticed = not check_ledger().ok
        except DatabaseError:
            noticed = True
        transaction.set_rollback(True)
    return not noticed


ONE = 10**9
FAULTS: dict[str, tuple[tuple[str, str], ...]] = {
    "an event is missing": (("ledger_event", "DELETE FROM ledger_event WHERE id = 'e9'"),),
    "a posting is missing": (("ledger_posting", "DELETE FROM ledger_posting WHERE resource = 'room'"),),
    "a promise is missing": (
        ("ledger_keeping", "DELETE FROM ledger_keeping WHERE promise_id = 'i1'"),
        ("ledger_promise", "DELETE FROM ledger_promise WHERE id = 'i1'"),
    ),
    "the last record is missing": (
        ("ledger_promise", "DELETE FROM ledger_promise WHERE id = 'd1'"),
        ("ledger_record", "DELETE FROM ledger_record WHERE id = 'd1'"),
    ),
    "a stock and its last posting were raised together": (
        ("ledger_posting", f"UPDATE ledger_posting SET accounting = accounting + {ONE} WHERE resource = 'room'"),
        ("ledger_stock", f"UPDATE ledger_stock SET accounting = accounting + {ONE} WHERE id = 'room'"),
    ),
    "an amount was changed in its text and in its event": (
        ("ledger_record", """UPDATE ledger_record SET body = replace(body, '"value":"20"', '"value":"21"')"""),
        ("ledger_event", f"UPDATE ledger_event SET quantity = quantity + {ONE} WHERE id = 'e1'"),
    ),
    "a box lies in itself": (("ledger_stock", "UPDATE ledger_stock SET contained_in = 'box' WHERE id = 'box'"),),
    "a thing left its box": (("ledger_stock", "UPDATE ledger_stock SET contained_in = NULL WHERE id = 'logs'"),),
    "two promises changed places": (
        ("ledger_promise", "UPDATE ledger_promise SET amount = CASE id WHEN 'c1' THEN 1 ELSE 8 END WHERE id <> 'd1'"),
    ),
    "a process has forgotten what it holds": (("ledger_process", "UPDATE ledger_process SET held = '{}'"),),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.usefixtures("ledger")
def test_a_fault_in_the_tables_is_noticed(fault: str) -> None:
    fill()
    for table, statement in FAULTS[fault]:
        plant(table, statement)
    assert not check_ledger().ok


@pytest.mark.usefixtures("ledger")
def test_a_guard_that_is_not_there_is_noticed() -> None:
    fill()
    on = " ON ledger_record" if connection.vendor == "postgresql" else ""
    run(f"DROP TRIGGER ledger_record_unchanged{on}")
    assert any("ledger_record_unchanged" in each for each in check_ledger().differences)


@pytest.mark.usefixtures("ledger")
def test_a_name_in_place_of_a_pseudonym_is_noticed() -> None:
    fill()
    with pytest.raises(AssertionError, match="is still in registry_identity"):
        checks.invariant_18_no_name_is_left(["Name of cyd"])
    run("DELETE FROM registry_identity")
    checks.invariant_18_no_name_is_left(["Name of cyd", "cyd_handle"])
    record(entries=[Process("p2", name="Name of cyd saws")], at=AT + HOUR)
    with pytest.raises(AssertionError, match="is still in ledger_"):
        checks.invariant_18_no_name_is_left(["Name of cyd"])


@pytest.mark.usefixtures("ledger")
def test_records_that_are_lost_or_changed_are_noticed() -> None:
    fill()
    before = checks.chain()
    log = [(entry, AT) for entry in a_little_of_everything()]
    world = World(queries.whole_state(), queries.whole_state(), None, log, AT)  # type: ignore[arg-type]
    checks.invariant_09_what_was_acknowledged_is_there(world)
    plant("ledger_record", "UPDATE ledger_record SET id = 'other' WHERE id = 'e2'")
    with pytest.raises(AssertionError):
        checks.invariant_05_records_only_grow(before, checks.chain())
    with pytest.raises(AssertionError):
        checks.invariant_09_what_was_acknowledged_is_there(world)
    with pytest.raises(AssertionError):
        checks.invariant_21_tables_and_fold_have_one_hash(world)


@pytest.mark.usefixtures("ledger")
def test_another_amount_as_of_then_is_noticed() -> None:
    fill()
    reported = {("wood", 8): queries.stock_as_of("wood", number=8)}
    checks.invariant_14_what_was_reported_stays(reported)
    plant("ledger_posting", f"UPDATE ledger_posting SET onhand_change = onhand_change - {ONE} WHERE number = 1")
    with pytest.raises(AssertionError):
        checks.invariant_14_what_was_reported_stays(reported)


WRONG = (AssertionError, pytest.fail.Exception)


@pytest.mark.usefixtures("ledger")
def test_ids_that_are_not_compared_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "sha256", lambda _text: "0" * 64)
    fill()
    with pytest.raises(WRONG):
        checks.invariant_07_the_same_entry_twice_is_one(a_little_of_everything()[0], AT + HOUR)


@pytest.mark.usefixtures("ledger")
def test_a_batch_in_pieces_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    fill()
    good, bad = Process("good"), Ending("bad", "nothing", "cancelled")
    checks.invariant_08_a_batch_is_whole_or_not_at_all(good, bad, AT + HOUR)
    whole = actions.write
    monkeypatch.setattr(actions, "write", lambda items: [one for item in items for one in whole([item])])
    monkeypatch.setattr(actions, "transaction", SimpleNamespace(atomic=nullcontext))
    with pytest.raises(WRONG):
        checks.invariant_08_a_batch_is_whole_or_not_at_all(good, bad, AT + HOUR)


@pytest.mark.usefixtures("ledger")
def test_what_kept_a_finished_promise_can_still_be_corrected() -> None:
    """3 of 5 kg came and that was enough; later it turns out that it was 2."""
    fill()
    promise = Commitment("five", "transfer", "ada", "ben", quantity=much(5))
    came = Event("came", "transfer", "ada", "ben", "wood", quantity=much(3), fulfills=("five",))
    record(entries=[promise, came, Ending("enough", "five", "finished")], at=AT + HOUR)
    fewer = Event("fewer", "transfer", "ada", "ben", "wood", quantity=much(-1), corrects="came")
    record(entries=[fewer], at=AT + HOUR)
    pledge = queries.find_pledge("five")
    assert pledge is not None
    assert (pledge.delivered, pledge.ended, pledge.released) == (2, "finished", 3)
    assert check_ledger().ok
