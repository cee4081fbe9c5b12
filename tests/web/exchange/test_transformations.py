"""A run of a workshop adds up exactly, or says why not; nothing treated ends in the compost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.exchange.yards import AT, dropped, key, kg_in_all, kg_of, member, yard
from tests.web.registry.somebody import codes
from wikivillage.base.problems import ProblemError
from wikivillage.web.exchange import lot_actions, reservation_actions
from wikivillage.web.exchange.lot_rules import TOLERANCE, balance_of
from wikivillage.web.exchange.models import Lot, Transformation
from wikivillage.web.exchange.split_actions import split_lot
from wikivillage.web.exchange.transform_actions import LOSSES, Made, Run, Taken, transform
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.models import Event

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture(autouse=True)
def _yard(ledger: None) -> Iterator[None]:
    yard()
    with translation.override("en"):
        yield


def made(spec: str, kg: str | Decimal, **more: Any) -> Made:
    """Something that comes out, in the fablab."""
    return Made(spec, Decimal(kg), "fablab", **more)


def run(taken: dict[str, Any], *outputs: Made, **more: Any) -> Transformation:
    """A run of the joinery."""
    inputs = tuple(Taken(lot, Decimal(kg)) for lot, kg in taken.items())
    form = more.pop("form", None) or key("run")
    work = more.pop("work", "wood_to_boards")
    return transform(run=Run(form, work, "fablab", inputs, outputs), at=AT, **more)


def sums_of(process: str) -> tuple[Decimal, Decimal]:
    """What went into a process and came out of it, by the ledger."""
    sides = (Event.objects.filter(input_of=process), Event.objects.filter(output_of=process))
    return tuple(sum((one.quantity for one in side), Decimal(0)) for side in sides)  # type: ignore[return-value]


def test_oak_becomes_boards_and_sawdust_and_the_dust_has_a_name() -> None:
    oak, form = dropped("12"), key("run")
    one = run({oak.pk: "12"}, made("boards", "7.8", title="étagère"), made("sawdust", "4.1"), form=form)
    again = run({oak.pk: "12"}, made("boards", "7.8", title="étagère"), made("sawdust", "4.1"), form=form)
    assert one == again
    assert (one.taken, one.made, one.loss) == (12, Decimal("11.9"), Decimal("0.1"))
    assert sums_of(form) == (12, 12)
    assert kg_of(LOSSES) == Decimal("0.1")
    board = Lot.objects.get(pk=f"{form}-1")
    assert (kg_of(board), board.title, board.treated, board.times_used) == (Decimal("7.8"), "étagère", "no", 1)
    oak.refresh_from_db()
    assert oak.state == "gone"
    assert check_ledger().ok


def test_a_difference_of_more_than_two_per_cent_needs_a_name_and_a_reason() -> None:
    oak = dropped("12")
    with pytest.raises(ProblemError) as refused:
        run({oak.pk: "12"}, made("boards", "9"))
    (problem,) = refused.value.problems
    assert problem.code == "not-balanced"
    for number in ("12", "9", "3"):
        assert number in problem.what
    assert codes(run, taken={oak.pk: "12"}, lost_as="dust") == ["no-outputs"]
    assert kg_of(oak) == 12
    lost = run({oak.pk: "12"}, made("boards", "9"), lost_as="water", why="dried for a month")
    assert (lost.loss, lost.lost_as, lost.why) == (3, "water", "dried for a month")


def test_more_may_come_out_than_went_in_if_somebody_says_what_was_added() -> None:
    oak = dropped("10")
    form = key("run")
    assert codes(lambda: run({oak.pk: "10"}, made("boards", "11"))) == ["not-balanced"]
    one = run({oak.pk: "10"}, made("boards", "11"), form=form, lost_as="added", why="glue and screws")
    assert (one.loss, kg_of(LOSSES), sums_of(form)) == (-1, -1, (11, 11))
    assert check_ledger().ok


def test_everything_that_is_wrong_with_a_run() -> None:
    oak, ben = dropped("12"), member("ben")
    said = made("boards", "12")
    assert codes(lambda: run({}, said, work="alchemy")) == ["unknown-work", "no-inputs"]
    assert codes(lambda: run({"no": 1}, said)) == ["no-lot"]
    assert codes(lambda: run({oak.pk: "-1"}, made("boards", "0"))) == ["weight-negative", "weight-zero"]
    assert codes(lambda: run({oak.pk: "13"}, made("boards", "13"))) == ["not-so-much"]
    assert codes(lambda: run({oak.pk: "12"}, made("moon", "12"))) == ["unknown-kind"]
    twice = Run(key("run"), "", "fablab", (Taken(oak.pk, Decimal(1)), Taken(oak.pk, Decimal(1))), (said,))
    assert codes(transform, run=twice, at=AT) == ["named-twice"]
    many = Run(key("run"), "", "fablab", (Taken(oak.pk, Decimal(1)),), (said,) * 13)
    assert codes(transform, run=many, at=AT)[0] == "too-many-parts"
    reservation_actions.reserve_lot(id=key(), lot=oak.pk, agent=ben.pk, kg=Decimal(5), purpose="art", at=AT)
    assert codes(lambda: run({oak.pk: "12"}, said)) == ["not-so-much"]
    assert Transformation.objects.count() == 0


def test_nothing_that_is_or_may_be_treated_goes_to_the_compost() -> None:
    doubtful, painted, raw = dropped(treated="unknown"), dropped(treated="yes"), dropped()
    dry = made("brown_dry", "12")
    assert codes(lambda: run({doubtful.pk: "12"}, dry)) == ["quarantined", "never-to-compost"]
    lot_actions.release_lot(lot=painted.pk, treated="yes", at=AT)
    with pytest.raises(ProblemError) as refused:
        run({painted.pk: "12"}, dry)
    assert [one.code for one in refused.value.problems] == ["never-to-compost"]
    board = run({painted.pk: "12"}, made("boards", "12"), form="run-painted")
    assert board.loss == 0
    assert Lot.objects.get(pk="run-painted-1").treated == "yes", "what was painted stays painted"
    assert codes(lambda: run({"run-painted-1": "12"}, dry)) == ["never-to-compost"]
    assert run({raw.pk: "12"}, dry).loss == 0


GRAMS = st.integers(1, 50_000)
NO_RESET = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@NO_RESET
@given(st.lists(GRAMS, min_size=1, max_size=4), st.lists(GRAMS, min_size=1, max_size=5))
def test_every_run_closes_to_the_gram(inputs: list[int], outputs: list[int]) -> None:
    lots = [dropped(Decimal(one).scaleb(-3)) for one in inputs]
    before, form = kg_in_all(), key("run")
    parts = [made("boards", Decimal(one).scaleb(-3)) for one in outputs]
    weights = {lot.pk: Decimal(one).scaleb(-3) for lot, one in zip(lots, inputs, strict=True)}
    one = run(weights, *parts, form=form, lost_as="scales", why="an odd day")
    assert one.taken == one.made + one.loss
    taken, given_out = sums_of(form)
    assert taken == given_out
    assert kg_in_all() == before


@NO_RESET
@given(st.lists(GRAMS, min_size=1, max_size=6), st.integers(0, 1000))
def test_parts_of_a_lot_add_up_to_the_gram(grams: list[int], rest: int) -> None:
    whole = Decimal(sum(grams) + rest).scaleb(-3)
    lot, form = dropped(whole), key("split")
    parts = split_lot(id=form, lot=lot.pk, parts=tuple(Decimal(one).scaleb(-3) for one in grams), at=AT)
    assert sum(map(kg_of, parts)) + kg_of(lot) == whole
    assert kg_of(lot) == Decimal(rest).scaleb(-3)


@given(st.lists(GRAMS, min_size=1), st.lists(GRAMS, min_size=1))
def test_small_is_two_per_cent_of_what_went_in(inputs: list[int], outputs: list[int]) -> None:
    found = balance_of([Decimal(one) for one in inputs], [Decimal(one) for one in outputs])
    assert found.made + found.loss == found.taken
    assert found.is_small == (abs(sum(inputs) - sum(outputs)) * 50 <= sum(inputs))
    assert TOLERANCE * 50 == 1
