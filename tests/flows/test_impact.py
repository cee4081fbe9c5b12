"""Impact statements: figures by hand, and everything that must not go unnoticed when one is done again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.factors import check_factors, read_factors
from wikivillage.flows.impact import Fact, Statement, Window, check_statement, hash_of, state_impact, write_statement
from wikivillage.flows.kinds import Event, Measure

YEAR = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
SUMMER = datetime(2026, 7, 1, tzinfo=UTC)

FACTORS: dict[str, Any] = {
    "factors": [
        {
            "id": "grid-early",
            "measure": "carbon",
            "spec": "electricity",
            "action": "consume",
            "per": "kWh",
            "value": "0.052",
            "unit": "kg",
            "from": date(2026, 1, 1),
            "until": "2026-07-01T00:00:00Z",
            "grade": "B",
            "source": "made up for this test",
            "version": 1,
        },
        {
            "id": "grid-late",
            "measure": "carbon",
            "spec": "electricity",
            "action": "consume",
            "per": "kWh",
            "value": "0.04",
            "unit": "kg",
            "from": "2026-07-01",
            "grade": "A",
            "source": "made up for this test",
            "version": "2026-b",
        },
        {
            "id": "wood",
            "measure": "carbon",
            "spec": "wood",
            "per": "kg",
            "value": "-1.6",
            "unit": "kg",
            "from": "2020-01-01T00:00:00+01:00",
            "grade": "C",
            "source": "made up for this test",
            "version": "1",
        },
    ]
}


def happened(number: int, action: str, spec: str, much: str, unit: str, day: str, **more: Any) -> Fact:
    at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    event = Event(
        f"e{number}", action, "ada", "ada", resource=f"{spec}-1", quantity=Measure(Decimal(much), unit), at=at, **more
    )
    return Fact(number, event, spec, at)


LEDGER = (
    happened(1, "consume", "electricity", "100", "kWh", "2026-02-01"),
    happened(2, "consume", "electricity", "200.5", "kWh", "2026-07-15"),
    happened(3, "produce", "wood", "10", "kg", "2026-03-01"),
    happened(4, "produce", "electricity", "70", "kWh", "2026-03-02"),
    happened(5, "consume", "electricity", "30", "kWh", "2026-04-01"),
    happened(6, "consume", "electricity", "-30", "kWh", "2026-04-02", corrects="e5"),
    happened(7, "consume", "electricity", "999", "kWh", "2025-12-31"),
    happened(8, "consume", "electricity", "-0.5", "kWh", "2027-02-01", corrects="e2"),
    happened(9, "consume", "electricity", "1", "kWh", "2026-05-01"),
)


def stated(up_to: int = 8) -> Statement:
    return state_impact(LEDGER, read_factors(FACTORS), "carbon", YEAR, up_to)


def codes(problems: list[Problem]) -> list[str]:
    return sorted(problem.code for problem in problems)


def test_the_figures_are_those_by_hand() -> None:
    """100 kWh x 0.052 = 5.2; (200.5 - 0.5) x 0.04 = 8; 10 kg x -1.6 = -16: together -2.8 kg."""
    statement = stated()
    assert statement.total == Decimal("-2.8")
    assert statement.unit == "kg"
    assert [(line.event, str(line.amount), line.factor, line.part) for line in statement.lines] == [
        ("e1", "100", "grid-early", Decimal("5.2")),
        ("e2", "200.0", "grid-late", Decimal("8")),
        ("e3", "10", "wood", Decimal("-16")),
    ]
    assert statement.worst_grade == "C"
    assert [factor.id for factor in statement.factors] == ["grid-early", "grid-late", "wood"]


def test_what_is_left_out_is_listed_with_its_reason() -> None:
    assert [(row.event, row.reason) for row in stated().left_out] == [
        ("e4", "no carbon factor for produce of electricity"),
        ("e5", "undone by corrections or without an amount"),
    ]


def test_corrections_count_within_the_cut_and_whenever_they_were_made() -> None:
    before = stated(up_to=7)
    assert before.total == Decimal("-2.78"), "the half kWh is taken back by record 8, in the next year"
    assert stated(up_to=8).lines[1].corrected_by == ("e8",)
    assert stated(up_to=5).lines[-1].event == "e5"


def test_a_statement_is_the_same_whatever_the_order_it_was_read_in() -> None:
    backwards = state_impact(reversed(LEDGER), reversed(read_factors(FACTORS)), "carbon", YEAR, 8)
    assert backwards == stated()


def test_the_hash_is_of_the_written_form() -> None:
    statement = stated()
    written = json.loads(json.dumps(write_statement(statement)))
    assert written["total"] == "-2.8"
    assert written["window"]["begin"] == "2026-01-01T00:00:00Z"
    assert statement.hash == hash_of(statement) == "6e5369ceed02597cb181bccf5a2da408b2a5f5bab2c888e465345a46c5b48ad8"


def test_a_statement_that_holds_has_no_problem() -> None:
    assert check_statement(stated(), LEDGER, read_factors(FACTORS)) == []
    later = (*LEDGER, happened(10, "consume", "electricity", "5", "kWh", "2026-02-03"))
    assert check_statement(stated(), later, read_factors(FACTORS)) == [], "the ledger may go on after the cut"


@pytest.mark.parametrize("gone", [1, 2, 3, 4, 5])
def test_a_missing_event_is_named(gone: int) -> None:
    ledger = [fact for fact in LEDGER if fact.number != gone]
    problems = check_statement(stated(), ledger, read_factors(FACTORS))
    assert ("event-missing", f"e{gone}") in [(problem.code, problem.where) for problem in problems]
    assert ("total-differs" in codes(problems)) == (gone <= 3)


def test_a_missing_correction_changes_its_event() -> None:
    ledger = [fact for fact in LEDGER if fact.number != 8]
    problems = check_statement(stated(), ledger, read_factors(FACTORS))
    assert codes(problems) == ["event-changed", "total-differs"]
    assert problems[0].where == "e2"


def test_an_event_that_was_kept_back_is_named() -> None:
    kept_back = [fact for fact in LEDGER if fact.number != 3]
    statement = state_impact(kept_back, read_factors(FACTORS), "carbon", YEAR, 8)
    problems = check_statement(statement, LEDGER, read_factors(FACTORS))
    assert codes(problems) == ["event-added", "factor-added", "total-differs"]
    assert problems[0].where == "e3"


def test_a_changed_event_is_named_even_if_the_sum_stays() -> None:
    changed = replace(LEDGER[3], event=replace(LEDGER[3].event, quantity=Measure(Decimal(71), "kWh")))
    problems = check_statement(stated(), [*LEDGER[:3], changed, *LEDGER[4:]], read_factors(FACTORS))
    assert [(problem.code, problem.where) for problem in problems] == [("event-changed", "e4")]


def test_a_moved_event_is_named() -> None:
    moved = replace(LEDGER[0], spec="wood")
    problems = check_statement(stated(), [moved, *LEDGER[1:]], read_factors(FACTORS))
    assert "factor-unit" in codes(problems)
    renumbered = replace(LEDGER[0], number=0)
    assert codes(check_statement(stated(), [renumbered, *LEDGER[1:]], read_factors(FACTORS))) == ["line-differs"]


def test_a_factor_that_is_gone_or_changed_is_named() -> None:
    first, *rest = read_factors(FACTORS)
    gone = check_statement(stated(), LEDGER, rest)
    assert codes(gone) == ["factor-gap", "factor-missing"], "the undone event needs none"
    changed = check_statement(stated(), LEDGER, [replace(first, value=Decimal("0.051")), *rest])
    assert codes(changed) == ["factor-changed", "line-differs", "total-differs"]
    better = check_statement(stated(), LEDGER, [replace(first, grade="A", source="elsewhere"), *rest])
    assert str(better[0]).startswith("grid-early  grid-early, version 1, has changed its grade and source")


def test_an_altered_statement_is_told() -> None:
    statement = replace(stated(), total=Decimal(-3))
    problems = check_statement(statement, LEDGER, read_factors(FACTORS))
    assert codes(problems) == ["statement-altered", "total-differs"]


def test_a_statement_that_was_sealed_anew_over_another_grade_is_told() -> None:
    draft = replace(stated(), worst_grade="A")
    forged = replace(draft, hash=hash_of(draft))
    assert codes(check_statement(forged, LEDGER, read_factors(FACTORS))) == ["hash-differs"]


def refused(facts: Any, factors: Any, measure: str = "carbon") -> list[str]:
    with pytest.raises(ProblemError) as error:
        state_impact(facts, factors, measure, YEAR, 100)
    return codes(list(error.value.problems))


def test_a_gap_is_a_problem_and_no_zero() -> None:
    first, second, third = read_factors(FACTORS)
    late = replace(second, valid_from=SUMMER + timedelta(days=20))
    assert refused(LEDGER, [first, late, third]) == ["factor-gap"]


def test_two_factors_at_once_are_a_problem() -> None:
    first, second, third = read_factors(FACTORS)
    early = replace(second, valid_from=SUMMER - timedelta(days=61))
    assert refused(LEDGER, [first, early, third]) == ["factor-overlap", "factor-overlap"], "the factors, and event e9"
    assert codes(check_factors([first, early, third])) == ["factor-overlap"]


def test_no_factor_another_unit_and_two_units_are_problems() -> None:
    first, second, third = read_factors(FACTORS)
    assert refused(LEDGER, [first, second, third], "water") == ["no-factor"]
    assert refused(LEDGER, [first, second, replace(third, per="m3")]) == ["factor-unit"]
    assert refused(LEDGER, [first, second, replace(third, unit="g")]) == ["factor-units-differ"]


def test_a_factor_of_an_action_goes_before_one_for_all() -> None:
    first, second, third = read_factors(FACTORS)
    general = replace(first, id="any", action=None, value=Decimal(1), valid_until=None)
    statement = state_impact(LEDGER, [first, second, third, general], "carbon", YEAR, 8)
    assert {line.event: line.factor for line in statement.lines}["e4"] == "any"
    assert {line.event: line.factor for line in statement.lines}["e1"] == "grid-early"


def test_effort_is_counted_by_its_unit() -> None:
    wear = replace(read_factors(FACTORS)[0], id="wear", spec="printer", action="use", per="h")
    at = datetime(2026, 3, 1, tzinfo=UTC)
    event = Event("print", "use", "ada", "ada", resource="printer-1", effort=Measure(Decimal("2.5"), "h"), at=at)
    statement = state_impact([Fact(1, event, "printer", at)], [wear], "carbon", YEAR, 1)
    assert statement.total == Decimal("0.13")


def test_nothing_in_the_window_is_nothing_and_has_no_grade() -> None:
    statement = state_impact([], read_factors(FACTORS), "carbon", YEAR, 0)
    assert (statement.total, statement.worst_grade, statement.lines) == (Decimal(0), None, ())


def test_wrong_factors_are_all_told_at_once() -> None:
    rows = json.loads(json.dumps(FACTORS["factors"], default=str))
    rows[0] |= {"grade": "D", "value": "much", "form": 1}
    rows[1] |= {"from": "soon", "action": "eat"}
    del rows[2]["source"]
    with pytest.raises(ProblemError) as error:
        read_factors({"factors": [*rows, "no"]}, "factors.yaml")
    found = [(problem.code, problem.where) for problem in error.value.problems]
    assert found == [
        ("unknown-key", "factors.yaml[0] form"),
        ("not-a-factor", "factors.yaml[0] value"),
        ("not-a-factor", "factors.yaml[0] grade"),
        ("not-a-factor", "factors.yaml[1] action"),
        ("not-a-factor", "factors.yaml[1] from"),
        ("missing-key", "factors.yaml[2] source"),
        ("shape", "factors.yaml[3]"),
    ]
    with pytest.raises(ProblemError):
        read_factors({})


def test_factors_that_contradict_themselves_are_told() -> None:
    first, second, third = read_factors(FACTORS)
    assert codes(check_factors([first, first])) == ["factor-overlap", "factor-twice"]
    assert codes(check_factors([replace(first, valid_until=first.valid_from), second, third])) == ["factor-empty"]


amounts = st.lists(st.decimals(Decimal("0.000001"), Decimal(10) ** 15, places=6), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(amounts, st.decimals(Decimal("-1000"), Decimal(1000), places=12), st.data())
def test_sums_are_exact_and_any_planted_fault_is_found(
    numbers: list[Decimal], value: Decimal, data: st.DataObject
) -> None:
    factor = replace(read_factors(FACTORS)[0], value=value)
    ledger = [happened(n, "consume", "electricity", str(each), "kWh", "2026-02-01") for n, each in enumerate(numbers)]
    statement = state_impact(ledger, [factor], "carbon", YEAR, len(ledger))
    scaled = sum(int(each * 10**6) for each in numbers) * int(value * 10**12)
    assert statement.total.as_integer_ratio() == Fraction(scaled, 10**18).as_integer_ratio()
    gone = data.draw(st.integers(0, len(ledger) - 1))
    problems = check_statement(statement, ledger[:gone] + ledger[gone + 1 :], [factor])
    assert problems[0].where == f"e{gone}"
