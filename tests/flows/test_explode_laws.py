"""Laws of production plans over random cookbooks: nothing missing, counted twice or too late; all in proportion."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.cookbooks import DAY, DUE, consume, inputs_of, make, want
from wikivillage.flows.exact import decimal_of
from wikivillage.flows.explode import explode
from wikivillage.flows.recipes import Cookbook, Good, LeadTime, StockLine


@st.composite
def cookbooks(draw: st.DrawFn) -> Cookbook:
    """Goods g0 to g5 of which each may take later ones, so that no circle is possible; the last can be bought."""
    recipes = []
    for number in range(5):
        taken = draw(st.lists(st.integers(number + 1, 5), unique=True, max_size=3))
        inputs = [consume(f"g{other}", str(draw(st.integers(1, 9)))) for other in taken]
        batch = draw(st.sampled_from(["1", "2", "5", "0.8"]))
        recipes.append(make(f"g{number}", *inputs, days=draw(st.integers(0, 9)), batch=batch))
    return Cookbook(tuple(draw(st.permutations(recipes))), (LeadTime("g5", 3 * DAY),))


STOCKS = st.dictionaries(st.sampled_from([f"g{number}" for number in range(6)]), st.integers(0, 60)).map(
    lambda there: [StockLine(Good(spec), "u", on_hand=Decimal(amount)) for spec, amount in there.items()]
)


@settings(max_examples=150, deadline=None)
@given(cookbooks(), STOCKS, st.integers(1, 40))
def test_law_nothing_is_missing_counted_twice_or_too_late(
    cookbook: Cookbook, stock: list[StockLine], amount: int
) -> None:
    """For each good: what inputs take and what is wanted = what is made, bought and taken from stock."""
    plan = explode([want("g0", str(amount)), want("g3", "1")], cookbook, stock, DUE)
    asked = inputs_of(plan)
    for spec in ("g0", "g3"):
        asked[spec] = asked.get(spec, Decimal(0)) + (amount if spec == "g0" else 1)
    given_out = {one.spec: one.quantity.value for one in plan.commitments if one.side == "output" and one.quantity}
    given_out |= {one.good.spec: one.quantity.value for one in plan.purchases}
    there = {line.good.spec: line.on_hand for line in stock}
    assert {row.good.spec for row in plan.netting} == set(asked)
    for row in plan.netting:
        assert row.wanted == asked[row.good.spec] == row.taken + given_out.get(row.good.spec, 0)
        assert row.taken == min(row.wanted, there.get(row.good.spec, 0)) == row.wanted - row.to_produce
    times = {one.id: one for one in plan.processes}
    assert all(times[link.before].end <= times[link.after].start for link in plan.links)
    assert all(one.end <= DUE for one in plan.processes)
    assert plan.problems == plan.cycles == ()


@settings(max_examples=100, deadline=None)
@given(cookbooks(), st.integers(1, 40), st.integers(2, 9))
def test_law_without_stock_everything_grows_with_the_order(cookbook: Cookbook, amount: int, times: int) -> None:
    once = explode(want("g0", str(amount)), cookbook, (), DUE)
    more = explode(want("g0", str(amount * times)), cookbook, (), DUE)
    assert [one.id for one in more.commitments] == [one.id for one in once.commitments]
    assert [one.scale for one in more.processes] == [one.scale * times for one in once.processes]
    assert inputs_of(more) == {spec: amount * times for spec, amount in inputs_of(once).items()}


@given(st.fractions())
def test_law_a_decimal_of_a_fraction_is_the_nearest_on_the_safe_side(value: Fraction) -> None:
    above, below = decimal_of(value, up=True), decimal_of(value, up=False)
    assert below <= value <= above
    assert above == below or above - below == Decimal("1e-9")
