"""Leaving in two phases: hidden and signed out at once, erased after thirty days in which one may stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone

from tests.web.accounts.people import account, code_for, newest_letter, sign_in, sign_in_steward, sign_up
from wikivillage.base.problems import ProblemError
from wikivillage.flows.kinds import Commitment, Event, Measure, NewStock
from wikivillage.web.accounts import departures, errands
from wikivillage.web.accounts.models import Account, Departure, SignIn
from wikivillage.web.ledger.actions import record, set_note
from wikivillage.web.ledger.models import Note
from wikivillage.web.ledger.models import Record as LedgerRecord
from wikivillage.web.notices.models import Letter
from wikivillage.web.registry.actions import issue_token
from wikivillage.web.registry.models import Identity, RoleGrant, Token
from wikivillage.web.registry.queries import access_token
from wikivillage.web.registry.role_actions import give_role

pytestmark = pytest.mark.usefixtures("ledger")

ZOE = "zoe@example.org"
AT = datetime(2026, 4, 16, 9, tzinfo=UTC)


def quiet(label: str, done: int = 0, total: int = 0) -> None:
    """Nobody watches."""


def zoe_pseudonym() -> str:
    """Zoé's, who has signed up."""
    agent = account(ZOE).agent
    assert agent is not None
    return agent.pk


def promise(provider: str, receiver: str, id: str = "bread") -> None:
    """A promise of an hour of work."""
    given = Commitment(id=id, action="work", provider=provider, receiver=receiver, spec="work", effort=Measure(Decimal(1), "h"))
    record(entries=[given], at=AT)
