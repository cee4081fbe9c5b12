"""What keeps a price from being told, in the words of who reads: all of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from wikivillage.base.problems import Problem
from wikivillage.web.prices.facts import Facts
from wikivillage.web.prices.policies import BiddingRound, EffortRate, FreePrice, Policy
from wikivillage.web.prices.sentences import Day, Money, Value, said, say
from wikivillage.web.prices.splits import cents, euros
from wikivillage.web.prices.steps import added_up, grid_lines

MOST = Decimal(1_000_000)
"""Below what an amount is taken for one."""
MOST_CENTS = 10**11
"""Below what a sum is taken for one, a thousand million euros."""


def check_facts(policy: Policy, facts: Facts, lang: str = "en") -> list[Problem]:
    """All that is wrong with facts for a rule."""
    found = [*_check_household(facts, lang), *_check_items(policy, facts, lang), *_check_figures(policy, facts, lang)]
    return found or [*_check_offer(policy, facts, lang), *_check_pledge(policy, facts, lang)]


def _problem(code: str, where: str, lang: str, **values: Value) -> Problem:
    """A problem in the words of its code; words and hint take what they need of the values."""
    return Problem(code, where, say(said(f"problem.{code}", **values), lang), say(said(f"hint.{code}", **values), lang))


def _known(policy: Policy, lang: str) -> str:
    return ", ".join(dict.fromkeys(line.name[lang] for line in policy.grid))


def _check_items(policy: Policy, facts: Facts, lang: str) -> Iterator[Problem]:
    words: dict[str, Value] = {"rule": policy.name, "items": _known(policy, lang)}
    if not facts.items or not policy.grid:
        yield _problem("nothing-to-price", "items", lang, **words)
        return
    for one in facts.items:
        if policy.price_of(one.item, facts.audience) is None:
            yield _problem("no-price", one.item, lang, item=one.item, **words)
        if not one.amount.is_finite() or not 0 < one.amount < MOST:
            yield _problem("bad-amount", one.item, lang)


def _check_household(facts: Facts, lang: str) -> Iterator[Problem]:
    counts: list[int | Decimal] = [facts.children, facts.disabled, facts.days - 1, facts.fund or 0, facts.offered or 0]
    sums: Iterable[Decimal] = (*([facts.sun.own, facts.sun.all] if facts.sun else []), facts.income or Decimal(0))
    sane = all(value.is_finite() and 0 <= value < MOST for value in sums)
    if min(counts) < 0 or max(counts) >= MOST_CENTS or not sane or facts.disabled > max(1, facts.children):
        yield _problem("bad-facts", "facts", lang)


def _check_figures(policy: Policy, facts: Facts, lang: str) -> Iterator[Problem]:
    rule = policy.sharing
    if isinstance(rule, EffortRate) and rule.at(facts.on) is None:
        first = Day(min(one.since for one in rule.figures))
        yield _problem("no-figures", "on", lang, rule=policy.name, on=Day(facts.on), first=first)


def _check_offer(policy: Policy, facts: Facts, lang: str) -> Iterator[Problem]:
    rule = policy.sharing
    if isinstance(rule, FreePrice) and facts.offered is not None and facts.offered < cents(rule.floor):
        yield _problem("below-floor", "offered", lang, offered=Money(facts.offered), floor=Money(cents(rule.floor)))


def _check_pledge(policy: Policy, facts: Facts, lang: str) -> Iterator[Problem]:
    rule = policy.sharing
    if not isinstance(rule, BiddingRound) or facts.pledge is None:
        return
    reference = euros(added_up(grid_lines(policy, facts, ())))
    least, most = cents(reference * rule.lowest), cents(reference * rule.highest)
    if not least <= facts.pledge <= most:
        bounds = {"least": Money(least), "most": Money(most)}
        yield _problem("pledge-outside", "pledge", lang, pledge=Money(facts.pledge), **bounds)
