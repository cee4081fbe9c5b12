"""What the worker does for the ledger by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop as _

from wikivillage.web.jobs.errands import Progress, errand
from wikivillage.web.ledger import day_sums
from wikivillage.web.ledger.models import Head
from wikivillage.web.registry.village_of_request import village_here


@errand("sum_days", every=timedelta(minutes=1), title=_("Add up the days"))
def sum_days(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Count what was recorded since the last time, in parts, so that others may write in between."""
    zone, total, done = village_here().zone, Head.objects.get(pk=1).number, 0
    while taken := day_sums.bring_up_to_date(zone=zone):
        done += taken
        progress(_("Adding up the days"), done, total)
    return {"records": done}
