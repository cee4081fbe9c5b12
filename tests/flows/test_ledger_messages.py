"""What is told to whoever hands in a wrong entry: every problem of the pure ledger, in whole sentences; and the table
of actions, the words of entries and their one text.
"""

from __future__ import annotations

import ast
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import wikivillage.flows
from tests.flows.oracle import TABLE
from tests.flows.wrong_entries import AT, GIVEN, OF_FORM, Wrong, happen, much, new
from tests.flows.wrong_in_state import OF_STATE
from wikivillage.base.problems import ProblemError
from wikivillage.flows.actions import ACTIONS
from wikivillage.flows.fold import Fold
from wikivillage.flows.kinds import Commitment, Entry, Event, Measure, NewStock
from wikivillage.flows.wire import canonical_text, read_entry, read_json, read_text

TAKE: dict[str, Any] = {
    "id": "x",
    "action": "consume",
    "provider": "ada",
    "receiver": "ada",
    "resource": "barn",
    "quantity": {"value": "1", "unit": "kg"},
}
OF_WORDS: tuple[tuple[Any, tuple[str, ...], str], ...] = (
    (
        {**TAKE, "resourceInventoriedAs": "loft"},
        ("given-twice",),
        "x resource  resource is there by two names. Keep one of them.",
    ),
    (["no", "object"], ("shape",), "event  an entry is a JSON object."),
    (
        {"kind": "evnt"},
        ("unknown-kind",),
        ('kind  "evnt" is no kind of entry. Kinds are event, process, commitment, claim, intent, ending, closing.'),
    ),
    (
        {**TAKE, "id": "a b"},
        ("not-an-id",),
        (
            "a b id  'a b' cannot be an id. Up to 128 characters without blanks, slashes and quotes; for "
            "entries best a UUID."
        ),
    ),
    (
        {**TAKE, "id": "\ud800"},
        ("not-an-id",),
        (
            "\ud800 id  '\\ud800' cannot be an id. Up to 128 characters without blanks, slashes and quotes; for "
            "entries best a UUID."
        ),
    ),
    ({**TAKE, "id": None}, ("missing-id",), "event id  id is missing."),
    ({key: TAKE[key] for key in TAKE if key != "provider"}, ("missing-provider",), "x provider  provider is missing."),
    ({**TAKE, "action": "consme"}, ("unknown-action",), 'x action  "consme" is no action. Did you mean "consume"?'),
    (
        {**TAKE, "action": "zzz"},
        ("unknown-action",),
        (
            'x action  "zzz" is no action. Actions are produce, consume, use, work, cite, deliverService, '
            "pickup, dropoff, accept, modify, combine, separate, transferCustody, transferAllRights, "
            "transfer, move, copy, raise, lower."
        ),
    ),
    ({**TAKE, "action": 7}, ("not-a-text",), "x action  7 is not a short text."),
    (
        {**TAKE, "quantity": {"value": "3", "unit": "kg", "colour": "red"}},
        ("unknown-key",),
        'x quantity  "colour" is no key of an amount. An amount has a value and a unit.',
    ),
    ({**TAKE, "quantty": 3}, ("unknown-key",), 'x quantty  "quantty" is no key of it. Did you mean "quantity"?'),
    (
        {**TAKE, "qqqqqqq": 3},
        ("unknown-key",),
        (
            'x qqqqqqq  "qqqqqqq" is no key of it. Keys are id, action, provider, receiver, resource, '
            "toResource, resourceSpec, newResource, newToResource, container, quantity, effort, inputOf, "
            "outputOf, at, begin, end, toLocation, state, classifiedAs, corrects, fulfills, settles, "
            "satisfies, recordedBy, created, basis."
        ),
    ),
    (
        {**TAKE, "quantity": 3},
        ("not-an-amount",),
        'x quantity  3 is not an amount with its unit. Write {"value": "3", "unit": "kg"}.',
    ),
    (
        {**TAKE, "quantity": {"value": "three", "unit": "kg"}},
        ("not-a-number",),
        "x quantity  'three' is not a number. Write it as a text like \"12.5\".",
    ),
    (
        {**TAKE, "quantity": {"value": True, "unit": "kg"}},
        ("not-a-number",),
        'x quantity  True is not a number. Write it as a text like "12.5".',
    ),
    (
        {**TAKE, "quantity": {"value": float("nan"), "unit": "kg"}},
        ("not-a-number",),
        'x quantity  nan is not a number. Write it as a text like "12.5".',
    ),
    (
        {**TAKE, "quantity": {"value": "1" * 41, "unit": "kg"}},
        ("not-a-number",),
        ("x quantity  '11111111111111111111111111111111111111111' is not a number. Write it as a text like \"12.5\"."),
    ),
    ({**TAKE, "quantity": {"value": "1", "unit": 7}}, ("not-a-unit",), "x quantity  7 is not a unit."),
    (
        {**TAKE, "at": "2026-05-04T12:00:00"},
        ("no-time-zone",),
        "x at  '2026-05-04T12:00:00' has no time zone. End it with Z or +01:00.",
    ),
    ({**TAKE, "at": "noon"}, ("not-a-time",), "x at  'noon' is not a time. Write it in ISO 8601."),
    (
        {**TAKE, "at": 20260504},
        ("not-a-time",),
        'x at  20260504 is not a time. Write it like "2026-11-26T18:30:00+01:00".',
    ),
    (
        {**TAKE, "at": "0001-01-01T00:00:00+14:00"},
        ("not-a-time",),
        "x at  '0001-01-01T00:00:00+14:00' is out of all calendars.",
    ),
    ({**TAKE, "fulfills": "c1"}, ("not-a-list",), "x fulfills  'c1' is not a list."),
    ({**TAKE, "classifiedAs": "urn:old"}, ("not-a-list",), "x classifiedAs  'urn:old' is not a list."),
    ({**TAKE, "state": "two\nlines"}, ("not-a-text",), "x state  'two\\nlines' is not a short text."),
    (
        {**TAKE, "newResource": "barn"},
        ("not-a-record",),
        'x newResource  \'barn\' is not a record. Write {"id": "r1", "unit": "kg"}.',
    ),
    ({**TAKE, "newResource": {"id": "n"}}, ("missing-unit",), "x newResource  unit is missing."),
    (
        {**TAKE, "newResource": {"id": "n", "unit": "kg", "allowNegative": "yes"}},
        ("not-a-flag",),
        "x newResource  'yes' is not true or false.",
    ),
    (
        {"kind": "ending", "id": "x", "promise": "c1", "how": "broken"},
        ("not-an-ending",),
        "x how  'broken' is no way to end a promise. cancelled or finished.",
    ),
    ({"kind": "ending", "id": "x", "how": "finished"}, ("missing-promise",), "x promise  promise is missing."),
    (
        {"kind": "claim", "id": "x", "action": "transfer", "provider": "ada", "receiver": "ben"},
        ("missing-quantity", "missing-triggeredBy"),
        ("x quantity  quantity is missing.\nx triggeredBy  triggeredBy is missing."),
    ),
    ({"kind": "closing", "id": "x", "until": None}, ("missing-until",), "x until  until is missing."),
)
"""Bodies that cannot be read, the codes of their problems, and what is said."""
OF_TEXT = {
    '{"a": NaN}': "body  this is not JSON: NaN is not a number.",
    '{"a": ': "body  this is not JSON: Expecting value: line 1 column 7 (char 6).",
}


