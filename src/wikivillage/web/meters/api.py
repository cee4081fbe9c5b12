"""Meters through the API: readings in, by the meter itself or by whoever hands in for it; readings and sums out."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.security import HttpBearer

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.connectors.kinds import BatchReport, Reading
from wikivillage.connectors.messages import read_payload
from wikivillage.flows.exact import plain
from wikivillage.flows.wire import read_json, utc_text
from wikivillage.web.meters import actions, models, page_queries, queries
from wikivillage.web.meters.describe import meters_in
from wikivillage.web.meters.incoming import Refused
from wikivillage.web.problems import Problems
from wikivillage.web.registry.access import TokenAuth, is_steward, now, token_of
from wikivillage.web.registry.models import Identity, Token
from wikivillage.web.registry.viewer import Viewer, viewer

router = Router(tags=["meters"])
MOST = 1000


class ReadingsAuth(HttpBearer):
    """The token of a meter, or an agent's with the scope ``readings``."""

    agents = TokenAuth("readings")

    def authenticate(self, request: HttpRequest, token: str) -> models.Meter | Token | None:
        """Who pushes, or None."""
        if token.startswith(actions.TOKEN_PREFIX):
            return queries.access_meter(token)
        return self.agents.authenticate(request, token)


class Refusal(Schema):
    """Why something was not counted; it is kept in quarantine."""

    code: str
    where: str
    what: str
    hint: str


class TakenIn(Schema):
    """What became of the readings of a request: all of it is on disk. Of conflicting values the first is kept."""

    new: int
    duplicate: int
    conflicting: int
    quarantined: list[Refusal]


READING = {
    "type": "object",
    "properties": {
        "meter": {"type": "string", "example": "flat-12"},
        "register": {"type": "string", "example": "import"},
        "at": {"type": "string", "format": "date-time", "example": "2026-11-22T10:00:00+01:00"},
        "value": {"type": "string", "example": "123.45"},
        "unit": {"type": "string", "example": "kWh"},
    },
    "required": ["meter", "register", "value"],
}
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"oneOf": [READING, {"type": "array", "items": READING}]}}},
    }
}


@router.post(
    "/readings",
    auth=ReadingsAuth(),
    response={200: TakenIn, 401: Problems, 403: Problems, 422: Problems},
    openapi_extra=BODY,
)
def post_readings(request: HttpRequest) -> Any:
    """Hand in readings, one or a list. The same again is a duplicate, so whoever got no answer sends them again.

    What cannot be counted is kept in quarantine and told with its reason; the rest counts all the same.
    """
    at, who = now(), getattr(request, "auth", None)
    name = f"meter {who.pk}" if isinstance(who, models.Meter) else f"agent {who.agent_id}" if who else ""
    read = read_payload(request.body, at, f"http {name}")
    unreadable = [one for one in read if isinstance(one, Problem) and one.where == f"http {name}"]
    if unreadable:
        raise ProblemError(unreadable)
    readings = [one for one in read if isinstance(one, Reading)]
    if isinstance(who, models.Meter):
        _check_own(who, readings)
    refused = _refused([one for one in read if isinstance(one, Problem)], request.body)
    report = actions.ingest(readings=readings, at=at, source=f"http {name}", refused=refused)
    return _told(report, refused)


def _check_own(meter: models.Meter, readings: list[Reading]) -> None:
    """A meter speaks for itself only. Raises ProblemError for all that it says of others."""
    others = sorted({reading.meter for reading in readings} - {meter.pk})
    if others:
        hint = "Use the token of that meter, or an agent's with the scope readings."
        what = f"the token of {meter.pk} is not good for this meter."
        raise ProblemError([Problem("not-authorised", other, what, hint) for other in others])


def _refused(problems: list[Problem], body: bytes) -> list[Refused]:
    """The items of a list that problems point at, as they came."""
    items = read_json(body) if problems else []
    numbers = [int(one.where.rpartition("[")[2].rstrip("]")) - 1 for one in problems]
    return [Refused(json.dumps(items[number], default=str), one) for number, one in zip(numbers, problems, strict=True)]


def _told(report: BatchReport, refused: list[Refused]) -> dict[str, Any]:
    problems = [*(one.problem for one in report.quarantined), *(one.problem for one in refused)]
    listed = [{"code": one.code, "where": one.where, "what": one.what, "hint": one.hint} for one in problems]
    counts = report.counts
    return {**{name: counts[name] for name in ("new", "duplicate", "conflicting")}, "quarantined": listed}


