"""Everything that writes about accounts: the first sign-in, where somebody is signed in, and what they change."""

from __future__ import annotations

import secrets
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import transaction

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.accounts.models import Account, SignIn
from wikivillage.web.accounts.names import clean_name, handles_of
from wikivillage.web.notices.actions import adopt_letters
from wikivillage.web.registry.actions import add_agent, record_change, rename
from wikivillage.web.registry.models import Agent, Identity
from wikivillage.web.registry.role_actions import give_role
from wikivillage.web.registry.roles import MEMBER
from wikivillage.web.registry.words import PERSON


@transaction.atomic
def welcome(*, account: Account, at: datetime, as_member: bool = False) -> Agent:
    """Make the agent of an account that signs in for the first time, perhaps ``as_member``; one that has its agent
    keeps it."""
    kept = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    if kept.agent is None:
        kept.agent = _add_person(kept.wanted_name, kept.email, kept.language, at)
        kept.wanted_name = ""
        kept.save(update_fields=["agent", "wanted_name"])
        adopt_letters(agent=kept.agent.pk, address=kept.email)
        if as_member:
            give_role(agent=kept.agent, word=MEMBER, at=at)
    account.agent, account.wanted_name = kept.agent, kept.wanted_name
    return kept.agent


def _add_person(name: str, email: str, language: str, at: datetime) -> Agent:
    """A person under the first handle of their name that is free."""
    typed = clean_name(name)
    for handle in handles_of(typed, secrets.token_hex(4)):
        try:
            return add_agent(handle=handle, kind=PERSON, name=typed, email=email, language=language, at=at)
        except ProblemError as error:
            if any(problem.code != "handle-taken" for problem in error.problems):
                raise
    raise AssertionError("the last handle is nobody's")


@transaction.atomic
def begin_again(*, email: str, name: str, password: str | None) -> Account | None:
    """The account of an address that nobody ever signed in with, for whoever signs up again: with their own words.

    What was typed before, perhaps by somebody else, is forgotten. None where there is no such account.
    """
    found = (
        Account.objects.select_for_update(no_key=True).filter(email=email.lower(), agent=None, last_login=None).first()
    )
    if found is None or EmailAddress.objects.filter(user=found, verified=True).exists():
        return None
    found.wanted_name = name
    found.set_password(password) if password else found.set_unusable_password()
    found.save(update_fields=["wanted_name", "password"])
    return found


@transaction.atomic
def record_sign_in(*, account: Account, session_key: str, method: str, browser: str, at: datetime) -> SignIn:
    """Note where somebody is signed in, and forget where they are not any more."""
    SignIn.objects.filter(account=account).exclude(session_key__in=_alive(account, at)).delete()
    known = {"account": account, "at": at, "method": method, "browser": browser[:100]}
    return SignIn.objects.update_or_create(session_key=session_key, defaults=known)[0]


def _alive(account: Account, at: datetime) -> list[str]:
    keys = account.sign_ins.values_list("session_key", flat=True)
    return list(Session.objects.filter(session_key__in=list(keys), expire_date__gt=at).values_list("pk", flat=True))


def follow_session(*, before: str, after: str) -> None:
    """A session got a new key, as after a new password."""
    SignIn.objects.filter(session_key=before).update(session_key=after)


@transaction.atomic
def end_sign_in(*, account: Account, sign_in: int) -> bool:
    """Sign out in one place; False where that is not theirs, or over."""
    found = account.sign_ins.filter(pk=sign_in).first()
    if found is None:
        return False
    Session.objects.filter(pk=found.session_key).delete()
    found.delete()
    return True


@transaction.atomic
def sign_out_everywhere(*, account: Account, at: datetime) -> Account:
    """End every session of an account, also those that nobody noted."""
    kept = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    kept.generation += 1
    kept.save(update_fields=["generation"])
    Session.objects.filter(pk__in=kept.sign_ins.values("session_key")).delete()
    kept.sign_ins.all().delete()
    if kept.agent_id:
        record_change("sign_out", kept.agent_id, at=at, by=kept.agent_id)
    account.generation = kept.generation
    return kept


@transaction.atomic
def change_profile(*, account: Account, name: str, handle: str, language: str, at: datetime) -> Identity:
    """Another name, handle and language of letters. Raises ProblemError: bad-name, bad-handle, handle-taken."""
    typed = clean_name(name)
    if not typed:
        raise ProblemError([Problem("bad-name", "name", "A name is missing.", "Write how others shall call you.")])
    assert account.agent is not None, "a profile is of somebody who has signed in"
    identity = rename(agent=account.agent, handle=handle, name=typed, at=at, by=account.agent.pk)
    Account.objects.filter(pk=account.pk).update(language=language)
    Identity.objects.filter(agent=account.agent).update(language=language)
    account.language = language
    return identity


@transaction.atomic
def follow_address(*, account: Account) -> None:
    """Let the registry know the address that was confirmed last, and no other."""
    fresh = Account.objects.get(pk=account.pk)
    Identity.objects.filter(agent=fresh.agent_id).update(email=fresh.email)


def forget_unconfirmed(*, before: datetime) -> int:
    """Forget accounts that nobody signed in with since they were asked for. Returns how many."""
    waiting = Account.objects.filter(agent=None, last_login=None, date_joined__lt=before)
    return int(waiting.delete()[1].get("accounts.Account", 0))
