"""The pulse through the API: the facts of the front page, for anybody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.problems import Problems
from wikivillage.web.pulse.facts import Facts, MeterSeen
from wikivillage.web.pulse.links import events_of
from wikivillage.web.pulse.loops import Loop
from wikivillage.web.pulse.queries import gather
from wikivillage.web.shell.kept import Kept, keep

router = Router(tags=["pulse"])


class LoopOut(Schema):
    """A loop against its goal. ``value`` is null where nothing was recorded; a share has the unit ``1``.

    ``state``: reached, missing, too_much, free (no goal) or unknown. ``gap``: what is missing or too much, of a share
    in the unit of its whole.
    """

    loop: str
    value: float | None
    unit: str
    target: float | None
    at_least: bool
    state: str
    gap: float
    events: int


class FlowOut(Schema):
    """What flowed of one thing, and the address of its events."""

    kind: str
    id: str
    resource: str
    amount: float
    unit: str
    events: int
    source: str


class HourOut(Schema):
    """An hour that the plan expects, in kWh."""

    at: datetime
    sun: float
    need: float
    battery: float
    grid: float
    spare: float


class LevelOut(Schema):
    """How much a store holds."""

    store: str
    resource: str
    amount: float
    unit: str
    capacity: float | None


class WishOut(Schema):
    """A need or an offer that is open; never whose it is."""

    id: str
    offer: bool
    action: str
    resource: str
    amount: float
    unit: str
    begin: datetime | None
    place: str | None


class MeterOut(Schema):
    """How a meter does: silent, unread, strange, gaps or well."""

    id: str
    place: str
    state: str
    last_at: datetime | None
    set_aside: int


class PulseOut(Schema):
    """Today in the village, and some days of it."""

    as_of: datetime
    period: str
    first: date
    last: date
    known_from: date | None
    known_until: date | None
    loops: list[LoopOut]
    flows: list[FlowOut]
    plan: str | None
    hours: list[HourOut]
    levels: list[LevelOut]
    wishes: list[WishOut]
    meters: list[MeterOut]


@router.get("/pulse", auth=None, response={200: PulseOut, 422: Problems})
def get_pulse(request: HttpRequest, period: Literal["day", "week", "year"] = "day", day: date | None = None) -> Any:
    """The facts of the front page, at most a minute old: the last whole ``day``, week or year, or those up to a day."""
    at = timezone.now()
    if day is not None and not date(1900, 1, 1) <= day <= timezone.localdate(at):
        raise ProblemError(
            [Problem("day-out-of-range", "day", "No facts can be of this day.", "Ask for an earlier one.")]
        )
    zone = ZoneInfo(request.village.zone)
    kept: Kept[dict[str, Any]] = keep(
        f"pulse.api.{period}.{day}", lambda: as_record(gather(word=period, day=day, at=at, zone=zone)), at=at
    )
    return kept.value


def as_record(facts: Facts) -> dict[str, Any]:
    """The facts as JSON."""
    period, known, forecast = facts.period, facts.known or (None, None), facts.forecast
    return {
        "as_of": facts.at,
        "period": period.word,
        "first": period.first,
        "last": period.last,
        "known_from": known[0],
        "known_until": known[1],
        "loops": [_loop(one) for one in facts.loops],
        "flows": [
            {**_plain(part, "kind", "id", "resource", "amount", "unit", "events"), "source": events_of(part, period)}
            for part in facts.parts
        ],
        "plan": forecast.plan if forecast else None,
        "hours": [
            {**_plain(hour, "at", "sun", "need", "grid", "spare"), "battery": hour.kept}
            for hour in (forecast.hours if forecast else ())
        ],
        "levels": [_plain(one, "store", "resource", "amount", "unit", "capacity") for one in facts.levels],
        "wishes": [
            {**_plain(one, "id", "action", "resource", "amount", "unit", "begin", "place"), "offer": one.is_offer}
            for one in facts.wishes
        ],
        "meters": [
            {**_plain(one, "id", "place", "state"), "last_at": one.since, "set_aside": one.aside}
            for one in facts.meters
        ],
    }


def _loop(loop: Loop) -> dict[str, Any]:
    return {
        **_plain(loop, "loop", "value", "unit", "target", "state", "gap", "events"),
        "at_least": loop.at_least,
    }


def _meter(meter: MeterSeen) -> dict[str, Any]:
    return {**_plain(meter, "id", "place", "state"), "last_at": meter.since, "set_aside": meter.aside}


def _plain(one: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}
