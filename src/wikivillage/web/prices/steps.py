"""The steps of a price, one for each part of a rule: they look at what was found before and add their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeAlias

from wikivillage.web.prices.facts import Band, Facts, Item
from wikivillage.web.prices.lines import Line, Source, source_of
from wikivillage.web.prices.policies import (
    ALL,
    CONTRIBUTION,
    BiddingRound,
    Brackets,
    CommonFund,
    EffortFigures,
    EffortRate,
    FreePrice,
    GridPrice,
    Policy,
)
from wikivillage.web.prices.sentences import Amount, Day, Money, Rate, Said, Share, Value, said
from wikivillage.web.prices.splits import cents, euros

Step: TypeAlias = Callable[[Policy, Facts, tuple[Line, ...]], Iterator[Line]]


def added_up(lines: Iterable[Line]) -> int:
    """The cents of some lines."""
    return sum(line.cents for line in lines)


def valid_band(facts: Facts) -> Band | None:
    """The bracket, where its certificate holds on that day."""
    return facts.band if facts.band is not None and facts.on <= facts.band.valid_until else None


def grid_lines(policy: Policy, facts: Facts, _before: tuple[Line, ...]) -> Iterator[Line]:
    """So many units at the price of the grid, and what no day costs more than."""
    for one, price in _priced(policy, facts):
        line = _line(policy, one, price, price.price, item=price.name)
        yield line
        most = None if price.most_a_day is None else cents(price.most_a_day * facts.days)
        if price.most_a_day is not None and most is not None and line.cents > most:
            words = said("cap", most=Rate(price.most_a_day), days=facts.days)
            yield Line(most - line.cents, words, source_of(policy, "grid"))


def bracket_prices(policy: Policy, facts: Facts, before: tuple[Line, ...]) -> Iterator[Line]:
    """Where each bracket has prices of its own, they stand in place of the grid's."""
    rule = policy.sharing
    if not isinstance(rule, Brackets) or not rule.priced or facts.audience not in rule.audiences:
        yield from grid_lines(policy, facts, before)
        return
    band = valid_band(facts)
    number = band.number if band else len(rule.table)
    for one, price in _priced(policy, facts):
        values: dict[str, Value] = {"item": price.name, "band": number, "children": facts.children}
        line = _line(policy, one, price, rule.figure(number, facts.children), "bracket.price", **values)
        notes = (_certificate(band) if band else said("bracket.none"),)
        yield replace(line, source=source_of(policy, "brackets"), notes=notes)


def bracket_lines(policy: Policy, facts: Facts, before: tuple[Line, ...]) -> Iterator[Line]:
    """What is taken off for an income bracket, or why nothing is."""
    rule = policy.sharing
    if not isinstance(rule, Brackets) or facts.audience not in rule.audiences:
        return
    band, source = valid_band(facts), source_of(policy, "brackets")
    if band is not None and not rule.priced:
        share, base = rule.figure(band.number, facts.children), added_up(before)
        by_children: dict[str, Value] = {"children": facts.children} if len(rule.table[0]) > 1 else {}
        key = "bracket.children" if by_children else "bracket"
        words = said(key, band=band.number, share=Share(share), **by_children)
        yield Line(cents(euros(base) * share) - base, words, source, (_certificate(band),))
    elif band is None and facts.band is not None:
        over = said("bracket.over", until=Day(facts.band.valid_until))
        yield Line(0, over, source, (said("bracket.renew"),), condition=over)
    elif band is None and not rule.priced:
        lowest = Share(min(rule.figure(number, facts.children) for number in range(1, len(rule.table) + 1)))
        yield Line(0, said("bracket.none"), source, (said("bracket.offer", lowest=lowest),))


def effort_lines(policy: Policy, facts: Facts, _before: tuple[Line, ...]) -> Iterator[Line]:
    """Hours at the rate of a household, which is rounded to the cent as the funds of family benefits do."""
    rule = policy.sharing
    assert isinstance(rule, EffortRate), "the table of steps says so"
    figures = rule.at(facts.on)
    assert figures is not None, "the checks look for them"
    _first, effort = figures.rates[figures.line(facts.children, facts.disabled)]
    counted, key, values = _counted(figures, facts.income)
    household: dict[str, Value] = {"children": max(1, facts.children)}
    lower: dict[str, Value] = {"disabled": facts.disabled} if facts.disabled else {}
    notes = (
        said(f"effort.{key}", effort=Share(effort), **values),
        said("effort.disabled" if lower else "effort.children", **household, **lower),
    )
    condition = None if key == "income" else said(f"effort.condition.{key}", **values)
    source = Source(policy.service, policy.version, "effort", figures.since)
    for one, price in _priced(policy, facts):
        line = _line(policy, one, price, euros(cents(counted * effort)), item=price.name)
        yield replace(line, source=source, notes=notes, condition=condition)


def _counted(figures: EffortFigures, income: Decimal | None) -> tuple[Decimal, str, dict[str, Value]]:
    """The income that counts, and in which words."""
    ceiling = {"ceiling": Money(cents(figures.ceiling), whole=True)}
    if income is None:
        return figures.ceiling, "unknown", {**ceiling}
    if income > figures.ceiling:
        return figures.ceiling, "capped", {**ceiling}
    if figures.floor is not None and income < figures.floor:
        return figures.floor, "raised", {"floor": Money(cents(figures.floor), whole=True)}
    return income, "income", {"income": Money(cents(income), whole=True, private=True)}


