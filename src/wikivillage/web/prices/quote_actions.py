"""Writing prices that are promised: frozen for some minutes, used once, told again where they are another now."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.prices.engine import difference, quote
from wikivillage.web.prices.facts import Facts, Item, Sun, facts_tree, read_facts
from wikivillage.web.prices.models import FrozenQuote, PolicyVersion
from wikivillage.web.prices.policies import Text
from wikivillage.web.prices.queries import as_fact, band_of, facts_for, policy_of, version_for, village_day
from wikivillage.web.prices.sentences import both
from wikivillage.web.prices.written import lines_tree
from wikivillage.web.registry.actions import identity_of
from wikivillage.web.registry.models import Agent
from wikivillage.web.shell.templatetags.village import language

HOLDS = timedelta(minutes=15)
"""How long a price is promised."""
UNUSED_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Use:
    """What came of using a price: the one that counts; where it is another now, it is ``used`` only after a yes."""

    quote: FrozenQuote
    used: bool
    difference: Text | None = None


@transaction.atomic
def freeze_quote(
    *,
    agent: Agent,
    service: str,
    items: Sequence[Item],
    at: datetime,
    by: str = "",
    sun: Sun | None = None,
    **more: Any,
) -> FrozenQuote:
    """Promise somebody a price for a quarter of an hour. ``more`` are other facts: children, offered, pledge, days.

    Raises ProblemError: already-erased, no-policy, and whatever the engine finds.
    """
    identity_of(agent)
    return _freeze(agent, _version(service, at), facts_for(agent, items, at, sun=sun, **more), at, by)


@transaction.atomic
def use_quote(
    *,
    id: str,
    agent: Agent,
    used_by: str,
    at: datetime,
    by: str = "",
    sun: Sun | None = None,
    income: Decimal | None = None,
) -> Use:
    """Use a promised price for something, once; again for the same thing does nothing.

    A promise that is over is made anew with the rule, the bracket and the sun of today. The same sum is used at once;
    another is told with the difference in words, and is not used until it is confirmed. An income is kept nowhere:
    where the price asks for one, hand it in again.
    Raises ProblemError: unknown-quote, quote-used, no-policy.
    """
    assert used_by, "a price is used for something"
    kept = (
        FrozenQuote.objects.select_for_update(of=("self",), no_key=True)
        .select_related("policy", "agent")
        .filter(pk=id[:32], agent=agent)
        .first()
    )
    if kept is None:
        what = _("This price was not promised to you, or so long ago that it is forgotten.")
        raise ProblemError([Problem("unknown-quote", "quote", what, _("Ask for the price again."))])
    if kept.used_by and kept.used_by != used_by:
        what = _("This price was used for something else already.")
        raise ProblemError([Problem("quote-used", "quote", what, _("Ask for the price again."))])
    if kept.used_by:
        return Use(kept, True)
    if at < kept.expires_at:
        return Use(_mark(kept, used_by, at), True)
    then = read_facts(kept.facts)
    band = as_fact(band_of(agent, at))
    now = replace(then, on=village_day(at), band=band, sun=sun or then.sun, income=income)
    return _renewed(kept, then, now, used_by, at, by)


def _renewed(kept: FrozenQuote, then: Facts, now: Facts, used_by: str, at: datetime, by: str) -> Use:
    """A promise that is over, made anew."""
    version = _version(kept.policy.service, at)
    anew = _freeze(kept.agent, version, now, at, by)
    if anew.total_cents == kept.total_cents:
        return Use(_mark(anew, used_by, at), True)
    told = difference(kept.total_cents, policy_of(version), now, then, kept.policy.version)
    return Use(anew, False, both(told))


@transaction.atomic
def forget_quotes(*, at: datetime) -> int:
    """Erase promises that nobody used."""
    return int(FrozenQuote.objects.filter(used_at=None, expires_at__lt=at - UNUSED_KEPT).delete()[0])


def _version(service: str, at: datetime) -> PolicyVersion:
    row = version_for(service, at)
    if row is None:
        what = _("Nobody has decided yet what “%(service)s” costs.") % {"service": service}
        raise ProblemError([Problem("no-policy", "service", what, _("Ask a steward or the treasurer."))])
    return row


def _freeze(agent: Agent, version: PolicyVersion, facts: Facts, at: datetime, by: str) -> FrozenQuote:
    found = quote(policy_of(version), facts, language())
    row: FrozenQuote = FrozenQuote.objects.create(
        id=secrets.token_hex(16),
        agent=agent,
        policy=version,
        facts=facts_tree(facts),
        lines=lines_tree(found),
        total_cents=found.total_cents,
        made_at=at,
        made_by=by,
        expires_at=at + HOLDS,
    )
    return row


def _mark(row: FrozenQuote, used_by: str, at: datetime) -> FrozenQuote:
    row.used_at, row.used_by = at, used_by[:128]
    row.save(update_fields=["used_at", "used_by"])
    return row