def refused(wrong: Wrong) -> ProblemError:
    growing = Fold()
    for entry in (*GIVEN, *wrong.given):
        growing.add(entry, AT)
    with pytest.raises(ProblemError) as error:
        growing.add(wrong.entry, AT)
    return error.value


@pytest.mark.parametrize("wrong", [*OF_FORM, *OF_STATE], ids=lambda wrong: wrong.codes[0])
def test_a_wrong_entry_is_told_in_a_whole_sentence(wrong: Wrong) -> None:
    error = refused(wrong)
    assert tuple(problem.code for problem in error.problems) == wrong.codes
    assert str(error) == wrong.says


@pytest.mark.parametrize(("body", "codes", "says"), OF_WORDS)
def test_a_body_that_cannot_be_read_is_told_in_a_whole_sentence(body: Any, codes: tuple[str, ...], says: str) -> None:
    with pytest.raises(ProblemError) as error:
        read_entry(body)
    assert (tuple(problem.code for problem in error.value.problems), str(error.value)) == (codes, says)


@pytest.mark.parametrize("text", OF_TEXT)
def test_a_text_that_is_no_json_is_told_so(text: str) -> None:
    with pytest.raises(ProblemError) as error:
        read_json(text)
    assert ([one.code for one in error.value.problems], str(error.value)) == (["not-json"], OF_TEXT[text])


