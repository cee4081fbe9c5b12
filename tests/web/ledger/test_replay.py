"""Published cases of every kind, played on the real ledger; other spellings of them; cases that come out wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from wikivillage.base.problems import ProblemError
from wikivillage.web.ledger.cases import FORMAT, PLAYERS, choose_case, load_cases, replay_any, replay_ledger
from wikivillage.web.ledger.races import is_about_races

DATA = Path(__file__).parents[2] / "flows" / "data"
FILES = ("ledger_cases.json", "more_ledger_cases.json")
CASES = [case for file in FILES for case in load_cases(DATA / file)]


def player_of(case: Mapping[str, Any]) -> Any:
    return next(play for fits, play in PLAYERS if fits(case))


ON_THE_LEDGER = [case for case in CASES if player_of(case) is replay_ledger]
ELSEWHERE = [case for case in CASES if player_of(case) is not replay_ledger]


@pytest.fixture
def unblocked(django_db_blocker: Any) -> Iterator[None]:
    """For cases that bring a database of their own, or need none."""
    with django_db_blocker.unblock():
        yield


@pytest.mark.parametrize("case", ON_THE_LEDGER, ids=lambda case: case["id"])
@pytest.mark.usefixtures("ledger")
def test_case_comes_out_as_printed(case: Mapping[str, Any]) -> None:
    outcome = replay_any(case)
    assert outcome.differences == outcome.remarks == ()
    assert outcome.verdict == "right"


@pytest.mark.parametrize("case", ELSEWHERE, ids=lambda case: case["id"])
@pytest.mark.usefixtures("unblocked")
def test_plans_meters_and_races_come_out_as_printed(case: Mapping[str, Any]) -> None:
    """Four rounds of a race are enough here; the races of test_races run fifty on both databases."""
    if is_about_races(case):
        case = {**case, "expect": {**case["expect"], "repeat_at_least": 4}}
    outcome = replay_any(case)
    assert (outcome.differences, outcome.verdict) == ((), "right")


def test_nothing_of_the_files_is_left_out() -> None:
    assert len(CASES) == 75
    assert {player_of(case).__name__ for case in CASES} == {
        "replay_ledger",
        "replay_plan",
        "replay_meter",
        "replay_race",
        "replay_overlaps",
    }


FLOUR = {"id": "flour", "unit": "kg", "accounting": "10", "onhand": "10", "primaryAccountable": "mill"}


def case_of(*steps: Any, given: Any = None, **expect: Any) -> dict[str, Any]:
    return {
        "id": "c",
        "given": given or {"agents": ["mill"], "resources": [FLOUR]},
        "steps": [*steps],
        "expect": expect,
    }


def flour(**fields: Any) -> dict[str, Any]:
    return {"flour": fields}


def takes(amount: str, **more: Any) -> dict[str, Any]:
    quantity = {"value": amount, "unit": "kg"}
    return {
        "action": "lower",
        "provider": "mill",
        "receiver": "mill",
        "resource": "flour",
        "quantity": quantity,
        **more,
    }


RESERVED = {"reserve": {"id": "v", "resource": "flour", "quantity": "6 kg", "for": "baker"}}

FOUND = {"id": "e1", "action": "raise", "provider": "mill", "receiver": "mill", "resourceInventoriedAs": "oats"}
FOUND["note"] = "found it behind the stove"
ONE_KILO = {"value": "1", "unit": "kg"}

SPELLINGS: dict[str, dict[str, Any]] = {
    "a reservation, kept": case_of(
        RESERVED | {"expect": {"resources": flour(available="4", reserved={"value": "6", "unit": "kg"})}},
        {"reservations": [{"id": "w", "resource": "flour", "quantity": 5}], "reject": "not_enough"},
        {"fulfil": {"id": "e", "commitment": "v"}, "expect": {"reservations": {"v": {"remaining": "0"}}}},
        resources=flour(accounting="4", onhand="4", reserved=0),
    ),
    "a reservation that lapses": case_of(
        {"reserve": {**RESERVED["reserve"], "timeout_s": 60}},
        {"expire": "v", "expect": {"resources": flour(available="10"), "commitments": {"v": {"expired": True}}}},
        {"fulfil": {"commitment": "v"}, "expect": {"rejected": "expired"}},
        resources=flour(onhand="10"),
    ),
    "corrections": case_of(
        {"event": takes("3", id="e1", time="2026-05-01T10:00:00+02:00")},
        {"event": takes("2", id="e2", when=1767225600)},
        {"correct": {"id": "e3", "event": "e1"}, "expect": {"resources": flour(accounting="8")}},
        {"correction": {"id": "e4", "corrects": "e2", "quantity": {"value": "-1", "unit": "kg"}}},
        {"event": takes("-1", id="e5"), "error": "negative quantity"},
        resources=flour(accounting="9", onhand="9"),
        events={"e1": {"quantity": "0", "corrected_by": ["e3"]}, "e2": {"quantity": "1"}},
        event_count=4,
    ),
    "an event without a name for its step, and again": case_of(
        takes("3", id="e1") | {"expect": {"result": "created"}},
        {"again": "e1", "result": "exists"},
        {"type": "event", **takes("4", id="e1"), "reject": "exists_with_different_amount"},
        {"at": "2030-02-01T00:00:00Z", "expect": {"resources": flour(onhand="7")}},
        list_events=["e1"],
    ),
    "all or nothing": case_of(
        {"batch": [{"event": takes("9", id="e1")}, {"event": takes("2", id="e2")}], "expect": "insufficient"},
        {"batch": [{"event": takes("9", id="e1")}, {"event": takes("1", id="e2")}]},
        resources=flour(accounting="0"),
    ),
    "accounts by other words": case_of(
        {"account": {"id": "C", "balance": 5, "limited": True}},
        {"pending_transfer": {"id": "t1", "debit_account": "A", "credit_account": "C", "amount": 7, "timeout": 60}},
        {"advance_clock": "61s", "expect": {"accounts": {"A": {"debits_pending": 0, "balance": "-3"}}}},
        {"create transfer": {"id": "t2", "from": "C", "to": "A", "amount": 6}, "result": "exceeds_credits"},
        given={"accounts": [{"id": "A", "debits_posted": 3}]},
        accounts={"C": {"balance": 5, "debits_pending": 0, "credits_posted": 5}},
    ),
    "bookings by epoch seconds": case_of(
        {"booking": {"id": "b1", "room": "hall", "start": 1767261600, "end": 1767265200, "by": "choir"}},
        {"book": {"id": "b2", "room": "hall", "start": 1767265199, "end": 1767268800}, "reject": "overlap"},
        {"cancel": {"booking": "b1"}},
        {"book": {"id": "b2", "room": "hall", "start": 1767265199, "end": 1767268800}},
        given={"bookable": {"hall": 1}},
        confirmed=["b2"],
        overlaps=0,
    ),
    "records by their names, and words of ValueFlows": case_of(
        {"economicEvent": {**FOUND, "resourceQuantity": {"hasNumericalValue": "2", "hasUnit": "kg"}}},
        given={"resources": {"oats": {"accountingQuantity": ONE_KILO, "owner": "mill"}}, "processes": ["p"]},
        resources={"oats": {"accountingQuantity": {"value": "3", "unit": "kg"}, "owner": "mill"}},
        resource_count=1,
    ),
}


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.usefixtures("ledger")
def test_other_spellings_of_the_same_are_read(name: str) -> None:
    outcome = replay_any(SPELLINGS[name])
    assert (outcome.differences, outcome.not_played, outcome.verdict) == ((), "", "right")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a sum": (
        case_of({"event": takes("3", id="e1")}, resources=flour(onhand="8")),
        "end: flour onhand is 7, expected 8",
    ),
    "a refusal that does not come": (case_of({"event": takes("3", id="e1"), "reject": "insufficient"}), "accepted"),
    "a refusal for another reason": (
        case_of({"event": takes("30", id="e1"), "reject": "unit-mismatch"}),
        "refused with insufficient, insufficient, not unit-mismatch",
    ),
    "a refusal that nobody expects": (case_of({"event": takes("30", id="e1")}), "though nothing was wrong"),
    "an expectation that nothing compares": (
        case_of(moon="full"),
        '"moon" is an expectation that nothing here compares',
    ),
    "a field that nothing has": (case_of(resources=flour(colour="white")), "no field colour"),
    "neighbours of what is not there": (case_of(previous_of_event={"e9": None}), "e9 is not there"),
    "an answer": (
        case_of({"event": takes("3", id="e1"), "result": "exists"}),
        "the answer is created, expected exists",
    ),
    "a limit": (case_of(limits={"classifiedAs_max": 1000}), "whether 1000 classes are the most is False"),
    "what is sealed": (case_of(mutable_fields_after_creation=["note", "quantity"]), "quantity"),
    "given": (case_of(given={"resources": [{**FLOUR, "accounting": "-1"}]}, event_count=0), "given: "),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.usefixtures("ledger")
def test_what_differs_is_told(name: str) -> None:
    case, told = WRONG[name]
    outcome = replay_any(case)
    assert outcome.verdict == "wrong"
    assert told in " / ".join(outcome.differences)


UNPLAYABLE: dict[str, tuple[dict[str, Any], str]] = {
    "a step of no kind": (case_of({"bake": {"id": "x"}}, event_count=0), "there is no step called bake"),
    "a key of no kind": (case_of({"event": takes("1", id="e1", moon="full")}), '"moon" is no key of it'),
    "nothing to compare": (case_of(), "it expects nothing"),
    "an amount that is none": (case_of({"pending": {"id": "t", "debit": "A"}}), "names no credit account"),
    "given of no form": ({**case_of(event_count=0), "given": 5}, "its form is not understood"),
    "a time that is none": (case_of({"ingest": [["m", "noon", "1"]]}, stored=1), '"noon" is not a time'),
    "no numbers": (case_of({"wait": "long"}), "its form is not understood: ValueError"),
    "a race of nothing": (case_of({"concurrent": 3}, given={"x": 1}, accepted=1), "neither how much there is"),
}


@pytest.mark.parametrize("name", UNPLAYABLE)
@pytest.mark.usefixtures("ledger")
def test_what_cannot_be_played_is_neither_right_nor_wrong(name: str) -> None:
    case, told = UNPLAYABLE[name]
    outcome = replay_any(case)
    assert (outcome.verdict, outcome.differences) == ("not played", ())
    assert told in outcome.not_played


@pytest.mark.usefixtures("ledger")
def test_an_unknown_word_for_a_refusal_is_remarked_on() -> None:
    outcome = replay_any(case_of({"event": takes("30", id="e1"), "reject": "the cupboard is bare"}))
    assert outcome.verdict == "right"
    assert "no word for a refusal known here" in outcome.remarks[0]


def race(accepted: int, **given: Any) -> dict[str, Any]:
    expect: dict[str, Any] = {"accepted": accepted, "refused": 4 - accepted, "repeat_at_least": 2, "overlaps": 0}
    if "resources" in given:
        expect["resources"] = {"r": {"available": 0}}
    step = given.pop("step", {"concurrent": 4})
    return {"id": "r", "given": given, "steps": [step], "expect": expect}


MORNING = {"from": "2030-05-01T08:00Z", "to": "2030-05-01T09:00Z"}
RACES = {
    "stock": race(2, stock=3, quantity_each="1.5"),
    "a bookable thing": race(1, bookable=["hall"]),
    "a record": race(2, resources=[{"id": "r", "unit": "kg", "accounting": "2"}]),
    "a step for all": race(2, stock=2, step={"concurrent": 4, "reserve": {"quantity": "1", "for": "a"}}),
    "a list of steps": race(1, bookable=["hall"], step={"parallel": [{"book": MORNING}] * 4}),
}


@pytest.mark.parametrize("name", RACES)
@pytest.mark.usefixtures("unblocked")
def test_races_of_other_forms(name: str) -> None:
    outcome = replay_any(RACES[name])
    assert (outcome.differences, outcome.not_played, outcome.verdict) == ((), "", "right")


@pytest.mark.usefixtures("unblocked")
def test_a_race_with_another_winner_count_is_wrong() -> None:
    outcome = replay_any(race(3, stock=2))
    assert "round 1: accepted is 2, expected 3" in outcome.differences


@pytest.mark.usefixtures("unblocked")
def test_a_total_that_would_lose_a_transaction_is_wrong() -> None:
    (case,) = (case for case in CASES if case["id"] == "more-race-06-hordak-checkpoint")
    outcome = replay_any({**case, "expect": {"balance": "11.00", "never": "16.00"}})
    assert len(outcome.differences) == 2


@pytest.mark.usefixtures("unblocked")
def test_transactions_of_other_words_overlap() -> None:
    """5 + 2 + 1: what is begun first and committed last is counted all the same."""
    steps = [{"begin": "a"}, {"insert": {"tx": "a", "amount": "2"}}, {"commit": {"tx": "b", "amount": "1"}}]
    steps += [{"snapshot": {}}, {"commit": "a"}, {"read": "X"}]
    case = {
        "id": "o",
        "given": {"committed": [{"amount": 5}]},
        "steps": steps,
        "expect": {"total": "8", "never": ["6"]},
    }
    assert replay_any(case).verdict == "right"
    assert "moves one amount" in replay_any({**case, "steps": [{"begin": "a"}, *steps[-2:]]}).not_played


BAD_FILES = {
    "{": "not-json",
    "{}": "no-cases",
    '{"format": "wikivillage-ledger-cases/2", "cases": [{"id": "a"}]}': "cases-format",
    '{"cases": [{"title": "a"}]}': "case-without-id",
    '{"cases": [{"id": "a"}, {"id": "a"}]}': "case-twice",
    '{"cases": ["a"]}': "case-shape",
    '{"cases": [{"id": "a", "steps": {}}]}': "case-shape",
}


@pytest.mark.parametrize("text", BAD_FILES)
def test_a_wrong_file_is_told(text: str, tmp_path: Path) -> None:
    file = tmp_path / "cases.json"
    file.write_text(text, "utf-8")
    with pytest.raises(ProblemError) as told:
        load_cases(file)
    assert {problem.code for problem in told.value.problems} == {BAD_FILES[text]}


def test_a_missing_file_and_a_missing_case_are_told(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as no_file:
        load_cases(tmp_path / "nowhere.json")
    assert no_file.value.problems[0].code == "no-file"
    with pytest.raises(ProblemError) as no_case:
        choose_case(CASES, "vf-1-manufacturing-desk", DATA)
    assert no_case.value.problems[0].code == "unknown-case"
    assert "Did you mean vf-01-manufacturing-desk?" in str(no_case.value)


def test_the_format_is_that_of_the_published_file() -> None:
    assert {json.loads((DATA / file).read_text("utf-8"))["format"] for file in FILES} == {FORMAT}
