"""What a booking costs: promised, used when it is booked, told again where it is another one then."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.web.bookings.energy import Energy
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.refusals import say
from wikivillage.web.bookings.writing import energy_of, promise_price, sun_of
from wikivillage.web.prices.quote_actions import use_quote
from wikivillage.web.prices.sentences import money
from wikivillage.web.registry.words import Text
from wikivillage.web.shell.templatetags.village import language


def promise(booking: Booking, *, at: datetime, by: str) -> Energy:
    """Promise a price, and note the electricity that it would take."""
    energy = energy_of(booking.unit, booking.begin, booking.end, booking.amount)
    booking.quote = promise_price(
        booking.unit, booking.agent, booking.begin, booking.end, booking.amount, energy, at=at, by=by
    )
    booking.total_cents = booking.quote.total_cents if booking.quote else 0
    booking.kwh, booking.own_kwh = round(energy.kwh, 3), round(energy.own, 3)
    return energy


def use_price(row: Booking, *, at: datetime, by: str) -> Text | None:
    """Use the price that was promised; where it is another one now, the difference in words."""
    if not row.unit.service:
        return None
    energy = energy_of(row.unit, row.begin, row.end, row.amount)
    if row.quote is None:  # forgotten after a day
        before = row.total_cents
        promise(row, at=at, by=by)
        if row.total_cents != before:
            return _changed(before, row.total_cents)
    assert row.quote is not None, "a price was promised"
    used = use_quote(id=row.quote_id, agent=row.agent, used_by=f"booking:{row.pk}", sun=sun_of(energy), at=at, by=by)
    row.quote, row.total_cents = used.quote, used.quote.total_cents
    if used.used:
        return None
    assert used.difference is not None, "what is not used at once differs"
    return Text(used.difference.en, used.difference.fr)


def _changed(before: int, now: int) -> Text:
    sums = {"before": Text(money(before, "en"), money(before, "fr")), "now": Text(money(now, "en"), money(now, "fr"))}
    return say(
        "The price was {before} and is {now} today.", "Le prix était de {before}, il est de {now} aujourd’hui.", **sums
    )


def price_changed(now: int) -> Problem:
    """That a price is another than the one that was shown."""
    what = _("The price is %(price)s now.") % {"price": money(now, language())}
    return Problem("price-changed", "booking", what, _("Look at it again and confirm."))
