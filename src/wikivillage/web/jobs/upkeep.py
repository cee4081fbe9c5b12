"""The room's own errand: what ended long ago leaves the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from wikivillage.web.jobs.actions import forget_ended
from wikivillage.web.jobs.errands import ERRANDS, Progress, errand

FAILED_STAY = timedelta(days=30)
STAYS = {True: timedelta(hours=2), False: timedelta(days=10)}
"""How long a regular job stays in the log, by whether it comes more than once an hour."""
OFTEN = timedelta(hours=1)


@errand("tidy_jobs", every=timedelta(hours=1), title=gettext_noop("Tidy the log of errands"))
def tidy_jobs(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Forget regular jobs that ended long ago."""
    at, gone = timezone.now(), 0
    for often, stay in STAYS.items():
        kinds = [kind for kind, one in ERRANDS.items() if one.every and (one.every < OFTEN) == often]
        gone += forget_ended(kinds=kinds, before=at - stay, failed_before=at - FAILED_STAY)
    return {"gone": gone}
