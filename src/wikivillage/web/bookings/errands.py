"""What the worker does for bookings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from wikivillage.web.bookings import offers, series_actions, use_errands
from wikivillage.web.jobs.errands import Progress, errand


@errand("free_unused_bookings", every=timedelta(minutes=1), title=gettext_noop("Free what nobody came to use"))
def free_unused_bookings(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Free bookings to which nobody came in time."""
    return {"freed": use_errands.free_unused(timezone.now())}


@errand("close_past_bookings", every=timedelta(minutes=1), title=gettext_noop("Close bookings that are over"))
def close_past_bookings(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Close sessions that nobody stopped, and bookings whose time is over."""
    return dict(use_errands.close_over(timezone.now()))


@errand("tell_of_outages", every=timedelta(hours=1), title=gettext_noop("Tell who booked what is out of order"))
def tell_of_outages(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Tell whoever has something booked that is out of order, or was closed after they booked it."""
    now = timezone.now()
    return {"outages": use_errands.tell_of_outages(now), "closures": use_errands.tell_of_closures(now)}


@errand("pass_on_offers", every=timedelta(minutes=5), title=gettext_noop("Free holds that ran out, offer what is free"))
def pass_on_offers(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Free holds and offers that ran out, and offer the time to the next who wait."""
    return {"over": offers.pass_on(at=timezone.now())}


@errand("ask_whether_series_go_on", every=timedelta(hours=6), title=gettext_noop("Ask whether series go on"))
def ask_whether_series_go_on(progress: Progress, payload: dict[str, Any]) -> dict[str, Any]:
    """Ask owners of series that are soon no longer sure; give back what nobody confirmed."""
    return {"series": series_actions.ask_whether_it_goes_on(at=timezone.now())}
