"""What the worker does for prices: it forgets what need not be known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from wikivillage.web.jobs.errands import Progress, errand
from wikivillage.web.prices.actions import forget_declarations, forget_quotes


@errand("tidy_prices", every=timedelta(hours=6), title=gettext_noop("Forget figures of incomes and prices not used"))
def tidy_prices(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Erase figures of incomes that nobody checked, and promised prices that nobody used."""
    now = timezone.now()
    return {"declarations": forget_declarations(at=now), "quotes": forget_quotes(at=now)}
