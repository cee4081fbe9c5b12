"""What the worker does in a demonstration: life goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop

from wikivillage.web.demonstration import actions
from wikivillage.web.demonstration.life import lived_until
from wikivillage.web.jobs.errands import Progress, errand


@errand("live_on", every=timedelta(hours=1), title=gettext_noop("Let the demonstration live on"))
def live_on(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Live up to now, in a demonstration that has begun; a true village lives by itself."""
    if not settings.DEMONSTRATION or lived_until() is None:
        return {"readings": 0, "entries": 0}
    done = actions.live_on(at=timezone.now(), progress=progress)
    return {"readings": done.readings, "entries": done.entries + done.events}
