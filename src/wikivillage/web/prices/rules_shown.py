"""Price rules as the public pages show them: the grid, what each bracket pays, the sun, from when, by whom and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from wikivillage.web.prices.models import PolicyVersion
from wikivillage.web.prices.policies import (
    EVERYONE,
    ORGANISATION,
    PERSON,
    BiddingRound,
    Brackets,
    CommonFund,
    EffortRate,
    FreePrice,
    Policy,
    Scale,
)
from wikivillage.web.prices.queries import Rule
from wikivillage.web.prices.sentences import Day, Money, Rate, Share, Value, numbers, said, say
from wikivillage.web.prices.splits import cents

AUDIENCES = {
    EVERYONE: pgettext_lazy("prices", "everybody"),
    PERSON: pgettext_lazy("prices", "people"),
    ORGANISATION: pgettext_lazy("prices", "organisations"),
}
KIND_WORDS = {
    "plain": gettext_lazy("Everybody pays the price of the grid."),
    "brackets": gettext_lazy("Who has less pays less, by income bracket. Without a certificate, the price is full."),
    "effort": gettext_lazy("A share of the monthly income for each hour, by the number of children."),
    "free": gettext_lazy("The price is free: the grid says what is suggested."),
    "round": gettext_lazy("Everybody names what they can pay; it holds once enough is together."),
    "fund": gettext_lazy("Everybody may spend the same, and pays in by their means."),
    "scale": gettext_lazy("The brackets that other rules use, by the monthly family quotient."),
}
STATES = {
    "proposed": pgettext_lazy("price rule", "proposed"),
    "active": pgettext_lazy("price rule", "decided"),
    "withdrawn": pgettext_lazy("price rule", "taken back"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its head, its reason where it needs one, and its figure."""

    head: str
    figure: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A version of a rule on a page."""

    row: PolicyVersion
    name: str
    says: str
    grid: tuple[Row, ...]
    shares: tuple[Row, ...]
    sun: str
    why: str
    state: str


def shown_rule(rule: Rule, lang: str) -> ShownRule:
    """A rule in words."""
    row, policy = rule.row, rule.policy
    return ShownRule(
        row=row,
        name=policy.name[lang],
        says=str(KIND_WORDS[policy.kind]),
        grid=tuple(_grid(policy, lang)),
        shares=tuple(_shares(policy, lang)),
        sun=_sun(policy, lang),
        why=row.why_fr if lang == "fr" else row.why_en,
        state=str(STATES[row.state]),
    )


def in_words(value: Value, lang: str) -> str:
    """One value as people write it."""
    return say(said("share", share=value), lang)


def _grid(policy: Policy, lang: str) -> Iterator[Row]:
    """Prices of items; an effort rate has its own, by household."""
    if isinstance(policy.sharing, EffortRate):
        return
    several = len({line.audience for line in policy.grid}) > 1
    for line in policy.grid:
        if not line.price and isinstance(policy.sharing, CommonFund):
            continue
        shown = numbers(lang)
        per = shown.words("price.per", price=in_words(Rate(line.price), lang), unit=shown.unit(line.unit, 1.0))
        most = (
            _("at most %(price)s a day") % {"price": in_words(Rate(line.most_a_day), lang)} if line.most_a_day else ""
        )
        audience = str(AUDIENCES.get(line.audience, line.audience)) if several else ""
        yield Row(line.name[lang] + (f", {audience}" if audience else ""), per, most)


def _shares(policy: Policy, lang: str) -> Iterator[Row]:
    match policy.sharing:
        case Scale() as scale:
            yield from _limits(scale, lang)
        case Brackets() as rule:
            yield from _brackets(rule, lang)
        case EffortRate() as rule:
            yield from _effort(rule, lang)
        case FreePrice() as rule:
            yield Row(pgettext("prices", "At least"), in_words(Money(cents(rule.floor)), lang))
        case BiddingRound() as rule:
            yield Row(_("Needed together"), in_words(Money(cents(rule.need), whole=True), lang))
            yield Row(pgettext("prices", "From"), in_words(Share(rule.lowest), lang), _("of the price of the grid"))
            yield Row(pgettext("prices", "To"), in_words(Share(rule.highest), lang), _("of the price of the grid"))
        case CommonFund() as rule:
            yield Row(_("Everybody may spend, a month"), in_words(Money(cents(rule.entitlement), whole=True), lang))
            for number, sum_ in enumerate(rule.contributions, 1):
                yield Row(_("Bracket %(number)s pays in") % {"number": number}, in_words(Money(cents(sum_)), lang))


def _limits(scale: Scale, lang: str) -> Iterator[Row]:
    words = [in_words(Money(cents(limit), whole=True), lang) for limit in scale.limits]
    for number, word in enumerate(words, 1):
        yield Row(_("Bracket %(number)s") % {"number": number}, _("up to %(limit)s") % {"limit": word})
    last = {"number": len(words) + 1}
    yield Row(_("Bracket %(number)s") % last, _("above %(limit)s") % {"limit": words[-1]})


def _brackets(rule: Brackets, lang: str) -> Iterator[Row]:
    several = len(rule.table[0]) > 1
    for number, figures in enumerate(rule.table, 1):
        words = [in_words(Rate(one) if rule.priced else Share(one), lang) for one in figures]
        note = _("by children: none, 1, 2 and so on") if several else ""
        yield Row(_("Bracket %(number)s pays") % {"number": number}, ", ".join(words), note)


def _effort(rule: EffortRate, lang: str) -> Iterator[Row]:
    for figures in sorted(rule.figures, key=lambda one: one.since, reverse=True)[:1]:
        since = in_words(Day(figures.since), lang)
        for first, rate in figures.rates:
            yield Row(_("From %(number)s children on") % {"number": first}, in_words(Share(rate), lang))
        ceiling = in_words(Money(cents(figures.ceiling), whole=True), lang)
        yield Row(_("Income counts up to"), ceiling, _("since %(day)s") % {"day": since})


def _sun(policy: Policy, lang: str) -> str:
    rule = policy.sun
    if rule is None:
        return ""
    words = {
        "discount": in_words(Share(rule.discount), lang),
        "least": in_words(Share(rule.least), lang),
        "decision": rule.decision[lang],
        "day": in_words(Day(rule.decided_on), lang),
    }
    text = _(
        "Hours cost %(discount)s less when at least %(least)s of their energy comes from the sun, direct or kept: "
        "%(decision)s, %(day)s."
    )
    return text % words
