"""Questions about accounts: where somebody is signed in and how, what is open, what is theirs. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from wikivillage.flows.wire import read_text
from wikivillage.web.accounts.models import Account, SignIn
from wikivillage.web.ledger import queries as ledger
from wikivillage.web.ledger.models import Promise
from wikivillage.web.meters.models import Meter
from wikivillage.web.registry.models import Agent, Consent, Guardianship, Membership, RoleGrant, Token


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody can sign in, and what they have besides: an app, passkeys, unused recovery codes."""

    has_password: bool
    app: bool
    passkeys: int
    recovery_codes: int

    @property
    def has_second_factor(self) -> bool:
        """Whether more than one thing is asked of them."""
        return self.app or self.passkeys > 0


def ways_of(account: Account) -> Ways:
    """How somebody can sign in."""
    kinds: dict[str, list[Authenticator]] = {}
    for authenticator in Authenticator.objects.filter(user=account):
        kinds.setdefault(authenticator.type, []).append(authenticator)
    codes = [one.wrap().get_unused_codes() for one in kinds.get(Authenticator.Type.RECOVERY_CODES, [])]
    return Ways(
        has_password=account.has_usable_password(),
        app=Authenticator.Type.TOTP in kinds,
        passkeys=len(kinds.get(Authenticator.Type.WEBAUTHN, [])),
        recovery_codes=sum(map(len, codes)),
    )


def sign_ins_of(account: Account, at: datetime) -> list[SignIn]:
    """Where somebody is signed in now, newest first."""
    rows = list(account.sign_ins.all())
    keys = [row.session_key for row in rows]
    alive = set(Session.objects.filter(pk__in=keys, expire_date__gt=at).values_list("pk", flat=True))
    return [row for row in rows if row.session_key in alive]


def emails_of(account: Account) -> list[str]:
    """Every address of an account."""
    return sorted({account.email, *EmailAddress.objects.filter(user=account).values_list("email", flat=True)})


def account_of(agent: str) -> Account | None:
    """The account with which an agent signs in, if there is one."""
    return Account.objects.filter(agent=agent).first()


def promises_of(agent: str, *, open: bool | None = None) -> list[Promise]:
    """Promises by or to somebody, newest first."""
    rows = ledger.promises(open=open).filter(record__body__contains=agent)
    return [row for row in rows if agent in _sides(row)]


def open_promises(agent: str, at: datetime) -> list[str]:
    """The ids of promises by or to somebody that are still to be kept; what has lapsed is not."""
    rows = promises_of(agent, open=True)
    return [row.id for row in rows if row.kind != "intent" and (row.expires is None or row.expires > at)]


def _sides(row: Promise) -> tuple[Any, Any]:
    entry = read_text(row.record.body)
    return getattr(entry, "provider", None), getattr(entry, "receiver", None)


def meters_of(agent: str, households: frozenset[str] = frozenset()) -> QuerySet[Meter]:
    """Meters of somebody, and of the households for which they act."""
    return Meter.objects.filter(agent__in={agent, *households}).prefetch_related("registers").order_by("pk")


def tokens_of(agent: str) -> QuerySet[Token]:
    """Keys to the API that are good now."""
    return Token.objects.filter(agent=agent, revoked_at=None).order_by("-created_at")


def memberships_of(agent: str) -> QuerySet[Membership]:
    """What somebody belongs to or belonged to, newest first."""
    rows = Membership.objects.filter(agent=agent).select_related("body__identity", "circle")
    return rows.order_by("-since")


def roles_of(agent: str) -> QuerySet[RoleGrant]:
    """Roles that somebody holds or held, newest first."""
    return RoleGrant.objects.filter(agent=agent).order_by("-since")


def consents_of(agent: str) -> QuerySet[Consent]:
    """What somebody agreed to, newest first."""
    return Consent.objects.filter(agent=agent).order_by("-given_at")


def guardianships_of(agent: str) -> QuerySet[Guardianship]:
    """For whom somebody acts, and who acts for them."""
    return Guardianship.objects.filter(Q(ward=agent) | Q(guardian=agent)).order_by("-since")


def name_and_handle(agent: Agent) -> tuple[str, str]:
    """How somebody is called by people and by programs."""
    return agent.identity.name, agent.identity.handle
