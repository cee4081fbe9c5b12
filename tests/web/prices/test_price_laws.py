"""Laws of prices over random rules and facts: lines and splits add up, nothing is negative, more income never pays
less, and what explains a price names every figure that made it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from string import Formatter

from hypothesis import given
from hypothesis import strategies as st

from tests.web.prices.rules import BAND, ROOM, SUN, TODAY, creche, hours, rule
from wikivillage.web.prices.engine import quote
from wikivillage.web.prices.facts import Band, Facts, Item, Sun, facts_tree, read_facts
from wikivillage.web.prices.lines import Quote
from wikivillage.web.prices.policies import BiddingRound, Brackets, CommonFund, FreePrice, Plain, Policy, Scale, Text
from wikivillage.web.prices.sentences import EN, FR, Rate, Said, Share, say
from wikivillage.web.prices.splits import cents, euros, fund_month, settle_round, split
from wikivillage.web.prices.trees import policy_tree, read_policy

shares = st.decimals(0, 1, places=2)
sums = st.decimals(0, 500, places=2)
amounts = st.decimals("0.01", 200, places=2)
money = st.integers(0, 100_000)
rising = st.lists(shares, min_size=1, max_size=8).map(sorted)


@st.composite
def tables(draw: st.DrawFn) -> Brackets:
    """Brackets that rise, with one to three columns of children, as shares or as prices."""
    rows, columns, priced = draw(st.integers(1, 7)), draw(st.integers(1, 3)), draw(st.booleans())
    figures = sums if priced else shares
    by_column = [sorted(draw(st.lists(figures, min_size=rows, max_size=rows))) for _ in range(columns)]
    return Brackets(tuple(zip(*by_column, strict=True)), priced)


rounds = st.builds(BiddingRound, sums, st.just(Decimal(0)), st.just(Decimal(100)))
funds = st.builds(CommonFund, sums, st.lists(sums, min_size=1, max_size=6).map(lambda found: tuple(sorted(found))))
sharings = st.one_of(st.just(Plain()), tables(), st.builds(FreePrice, st.just(Decimal(0))), rounds, funds)
grids = st.builds(lambda price, most: (replace(ROOM, price=price, most_a_day=most),), sums, st.none() | sums)
discounts = st.none() | st.builds(lambda discount, least: replace(SUN, discount=discount, least=least), shares, shares)
policies = st.builds(lambda sharing, grid, sun: rule(sharing, grid=grid, sun=sun), sharings, grids, discounts)
bands = st.none() | st.builds(
    Band, st.integers(1, 9), st.just(BAND.seen_on), st.sampled_from((TODAY, date(2026, 1, 1)))
)
suns = st.none() | st.builds(Sun, sums, sums)
everybody = st.builds(
    Facts,
    on=st.just(TODAY),
    items=st.lists(st.builds(Item, st.just("room"), amounts), min_size=1, max_size=3).map(tuple),
    audience=st.sampled_from(("person", "organisation")),
    band=bands,
    children=st.integers(0, 9),
    offered=st.none() | money,
    fund=st.none() | money,
    sun=suns,
    days=st.integers(1, 3),
)


@given(policies, everybody)
def test_lines_add_up_and_nothing_is_negative(policy: Policy, facts: Facts) -> None:
    found = quote(policy, facts)
    assert found.total_cents == sum(line.cents for line in found.lines) >= 0
    assert quote(policy, facts) == found


@given(policies, everybody, st.sampled_from(("en", "fr")))
def test_an_explanation_names_every_figure_that_made_the_price(policy: Policy, facts: Facts, lang: str) -> None:
    found = quote(policy, facts)
    for line in found.lines:
        for sentence in (line.words, *line.notes, line.source.words, *filter(None, (line.term, line.condition))):
            assert names_of(FR if lang == "fr" else EN, sentence.key) == set(sentence.values), sentence.key
            assert all(shown(value, lang) in say(sentence, lang) for value in sentence.values.values())
    assert again(found, policy, facts) == found.total_cents


def again(found: Quote, policy: Policy, facts: Facts) -> int:
    """The price from nothing but the figures of the explanations: shares of what stands above, and rates."""
    total = 0
    for line in found.lines:
        values = {**line.words.values, **(line.term.values if line.term else {})}
        rate, share, less = values.get("rate"), values.get("share"), values.get("discount")
        if isinstance(rate, Rate):
            total += cents(values["amount"].amount * rate.euros)  # type: ignore[union-attr]
        elif isinstance(share, Share):
            total = cents(euros(total) * share.share)
        elif isinstance(less, Share):
            total = cents(euros(total) * (1 - less.share))
        else:
            total += line.cents
    return total


def shown(value: object, lang: str) -> str:
    """What must be read of a value, alone in a sentence."""
    return value[lang] if isinstance(value, Text) else str(value) if isinstance(value, int | str) else ""


def names_of(sentences: dict[str, str], key: str) -> set[str]:
    """The values that stand in a sentence."""
    return {name for _text, name, _format, _conversion in Formatter().parse(sentences[key]) if name}


def test_both_languages_say_the_same() -> None:
    assert list(EN) == list(FR)
    assert all(names_of(EN, key) == names_of(FR, key) for key in EN)


def test_french_has_its_spaces() -> None:
    for key in FR:
        told = say(Said(key, dict.fromkeys(names_of(FR, key), "x")), "fr")
        assert not re.search(r" [:;?!%»€]|« |'", told), told


@given(tables(), st.integers(1, 9), st.integers(1, 9), st.integers(0, 5), amounts)
def test_a_higher_bracket_never_pays_less(table: Brackets, one: int, other: int, children: int, much: Decimal) -> None:
    paid = [
        quote(rule(table), Facts(TODAY, (Item("room", much),), "person", replace(BAND, number=n), children)).total_cents
        for n in sorted((one, other))
    ]
    assert paid[0] <= paid[1]


@given(sums.map(lambda x: x * 40), sums.map(lambda x: x * 40), st.integers(1, 9), st.integers(0, 3), amounts)
def test_a_higher_income_never_pays_less(
    one: Decimal, other: Decimal, children: int, disabled: int, much: Decimal
) -> None:
    wanted = {"disabled": min(disabled, children)}
    paid = [
        quote(creche(), hours(str(much), str(income), children, **wanted)).total_cents
        for income in sorted((one, other))
    ]
    assert paid[0] <= paid[1] <= quote(creche(), hours(str(much), None, children, **wanted)).total_cents


@given(st.lists(sums, min_size=1, max_size=8).map(sorted), sums, sums)
def test_a_higher_quotient_is_never_in_a_lower_bracket(limits: list[Decimal], one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert Scale(tuple(limits)).bracket_of(low) <= Scale(tuple(limits)).bracket_of(high)


@given(money, st.lists(st.integers(0, 10_000) | sums, min_size=1, max_size=20))
def test_a_split_adds_up_and_no_part_is_a_cent_away(total: int, weights: list[int | Decimal]) -> None:
    parts = split(total, weights)
    assert sum(parts) == total
    assert min(parts) >= 0
    whole = sum(Decimal(weight) for weight in weights)
    if whole:
        assert all(abs(part - total * Decimal(w) / whole) < 1 for part, w in zip(parts, weights, strict=True))
    by_weight = sorted(zip(weights, parts, strict=True))
    assert all(part <= more or light == heavy for (light, part), (heavy, more) in pairwise(by_weight))


@given(rounds, st.lists(money, min_size=1, max_size=12))
def test_a_round_gives_back_to_the_cent(policy: BiddingRound, pledges: list[int]) -> None:
    found = settle_round(policy, pledges, give_back=True)
    assert found.holds == (sum(pledges) >= cents(policy.need))
    if found.holds:
        assert sum(found.shares) == cents(policy.need)
        assert all(share <= named or not sum(pledges) for share, named in zip(found.shares, pledges, strict=True))


@given(funds, st.lists(st.none() | st.integers(1, 9), max_size=12), money)
def test_a_fund_spends_what_it_has(policy: CommonFund, members: list[int | None], reserve: int) -> None:
    month = fund_month(policy, members, reserve=reserve)
    assert sum(month.paid_in) + reserve == sum(month.entitled) + month.left
    assert month.left >= 0
    assert not month.entitled or max(month.entitled) - min(month.entitled) <= 1


@given(policies)
def test_a_rule_is_read_as_it_was_written(policy: Policy) -> None:
    tree = policy_tree(policy)
    assert read_policy(tree, service="rooms", version=1, valid_from=policy.valid_from) == policy


@given(everybody)
def test_facts_are_read_as_they_were_kept(facts: Facts) -> None:
    assert read_facts(facts_tree(facts)) == facts
    assert "income" not in facts_tree(replace(facts, income=Decimal(2000)))
