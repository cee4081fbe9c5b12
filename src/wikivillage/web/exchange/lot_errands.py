"""What the worker does for lots; run again, each of it changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from wikivillage.web.exchange.reservation_actions import lapse_reservations, remind_of_reservations
from wikivillage.web.jobs.errands import Progress, errand


@errand("lapse_lots", every=timedelta(minutes=15), title=gettext_noop("Free what nobody fetched, and remind"))
def lapse_lots(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Write down which reservations of lots ran out, and remind of those that end within a day."""
    now = timezone.now()
    return {"lapsed": lapse_reservations(at=now), "reminded": remind_of_reservations(at=now)}
