"""What the worker does with letters."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from wikivillage.web.jobs.errands import Progress, errand
from wikivillage.web.notices import actions, queries
from wikivillage.web.notices.sending import send_due_letters
from wikivillage.web.registry.village_of_request import village_here

HOUR_OF_THE_DIGEST = time(7)
"""When the letter of the day is written, by the clocks of the village."""


@errand("send_letters", every=timedelta(seconds=15), title=_("Send letters"))
def send_letters(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Send what is due. A demonstration keeps its letters: the addresses in it belong to nobody."""
    if settings.DEMONSTRATION or not settings.EMAIL_HOST:
        return {"sent": 0}
    return {"sent": send_due_letters(timezone.now, lambda number: progress(_("Letters sent"), number))}


@errand("erase_old_letters", every=timedelta(days=1), title=_("Erase letters that left long ago"))
def erase_old_letters(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Forget letters a month after they left."""
    return {"erased": actions.erase_old_letters(at=timezone.now())}


@errand("write_digests", every=timedelta(minutes=15), title=_("Write the letters of the day"))
def write_digests(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """One letter for each reader, with what they were told before the last seven o'clock; run again it adds nothing."""
    now = timezone.now()
    before = last_hour_of_the_digest(now, ZoneInfo(village_here().zone))
    readers = queries.for_the_digest(before)
    told = 0
    for number, agent in enumerate(readers, 1):
        told += actions.write_digest(agent=agent, before=before, at=now)
        progress(_("Letters written"), number, len(readers))
    return {"readers": len(readers), "notices": told}


@errand("erase_old_notices", every=timedelta(days=1), title=_("Erase notices of a year ago"))
def erase_old_notices(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Forget notices after their time, and those of whoever was erased."""
    return {"erased": actions.erase_old_notices(at=timezone.now())}


def last_hour_of_the_digest(at: datetime, zone: ZoneInfo) -> datetime:
    """The last seven o'clock of the village: today's, or before it yesterday's."""
    local = at.astimezone(zone)
    today = datetime.combine(local.date(), HOUR_OF_THE_DIGEST, zone)
    return today if today <= local else datetime.combine(local.date() - timedelta(days=1), HOUR_OF_THE_DIGEST, zone)