@pytest.mark.parametrize("text", [b"\xff\xfe", "[" * 100_000], ids=["bytes", "depths"])
def test_no_text_breaks_the_reader(text: str | bytes) -> None:
    with pytest.raises(ProblemError):
        read_json(text)


SOURCES = ("check_entry", "records", "rules", "promises", "apply", "wire")


def test_every_code_of_the_core_is_told_above() -> None:
    """Codes that the source gives as a text; those of missing keys are made of the key's name."""
    folder = Path(wikivillage.flows.__file__).parent
    given = {code for name in SOURCES for code in _codes(ast.parse((folder / f"{name}.py").read_text("utf-8")))}
    told = {code for wrong in (*OF_FORM, *OF_STATE) for code in wrong.codes} | {"not-json"}
    told |= {code for _, codes, _ in OF_WORDS for code in codes}
    assert given - told == set()
    assert len(given) > 50


def _codes(tree: ast.Module) -> set[str]:
    """What is handed to ``refuse``, ``Problem`` and the like as a code, and what is yielded first of four."""
    found: set[str] = set()
    for node in ast.walk(tree):
        first: ast.expr | None = None
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = node.args[0] if name in ("refuse", "Problem", "_RefusedError") else None
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            first = node.value.elts[0]
        if isinstance(first, ast.Constant):
            found.add(first.value)
    return found


def test_all_problems_of_an_entry_come_at_once() -> None:
    body = {**TAKE, "id": "a b", "action": "consme", "at": "noon", "quantity": 3, "wher": "here"}
    with pytest.raises(ProblemError) as read:
        read_entry(body)
    assert [one.code for one in read.value.problems] == [
        "not-an-id",
        "unknown-action",
        "not-an-amount",
        "not-a-time",
        "unknown-key",
    ]
    form = happen("accept", "barn", -1, "", provider="", new_resource=new("n"))
    assert [one.code for one in refused(Wrong(form, (), "")).problems] == [
        "missing-provider",
        "missing-unit",
        "negative-without-corrects",
        "missing-process",
        "twice-named",
        "cannot-create",
    ]
    state = happen("transfer", "barn", 20, "litre", provider="ben", recorded_by="cyd", to_resource="lof")
    assert [one.code for one in refused(Wrong(state, (), "")).problems] == [
        "unknown-resource",
        "not-authorised",
        "not-accountable",
        "unit-mismatch",
    ]


def test_what_is_refused_changes_nothing() -> None:
    growing = Fold()
    for entry in GIVEN:
        growing.add(entry, AT)
    before = {part: dict(getattr(growing.state, part)) for part in ("stocks", "works", "pledges", "events")}
    for wrong in (*OF_FORM, *(one for one in OF_STATE if not one.given)):
        with pytest.raises(ProblemError):
            growing.add(wrong.entry, AT)
    assert {part: dict(getattr(growing.state, part)) for part in before} == before


def text_of(**more: Any) -> str:
    return canonical_text(read_entry({**TAKE, **more}))


@pytest.mark.parametrize("value", ["10", "10.00", "+10", "1e1", 10, 10.0, Decimal("10.000"), " 10 "])
def test_one_amount_has_one_text(value: Any) -> None:
    assert text_of(quantity={"value": value, "unit": "kg"}) == text_of(quantity={"value": "10", "unit": "kg"})


@pytest.mark.parametrize("when", ["2026-05-04T14:00:00+02:00", "2026-05-04T12:00:00Z", "2026-05-04T02:00:00.000-10:00"])
def test_one_moment_has_one_text(when: str) -> None:
    assert json.loads(text_of(at=when))["at"] == "2026-05-04T12:00:00Z"


