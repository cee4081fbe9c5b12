"""Leaving in two phases: hidden and signed out at once, erased after a time in which one may still stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.accounts.actions import sign_out_everywhere
from wikivillage.web.accounts.models import Account, Departure
from wikivillage.web.accounts.queries import emails_of, open_promises
from wikivillage.web.ledger.actions import erase_notes
from wikivillage.web.notices.actions import erase_letters, erase_notices
from wikivillage.web.prices.actions import forget_prices_of
from wikivillage.web.registry.actions import erase_agent, rename, revoke_token
from wikivillage.web.registry.endings import check_last_steward
from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.leaving import forget_in_rooms, reasons_to_stay
from wikivillage.web.registry.models import Agent, Identity, RoleGrant, Token
from wikivillage.web.registry.role_actions import end_role
from wikivillage.web.registry.roles import MEMBER

GRACE = timedelta(days=30)
"""How long somebody who asked to leave may still stay."""


@transaction.atomic
def ask_to_leave(*, account: Account, at: datetime) -> Departure:
    """Hide the name, end roles, tokens and sessions, and set the day of erasure. Asked twice, the first day stands.

    Raises ProblemError with everything that keeps them: last-steward, open-promise, and what rooms say.
    """
    kept = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    agent = _agent(kept)
    if kept.leaving_at is not None:
        return kept.departure
    problems = obstacles(agent=agent, at=at)
    if problems:
        raise ProblemError(problems)
    identity = Identity.objects.get(agent=agent)
    departure = Departure.objects.create(account=kept, asked_at=at, name=identity.name, handle=identity.handle)
    rename(agent=agent, handle=None if agent.listed else f"leaving_{agent.pk[-16:]}", name=hidden_name(), at=at)
    for grant in RoleGrant.objects.filter(holding(at), agent=agent).exclude(word=MEMBER):
        end_role(grant=grant, at=at, by=agent.pk)
    for token in Token.objects.filter(agent=agent, revoked_at=None):
        revoke_token(token=token, at=at, by=agent.pk)
    Account.objects.filter(pk=kept.pk).update(leaving_at=at + GRACE)
    sign_out_everywhere(account=kept, at=at)
    return departure


@transaction.atomic
def stay(*, account: Account, at: datetime) -> None:
    """Stay after all: the name is back; roles and tokens stay ended. Does nothing for who does not leave."""
    kept = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if kept.leaving_at is None:
        return
    departure = kept.departure
    agent = _agent(kept)
    rename(agent=agent, handle=_free(departure.handle, agent), name=departure.name, at=at, by=agent.pk)
    departure.delete()
    Account.objects.filter(pk=kept.pk).update(leaving_at=None)
    account.leaving_at = None


@transaction.atomic
def erase_account(*, account: Account, at: datetime, by: str = "") -> Agent:
    """Forget somebody: account, addresses, second factors, sessions, letters, remarks and name. What they did stays.

    Raises ProblemError: last-steward, open-promise, already-erased.
    """
    kept = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    agent = _agent(kept)
    problems = obstacles(agent=agent, at=at)
    if problems:
        raise ProblemError(problems)
    erase_letters(agent=agent.pk, addresses=emails_of(kept))
    erase_notices(agent=agent.pk)
    erase_notes(agent=agent.pk)
    forget_prices_of(agent=agent)
    forget_in_rooms(agent.pk, at)
    erased = erase_agent(agent=agent, at=at, by=by)
    sign_out_everywhere(account=kept, at=at)
    kept.delete()
    return erased


def due(at: datetime) -> list[Account]:
    """Accounts whose time is over."""
    return list(Account.objects.filter(leaving_at__lte=at).order_by("leaving_at"))


def obstacles(*, agent: Agent, at: datetime) -> list[Problem]:
    """All that keeps somebody from leaving now, in the language of who reads."""
    with transaction.atomic():
        last = check_last_steward(agent, at)
    found = [
        Problem(
            "last-steward",
            "",
            _("You are the only steward: nobody could give roles any more."),
            _("Give the role to somebody else first."),
        )
        for _one in last
    ]
    said = reasons_to_stay(agent.pk, at)
    found += [reason.problem for reason in said]
    told = {promise for reason in said for promise in reason.promises}
    for promise in (one for one in open_promises(agent.pk, at) if one not in told):
        what = _("A promise is still open: %(promise)s.") % {"promise": promise}
        found.append(Problem("open-promise", promise, what, _("Keep it, or cancel it.")))
    return found


def hidden_name() -> str:
    """What is read in place of a name while its owner is about to leave."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("someone (leaving)")


def _agent(account: Account) -> Agent:
    assert account.agent is not None, "who leaves has signed in"
    return account.agent


def _free(handle: str, agent: Agent) -> str:
    """The handle of before, or, where somebody took it meanwhile, one like it."""
    taken = Identity.objects.filter(handle=handle).exclude(agent=agent).exists()
    return f"{handle[:50]}_{agent.pk[-8:]}" if taken else handle
