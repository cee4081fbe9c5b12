"""One booking as its page says it: its price with every line, its electricity, what can be done with it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wikivillage.web.bookings.actions import cancels_free, free_until
from wikivillage.web.bookings.facts import policy_of
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.scopes import scope_of
from wikivillage.web.bookings.shown import floor_words, unit_name, when_words
from wikivillage.web.bookings.states import (
    CANCELLED,
    CHECKED_IN,
    CONFIRMED,
    DONE,
    EXPIRED,
    HELD,
    NO_SHOW,
    OFFERED,
    OPEN,
    REFUSED,
    RELEASED,
    REQUESTED,
    STATES,
)
from wikivillage.web.prices.facts import read_facts
from wikivillage.web.prices.queries import policy_of as price_policy
from wikivillage.web.prices.queries import village_day
from wikivillage.web.prices.sentences import money
from wikivillage.web.prices.written import ShownQuote, shown_frozen
from wikivillage.web.registry.models import Place
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.shell.templatetags.village import clock, numbers, weekday


@dataclass(frozen=True, slots=True)
class ShownBooking:
    """What the page of a booking says."""

    id: str
    unit: str
    name: str
    where: str
    when: str
    people: str
    title: str
    state: str
    state_words: str
    headline: str
    lead: str
    total: str
    price: ShownQuote | None
    energy: str
    until: str
    free_until: str
    late: bool
    who: str
    why: str
    asks: bool
    to_confirm: bool
    may_move: bool
    may_cancel: bool
    series: str
    calendar: str


def shown_booking(row: Booking, viewer: Viewer, *, at: datetime, lang: str) -> ShownBooking:
    """A booking in words."""
    zone, policy = village_here().zone, policy_of(row.unit)
    theirs = viewer.owns(row.agent_id)
    over = row.state in (HELD, OFFERED) and row.hold_until is not None and row.hold_until <= at
    state = EXPIRED if over else row.state
    headline, lead = _headline(row, state, at, asks=policy.approval)
    changeable = row.begin > at and may(
        viewer, "change", "booking", owner=row.agent_id, scope=scope_of(row.unit, viewer, "change")
    )
    return ShownBooking(
        id=row.pk,
        unit=row.unit_id,
        name=unit_name(row.unit, lang),
        where=_where(row, lang),
        when=when_words(row.begin, row.end, zone, lang),
        people=ngettext("for %(n)d person", "for %(n)d persons", row.persons) % {"n": row.persons},
        title=row.title,
        state=state,
        state_words=str(STATES[state]),
        headline=headline,
        lead=lead,
        total=money(row.total_cents, lang),
        price=_price(row, lang) if theirs else None,
        energy=_energy(row),
        until=until_words(row.hold_until, at) if row.hold_until else "",
        free_until=until_words(free_until(row), at),
        late=not cancels_free(row, at),
        who="" if theirs else names_for(viewer, [row.agent_id], lang)[row.agent_id],
        why=row.why,
        asks=policy.approval and state != OFFERED,
        to_confirm=state in (HELD, OFFERED, EXPIRED) and theirs and row.begin > at,
        may_move=changeable and state in (CONFIRMED, REQUESTED),
        may_cancel=changeable and state in (CONFIRMED, REQUESTED),
        series=row.series_id or "",
        calendar=f"/diary/dates/{row.occurrence}.ics" if row.occurrence and state in OPEN else "",
    )


def until_words(when: datetime, at: datetime) -> str:
    """Until when, as it stands after “until”: ``14 h 12`` for today, else with its day."""
    if village_day(when) == village_day(at):
        return _("%(clock)s today") % {"clock": clock(when)}
    return _("%(clock)s on %(day)s") % {"clock": clock(when), "day": weekday(when)}


def _where(row: Booking, lang: str) -> str:
    place = Place.objects.filter(pk=row.unit.place).first() if row.unit.place else None
    if place is None:
        return ""
    name = place.name_fr if lang == "fr" else place.name_en
    floor = floor_words(place.floor, lang)
    return f"{name}, {floor}" if floor and floor.lower() != name.lower() else str(name)


def _price(row: Booking, lang: str) -> ShownQuote | None:
    """The promised price with what each bracket pays; nothing where it costs nothing or its words are forgotten."""
    if row.quote is None or not row.quote.lines:
        return None
    facts = read_facts(row.quote.facts)
    return shown_frozen(row.quote, lang, policy=price_policy(row.quote.policy), facts=facts)


def _energy(row: Booking) -> str:
    if not row.kwh:
        return ""
    words = {"own": numbers().amount(row.own_kwh, "kWh", 1), "all": numbers().amount(row.kwh, "kWh", 1)}
    if not row.own_kwh:
        return _("It would take about %(all)s, from the grid.") % words
    return _("It would take about %(all)s, of which %(own)s come from the sun, direct or kept.") % words


def _headline(row: Booking, state: str, at: datetime, *, asks: bool) -> tuple[str, str]:
    """What a booking is now, in a sentence, and what that means."""
    table = {
        HELD: (_("Your choice."), _("It is kept for you for a quarter of an hour. Nothing is booked yet.")),
        OFFERED: (_("It came free for you."), _("It is kept for you until then. Say yes, or leave it to the next.")),
        EXPIRED: (_("No longer kept."), _("The quarter of an hour is over. If it is still free, you can take it now.")),
        REQUESTED: (_("Asked for."), _("Somebody decides on it, and you are told. Until then nothing is booked.")),
        CONFIRMED: (_("It is booked."), _("Nobody else can have it. Come, and check in at the door.")),
        CHECKED_IN: (_("You are there."), _("It is in use. If you leave earlier, end it: others can have it.")),
        DONE: (_("It is over."), _("It was used; the ledger has noted it.")),
        CANCELLED: (_("Cancelled."), _("It is free for others.")),
        REFUSED: (_("It was refused."), _("Somebody decided so, with a reason.")),
        NO_SHOW: (_("Nobody came."), _("It was given to others.")),
        RELEASED: (_("Given back."), _("It is free for others.")),
    }
    if state == HELD and asks:
        return table[HELD][0], _("Somebody decides on each booking of it: ask, and you are told.")
    if state == EXPIRED and row.begin <= at:
        return table[EXPIRED][0], _("It was not confirmed in time.")
    return table[state]