def free_lines(policy: Policy, facts: Facts, before: tuple[Line, ...]) -> Iterator[Line]:
    """From the suggested price to what somebody gives, or to nothing yet."""
    rule = policy.sharing
    assert isinstance(rule, FreePrice), "the table of steps says so"
    suggested, floor = added_up(before), cents(rule.floor)
    given = max(suggested, floor) if facts.offered is None else facts.offered
    words = said("free.open") if facts.offered is None else said("free", offered=Money(facts.offered))
    note = said("free.source", suggested=Money(suggested), floor=Money(floor))
    yield Line(given - suggested, words, source_of(policy, "free"), (note,))


def round_lines(policy: Policy, facts: Facts, before: tuple[Line, ...]) -> Iterator[Line]:
    """From the reference to what somebody named."""
    rule = policy.sharing
    assert isinstance(rule, BiddingRound), "the table of steps says so"
    reference = added_up(before)
    named = reference if facts.pledge is None else facts.pledge
    words = said("round.open") if facts.pledge is None else said("round", pledge=Money(facts.pledge))
    shares = {"lowest": Share(rule.lowest), "highest": Share(rule.highest)}
    note = said("round.source", need=Money(cents(rule.need), whole=True), **shares)
    yield Line(named - reference, words, source_of(policy, "round"), (note,))


def fund_contributions(policy: Policy, facts: Facts, before: tuple[Line, ...]) -> Iterator[Line]:
    """What is paid in, by bracket; what is bought stands at the price of the grid."""
    rule = policy.sharing
    assert isinstance(rule, CommonFund), "the table of steps says so"
    bought = replace(facts, items=tuple(one for one in facts.items if one.item != CONTRIBUTION))
    yield from grid_lines(policy, bought, before)
    band = valid_band(facts)
    for one, price in _priced(policy, facts):
        if one.item == CONTRIBUTION:
            rate = rule.contribution(band.number if band else None)
            words: dict[str, Value] = {"band": band.number} if band else {}
            line = _line(policy, one, price, rate, "fund.contribution" if band else "fund.contribution.none", **words)
            entitled = said("fund.entitled", entitlement=Money(cents(rule.entitlement), whole=True))
            notes = (entitled, *([_certificate(band)] if band else []))
            yield replace(line, source=source_of(policy, "fund"), notes=notes)


def fund_lines(policy: Policy, facts: Facts, before: tuple[Line, ...]) -> Iterator[Line]:
    """What the common fund pays of what is bought."""
    bought = added_up(line for line in before if line.source.part != "fund")
    if facts.fund is not None and bought > 0:
        paid = min(bought, facts.fund)
        note = said("fund.source", left=Money(facts.fund - paid))
        yield Line(-paid, said("fund", paid=Money(paid)), source_of(policy, "fund"), (note,))


def sun_lines(policy: Policy, facts: Facts, before: tuple[Line, ...]) -> Iterator[Line]:
    """What hours of sun cost less, by a decision of the village."""
    rule, sun = policy.sun, facts.sun
    if rule is None or sun is None or sun.share < rule.least or not sun.all:
        return
    base = added_up(before)
    note = said(
        "sun.source",
        own=Amount(sun.own, "kWh"),
        all=Amount(sun.all, "kWh"),
        least=Share(rule.least),
        decision=rule.decision,
        decided=Day(rule.decided_on),
    )
    less = cents(euros(base) * (ALL - rule.discount)) - base
    yield Line(less, said("sun", discount=Share(rule.discount)), source_of(policy, "sun"), (note,))


def nothing(_policy: Policy, _facts: Facts, _before: tuple[Line, ...]) -> Iterator[Line]:
    """No step."""
    return iter(())


def _priced(policy: Policy, facts: Facts) -> Iterator[tuple[Item, GridPrice]]:
    """Each item with its line of the grid."""
    for one in facts.items:
        price = policy.price_of(one.item, facts.audience)
        assert price is not None, "the checks look for it"
        yield one, price


def _line(policy: Policy, one: Item, price: GridPrice, rate: Decimal, key: str = "grid", **values: Any) -> Line:
    """So many units at a rate."""
    much: dict[str, Value] = {"amount": Amount(one.amount, price.unit), "rate": Rate(rate)}
    term = said("grid.term", **much)
    return Line(cents(one.amount * rate), said(key, **much, **values), source_of(policy, "grid"), (), term)


def _certificate(band: Band) -> Said:
    return said("bracket.source", seen=Day(band.seen_on), until=Day(band.valid_until))


STEPS: dict[str, tuple[Step, ...]] = {
    "plain": (grid_lines, sun_lines),
    "brackets": (bracket_prices, bracket_lines, sun_lines),
    "effort": (effort_lines, sun_lines),
    "free": (grid_lines, sun_lines, free_lines),
    "round": (grid_lines, round_lines),
    "fund": (fund_contributions, sun_lines, fund_lines),
    "scale": (nothing,),
}
"""The steps of each kind of rule, in their order."""
