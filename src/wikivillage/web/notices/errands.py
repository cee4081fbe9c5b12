"""What the worker does with letters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from wikivillage.web.jobs.errands import Progress, errand
from wikivillage.web.notices import actions
from wikivillage.web.notices.sending import send_due_letters


@errand("send_letters", every=timedelta(seconds=15), title=gettext_noop("Send letters"))
def send_letters(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Send what is due. A demonstration keeps its letters: the addresses in it belong to nobody."""
    if settings.DEMONSTRATION or not settings.EMAIL_HOST:
        return {"sent": 0}
    return {"sent": send_due_letters(timezone.now, lambda number: progress(_("Letters sent"), number))}


@errand("erase_old_letters", every=timedelta(days=1), title=gettext_noop("Erase letters that left long ago"))
def erase_old_letters(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Forget letters a month after they left."""
    return {"erased": actions.erase_old_letters(at=timezone.now())}
