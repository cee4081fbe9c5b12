"""What the worker does with plans."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from wikivillage.web.jobs.errands import Progress, errand
from wikivillage.web.plans.actions import KIND, make_asked


@errand(KIND, title=gettext_noop("Make a plan"), tries=2)
def make_a_plan(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Plan what somebody asked for; when its worker died it begins again, and leaves nothing of the first time."""
    made = make_asked(payload=payload, at=timezone.now(), by=payload.get("by", ""), progress=progress)
    return {"plan": made.pk}
