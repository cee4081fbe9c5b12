"""What the worker does for accounts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_noop

from wikivillage.base.problems import ProblemError
from wikivillage.web.accounts import actions, departures
from wikivillage.web.accounts.models import Remembered
from wikivillage.web.jobs.errands import Progress, errand

UNCONFIRMED = timedelta(days=7)
"""How long an account waits for its first sign-in."""


@errand("erase_who_left", every=timedelta(hours=6), title=gettext_noop("Erase those who asked to leave"))
def erase_who_left(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Erase those whose time is over. Who is kept by something that came up meanwhile is tried again."""
    now = timezone.now()
    erased = kept = 0
    for account in departures.due(now):
        try:
            departures.erase_account(account=account, at=now)
            erased += 1
        except ProblemError:
            kept += 1
    return {"erased": erased, "kept": kept}


@errand(
    "tidy_accounts",
    every=timedelta(days=1),
    title=gettext_noop("Forget sessions that are over and accounts never used"),
)
def tidy_accounts(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Forget sessions that are over, accounts that were asked for and never opened, and counts of tries that are over:
    these hold the addresses of machines."""
    now = timezone.now()
    over = int(Session.objects.filter(expire_date__lt=now).delete()[0])
    tries = int(Remembered.objects.filter(expires__lt=now).delete()[0])
    return {"sessions": over, "accounts": actions.forget_unconfirmed(before=now - UNCONFIRMED), "tries": tries}