class Asked(Schema):
    """Which readings or sums: of a register, ``from`` to before ``to``, ``raw`` or by the local ``hour`` or ``day``."""

    meter: str
    name: str = Query(..., alias="register")  # type: ignore[type-arg]
    begin: datetime | None = Query(None, alias="from")  # type: ignore[type-arg]
    end: datetime | None = Query(None, alias="to")  # type: ignore[type-arg]
    grid: Literal["raw", "hour", "day"] = "raw"
    limit: int = Query(MOST, ge=1, le=10 * MOST)  # type: ignore[type-arg]


@router.get("/readings", auth=TokenAuth("read"), response={200: dict[str, Any], 404: Problems, 422: Problems})
def get_readings(request: HttpRequest, asked: Asked = Query(...)) -> Any:  # type: ignore[type-arg]  # noqa: B008
    """A page of what a register showed or counted, in order of time; ``next`` is the ``from`` of the next page."""
    row = queries.register_of(asked.meter, asked.name, _viewer(request))
    _check_zones({"from": asked.begin, "to": asked.end})
    first = slice(asked.limit + 1)
    if asked.grid == "raw":
        shown = [(one.at, _reading(one)) for one in queries.readings(row, begin=asked.begin, end=asked.end)[first]]
    else:
        found = queries.sums(row, asked.grid, begin=asked.begin, end=asked.end)[first]
        shown = [(one.begin, _sum(one)) for one in found]
    more = utc_text(shown[asked.limit][0]) if len(shown) > asked.limit else None
    about = {"meter": row.meter_id, "register": row.name, "unit": row.unit, "grid": asked.grid}
    return {**about, "items": [item for _, item in shown[: asked.limit]], "next": more}


def _check_zones(times: dict[str, datetime | None]) -> None:
    naive = [name for name, at in times.items() if at is not None and at.tzinfo is None]
    if naive:
        raise ProblemError([Problem("no-time-zone", name, "has no time zone.", "End it with Z.") for name in naive])


def _reading(one: models.Reading) -> dict[str, str]:
    return {"at": utc_text(one.at), "value": plain(one.value)}


def _sum(one: models.RollUp) -> dict[str, str]:
    amount = {"quantity": plain(one.quantity), "quality": one.quality, "rules": one.rules}
    return {"begin": utc_text(one.begin), "end": utc_text(one.end), **amount}


@router.get("/meters", auth=TokenAuth("read"), response=list[dict[str, Any]])
def get_meters(request: HttpRequest) -> Any:
    """The meters that one may see, to a steward all of them, with their registers and how they do."""
    handles = dict(Identity.objects.values_list("agent_id", "handle"))
    found = page_queries.healths(queries.meters(_viewer(request)), now(), page_queries.yesterday_of(now()))
    return [_meter(one, handles) for one in found]


DESCRIPTION = {
    "type": "object",
    "properties": {
        "meter": {"type": "string", "example": "flat-12"},
        "name": {"type": "string"},
        "place": {"type": "string"},
        "agent": {"type": "string"},
        "registers": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["meter", "registers"],
}
MANY = {"type": "object", "properties": {"meters": {"type": "array", "items": DESCRIPTION}}, "required": ["meters"]}


@router.post(
    "/meters",
    auth=TokenAuth("steward"),
    response={200: dict[str, str], 401: Problems, 403: Problems, 422: Problems},
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": MANY}}}},
)
def post_meters(request: HttpRequest) -> Any:
    """Describe meters, in the words of the file of ``wikivillage meters add``: each is new, changed or exists."""
    described = meters_in(read_json(request.body))
    return dict(actions.add_meters(meters=described, at=now(), by=token_of(request).agent_id))


def _viewer(request: HttpRequest) -> Viewer | None:
    token = token_of(request)
    return None if is_steward(token) else viewer(str(token.agent_id), at=now(), second_factor=False)


def _meter(one: page_queries.MeterHealth, handles: dict[str, str]) -> dict[str, Any]:
    row = one.row
    return {
        "meter": row.pk,
        "name": row.name,
        "place": row.place,
        "agent": handles.get(row.agent_id, row.agent_id) if row.agent_id else None,
        "retired": utc_text(row.retired_at) if row.retired_at else None,
        "state": one.state,
        "registers": [_register(each) for each in one.registers],
    }


def _register(one: page_queries.RegisterHealth) -> dict[str, Any]:
    row = one.row
    last = {"at": utc_text(row.last_at), "value": plain(row.last_value)} if row.last_at else None
    said = {"register": row.name, "resource": row.resource, "unit": row.unit, "kind": row.kind, "close": row.grid}
    yesterday = {"quantity": plain(one.yesterday), "quality": one.quality} if one.yesterday is not None else None
    health = {
        "state": one.state,
        "silentSince": utc_text(one.silent_since) if one.silent_since else None,
        "notMeasured": one.doubtful,
        "setAside": one.strange,
        "yesterday": yesterday,
    }
    return {**said, "action": row.action, "stock": row.stock, "last": last, **health}
