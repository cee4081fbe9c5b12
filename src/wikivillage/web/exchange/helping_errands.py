"""What the worker does for wishes and loans; run again, each of it changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from wikivillage.web.exchange.loan_ladder import climb
from wikivillage.web.exchange.wish_actions import end_due_wishes
from wikivillage.web.jobs.errands import Progress, errand


@errand("remind_loans", every=timedelta(minutes=15), title=gettext_noop("Remind of what is lent"))
def remind_loans(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """A word before a loan is due, a reminder, a call, a block; and free what nobody fetched."""
    label = gettext_noop("Loans looked at")
    return {**climb(at=timezone.now(), say=lambda done, total: progress(label, done, total))}


@errand("end_wishes", every=timedelta(hours=1), title=gettext_noop("End offers and needs whose time is over"))
def end_wishes(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """End wishes whose last day has passed, and tell whose they were."""
    return {"ended": end_due_wishes(at=timezone.now())}