def test_the_least_and_the_most_are_kept_exactly() -> None:
    for value in ("0.000000001", "9000000000", "8999999999.999999999", "-0.000000001"):
        entry = read_entry({**TAKE, "quantity": {"value": value, "unit": "kg"}})
        assert isinstance(entry, Event)
        assert entry.quantity == Measure(Decimal(value), "kg")
        assert json.loads(canonical_text(entry))["quantity"]["value"] == value


def test_full_names_of_valueflows_are_read_as_ours() -> None:
    full = {
        "id": "x",
        "action": "transfer",
        "provider": "ada",
        "receiver": "ben",
        "resourceInventoriedAs": "barn",
        "toResourceInventoriedAs": "loft",
        "resourceConformsTo": "wood",
        "resourceClassifiedAs": ["urn:oak"],
        "resourceQuantity": {"hasNumericalValue": "2", "hasUnit": "kg"},
        "effortQuantity": {"hasNumericalValue": "1", "hasUnit": "h"},
        "hasBeginning": "2026-05-04T10:00:00Z",
        "hasEnd": "2026-05-04T11:00:00Z",
    }
    ours = {
        "id": "x",
        "action": "transfer",
        "provider": "ada",
        "receiver": "ben",
        "resource": "barn",
        "toResource": "loft",
        "resourceSpec": "wood",
        "classifiedAs": ["urn:oak"],
        "quantity": {"value": "2", "unit": "kg"},
        "effort": {"value": "1", "unit": "h"},
        "begin": "2026-05-04T10:00:00Z",
        "end": "2026-05-04T11:00:00Z",
    }
    assert read_entry(full) == read_entry(ours)


EVERYTHING: tuple[Entry, ...] = (
    *GIVEN,
    Event(
        "full",
        "produce",
        "ada",
        "ben",
        new_resource=NewStock(
            "n", "kg", "wood", ("urn:oak",), "ben", "ada", "shed", "sawn", "dry", "h", "l7", "t7", True
        ),
        quantity=much("0.5"),
        effort=much(2, "h"),
        output_of="mill",
        at=AT,
        to_location="shed",
        state="dry",
        classified_as=("urn:oak",),
        fulfills=("c",),
        settles=("d",),
        satisfies=("i",),
        recorded_by="ada",
        created=AT,
        basis="r1 r2",
    ),
    Commitment("c", "use", "ada", "ben", "barn", effort=much(1, "h"), begin=AT, end=AT, reserves=True, expires=AT),
)


@pytest.mark.parametrize("entry", EVERYTHING, ids=lambda entry: entry.id)
def test_what_is_written_reads_back_the_same(entry: Entry) -> None:
    assert read_text(canonical_text(entry)) == entry
    assert canonical_text(read_text(canonical_text(entry))) == canonical_text(entry)


COUNTS = {"resource": "resource", "both": "both"}
SIDES = {"input": "input", "output": "output", "outputInput": "both", "notApplicable": "none"}


@pytest.mark.parametrize("name", TABLE)
def test_the_table_of_actions_is_the_published_one(name: str) -> None:
    row, action = TABLE[name], ACTIONS[name]
    effects = {"noEffect": "none"}
    assert action.name == row["action"]
    assert action.counts == COUNTS[row["eventQuantity"]]
    assert action.side == SIDES[row["inputOutput"]]
    assert action.pairs_with == row["pairsWith"]
    assert action.creates == row["createResource"]
    assert action.accounting == effects.get(row["accountingEffect"], row["accountingEffect"])
    assert action.onhand == effects.get(row["onhandEffect"], row["onhandEffect"])
    assert action.location == row["locationEffect"]
    assert action.contained == row["containedEffect"]
    assert action.accountable == row["accountableEffect"]
    assert action.stage == row["stageEffect"]
    assert action.state == row["stateEffect"]
    assert action.implied == row["impliedTransferIfProviderDiffers"]


def test_there_are_nineteen_actions() -> None:
    assert list(ACTIONS) == list(TABLE)
    assert len(ACTIONS) == 19
