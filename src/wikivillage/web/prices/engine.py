"""The price engine: a rule and facts become lines in whole cents, each with its words and where it comes from.

Pure: the same rule and the same facts are always the same price. Lines add up to the total, which is never negative.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from wikivillage.base.problems import ProblemError
from wikivillage.web.prices.checks import check_facts
from wikivillage.web.prices.facts import Band, Facts
from wikivillage.web.prices.lines import Line, Quote
from wikivillage.web.prices.policies import Brackets, Policy
from wikivillage.web.prices.sentences import Day, Money, Said, said
from wikivillage.web.prices.steps import STEPS, valid_band


def quote(policy: Policy, facts: Facts, lang: str = "en") -> Quote:
    """The price of some facts by a rule. Raises ProblemError, in a language, with everything that stands against it."""
    problems = check_facts(policy, facts, lang)
    if problems:
        raise ProblemError(problems)
    lines: tuple[Line, ...] = ()
    for step in STEPS[policy.kind]:
        lines += tuple(step(policy, facts, lines))
    return Quote(lines)


def by_bracket(policy: Policy, facts: Facts) -> tuple[tuple[int, Decimal | None, int], ...]:
    """What each bracket pays for the same: its number, its share of the full price, and cents."""
    rule = policy.sharing
    if not isinstance(rule, Brackets) or facts.audience not in rule.audiences:
        return ()
    return tuple(
        (
            number,
            None if rule.priced else rule.figure(number, facts.children),
            quote(policy, replace(facts, band=Band(number, facts.on, facts.on))).total_cents,
        )
        for number in range(1, len(rule.table) + 1)
    )


def difference(before: int, policy: Policy, facts: Facts, then: Facts, version: int) -> Said:
    """Why a price is another than it was, with ``then`` and the ``version`` of a rule that were before."""
    now = quote(policy, facts).total_cents
    sums = {"before": Money(before), "now": Money(now)}
    if version != policy.version:
        return said("changed", rule=policy.name, since=Day(policy.valid_from), **sums)
    out_of_date = valid_band(facts) is None and valid_band(then) is not None
    return said("changed.band" if out_of_date else "changed.facts", **sums)
