"""Lots through the API: a token sees and does what its owner may. Weights are texts with exact decimals, in kg."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.exact import plain
from wikivillage.web.exchange import lot_actions, lot_family, lot_queries, lot_story, reservation_actions, split_actions
from wikivillage.web.exchange import waste_actions as waste
from wikivillage.web.exchange.lot_rules import Described
from wikivillage.web.exchange.lot_schemas import (
    DropIn,
    HoldIn,
    LotOut,
    MoveIn,
    ReleaseIn,
    ReservationOut,
    ReserveIn,
    RunIn,
    RunOut,
    SplitIn,
    StoryOut,
    TakeIn,
    ThrowIn,
    WasteOut,
    WeighIn,
)
from wikivillage.web.exchange.lot_stocks import lot_id
from wikivillage.web.exchange.models import Lot, Reservation, WasteExit
from wikivillage.web.exchange.transform_actions import Made, Run, Taken, transform
from wikivillage.web.ledger.models import Stock
from wikivillage.web.problems import Problems, not_found
from wikivillage.web.registry.access import TokenAuth, is_steward, now, token_of
from wikivillage.web.registry.api_parts import in_english
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.viewer import VISITOR, Viewer, viewer

router = Router(tags=["lots"])
REFUSED = {422: Problems, 403: Problems, 404: Problems}
Some: Any = Query(200, ge=1, le=1000)  # type: ignore[type-arg]


@router.get("/lots", auth=TokenAuth("read"), response=list[LotOut])
def get_lots(
    request: HttpRequest,
    kind: str = "",
    place: str = "",
    q: str = "",
    state: str = "",
    limit: int = Some,
) -> Any:
    """What there is to take, the newest first."""
    asked = lot_queries.read_asked({"kind": kind, "place": place, "q": q, "state": state})
    return _lots(lot_queries.lots(asked)[:limit])


@router.get("/lots/{id}", auth=TokenAuth("read"), response={200: StoryOut, **REFUSED})
@in_english
def get_lot(request: HttpRequest, id: str) -> Any:
    """One lot, its whole story, and where every kilogram of its family is."""
    row = _lot(id)
    stops = lot_story.story_of(row, _viewer(request), "en")
    family = lot_family.family_of(row.pk)
    return {
        "lot": _lots([row])[0],
        "stops": [
            {"at": s.at, "title": s.title, "text": s.text, "parts": list(s.branch), "own": s.own, "event": s.event}
            for s in stops
        ],
        "entered": _ends(family.entered),
        "found_again": _ends(family.found_again),
        "difference": plain(family.difference),
    }


@router.post("/lots", auth=TokenAuth("commit"), response={201: LotOut, **REFUSED})
@in_english
def post_lot(request: HttpRequest, body: DropIn) -> Any:
    """Bring a lot: it is given by the owner of the token, or taken from a stock of the village."""
    me = _me(request, "drop")
    said = {name: value for name, value in body.dict().items() if name in Described.__dataclass_fields__}
    row = lot_actions.drop_lot(
        id=lot_id(f"{me} {body.key or new_key()}"),
        spec=body.spec,
        kg=body.kg,
        place=body.place,
        given_by=me,
        said=Described(**said),
        source=body.source,
        sure=body.sure,
        at=now(),
        by=me,
    )
    return Status(201, _lots([row])[0])


@router.get("/lot-reservations", auth=TokenAuth("read"), response=list[ReservationOut])
def get_reservations(request: HttpRequest, limit: int = Some) -> Any:
    """What is and was kept for the owner of the token."""
    return [_reservation(one) for one in lot_queries.reservations_of([token_of(request).agent_id])[:limit]]


@router.post("/lots/{id}/reservations", auth=TokenAuth("commit"), response={201: ReservationOut, **REFUSED})
@in_english
def post_reservation(request: HttpRequest, id: str, body: ReserveIn) -> Any:
    """Keep kilograms of a lot for seven days."""
    me = _me(request, "take", _lot(id))
    key = f"r-{me}-{body.key or new_key()}"[:64]
    said: dict[str, Any] = {"kg": body.kg, "purpose": body.purpose}
    one = reservation_actions.reserve_lot(id=key, lot=id, agent=me, at=now(), by=me, **said)
    return Status(201, _reservation(one))


@router.post("/lot-reservations/{id}/cancel", auth=TokenAuth("commit"), response={200: ReservationOut, **REFUSED})
@in_english
def post_cancel(request: HttpRequest, id: str) -> Any:
    """Give back what is kept."""
    one = Reservation.objects.filter(pk=id).first() if "\0" not in id else None
    if one is None:
        raise not_found("reservation", id)
    if not may(_viewer(request), "cancel", "reservation", owner=one.agent_id) and not is_steward(token_of(request)):
        raise ProblemError([Problem("not-authorised", "reservation", "it is kept for somebody else.", "Ask them.")])
    return _reservation(reservation_actions.cancel_reservation(id=id, at=now(), by=token_of(request).agent_id))


@router.post("/lots/{id}/take", auth=TokenAuth("commit"), response={200: LotOut, **REFUSED})
@in_english
def post_take(request: HttpRequest, id: str, body: TakeIn) -> Any:
    """Carry kilograms of a lot away."""
    me = _me(request, "take", _lot(id))
    said: dict[str, Any] = {"kg": body.kg, "reservation": body.reservation}
    return _done(
        reservation_actions.take_lot(id=_event(me, body.key, "take"), lot=id, agent=me, at=now(), by=me, **said)
    )


@router.post("/lots/{id}/weigh", auth=TokenAuth("commit"), response={200: LotOut, **REFUSED})
@in_english
def post_weigh(request: HttpRequest, id: str, body: WeighIn) -> Any:
    """Write down what the scales say now."""
    me = _me(request, "weigh", _lot(id))
    said: dict[str, Any] = {"kg": body.kg, "why": body.why, "sure": body.sure}
    return _done(lot_actions.weigh_lot(id=_event(me, body.key, "weigh"), lot=id, at=now(), by=me, **said))


@router.post("/lots/{id}/hold", auth=TokenAuth("commit"), response={200: LotOut, **REFUSED})
@in_english
def post_hold(request: HttpRequest, id: str, body: HoldIn) -> Any:
    """Set a lot aside."""
    me = _me(request, "hold_back", _lot(id))
    return _done(lot_actions.hold_back(lot=id, why=body.why, at=now(), by=me))


@router.post("/lots/{id}/release", auth=TokenAuth("commit"), response={200: LotOut, **REFUSED})
@in_english
def post_release(request: HttpRequest, id: str, body: ReleaseIn) -> Any:
    """Let a lot that somebody has looked at be taken again."""
    me = _me(request, "clear", _lot(id))
    return _done(lot_actions.release_lot(lot=id, treated=body.treated, why=body.why, at=now(), by=me))


@router.post("/lots/{id}/move", auth=TokenAuth("commit"), response={200: LotOut, **REFUSED})
@in_english
def post_move(request: HttpRequest, id: str, body: MoveIn) -> Any:
    """Write down where a lot lies now."""
    me = _me(request, "move", _lot(id))
    said = {"place": body.place, "bin": body.bin}
    return _done(lot_actions.move_lot(id=_event(me, body.key, "move"), lot=id, at=now(), by=me, **said))


@router.post("/lots/{id}/split", auth=TokenAuth("commit"), response={200: list[LotOut], **REFUSED})
@in_english
def post_split(request: HttpRequest, id: str, body: SplitIn) -> Any:
    """Make parts of a lot lots of their own."""
    me = _me(request, "move", _lot(id))
    key = lot_id(f"{me} split {body.key or new_key()}")
    made = split_actions.split_lot(id=key, lot=id, parts=tuple(body.parts), at=now(), by=me)
    return _lots(Lot.objects.select_related("stock").filter(pk__in=[one.pk for one in made]).order_by("pk"))


@router.post("/runs", auth=TokenAuth("commit"), response={201: RunOut, **REFUSED})
@in_english
def post_run(request: HttpRequest, body: RunIn) -> Any:
    """Take lots into a workshop and bring out others."""
    me = _me(request, "transform")
    id = _event(me, body.key, "run")[:60]
    made = tuple(Made(one.spec, one.kg, one.place, title=one.title, bin=one.bin) for one in body.made)
    run = Run(id, body.work, body.place, tuple(Taken(one.lot, one.kg) for one in body.taken), made)
    done = transform(run=run, at=now(), by=me, lost_as=body.lost_as, why=body.why)
    sums = {name: plain(getattr(done, name)) for name in ("taken", "made", "loss")}
    ids = [f"{id}-{number}" for number in range(1, len(made) + 1)]
    lots = _lots(Lot.objects.select_related("stock").filter(pk__in=ids).order_by("pk"))
    return Status(201, {"id": id, **sums, "lots": lots})


@router.post("/lots/{id}/throw-away", auth=TokenAuth("commit"), response={200: WasteOut, **REFUSED})
@in_english
def post_throw(request: HttpRequest, id: str, body: ThrowIn) -> Any:
    """Let kilograms of a lot leave as waste, once it was offered long enough."""
    me = _me(request, "throw_away", _lot(id))
    said = body.dict(exclude={"key"})
    return _waste(waste.throw_away(id=_event(me, body.key, "waste"), lot=id, at=now(), by=me, **said))


@router.get("/waste", auth=TokenAuth("read"), response=list[WasteOut])
def get_waste(request: HttpRequest, limit: int = Some) -> Any:
    """The waste register, the newest first."""
    return [_waste(row) for row in lot_queries.waste()[:limit]]


def _viewer(request: HttpRequest) -> Viewer:
    """A token shows what its owner sees without their second factor."""
    agent = token_of(request).agent_id
    return viewer(agent, at=now(), second_factor=False) if agent else VISITOR


def _me(request: HttpRequest, verb: str, lot: Lot | None = None) -> str:
    """The owner of the token, who may. Raises ProblemError not-authorised."""
    token = token_of(request)
    agent: str = token.agent_id
    if not (may(_viewer(request), verb, "lot", scope=lot.place if lot else None) or is_steward(token)):
        raise ProblemError([Problem("not-authorised", "lot", "this is for members of the village.", "Ask a steward.")])
    return agent


def _lot(id: str) -> Lot:
    row = lot_queries.find_lot(id)
    if row is None:
        raise not_found("lot", id)
    return row


def _event(me: str, key: str, word: str) -> str:
    """The id of a gesture: of its key, which is the caller's own."""
    return f"{word}-{me}-{key or new_key()}"


def _done(row: Lot) -> dict[str, Any]:
    row.stock = Stock.objects.get(pk=row.pk)
    return _lots([row])[0]


def _lots(rows: Iterable[Lot]) -> list[dict[str, Any]]:
    found = list(rows)
    kept = lot_queries.reserved_of([row.pk for row in found], now())
    computed = ("id", "code", "kg", "free")
    names = [name for name in LotOut.model_fields if name not in computed]
    return [
        {
            **{name: getattr(row, name) for name in names},
            "id": row.pk,
            "code": row.stock.lot or "",
            "kg": plain(row.stock.onhand),
            "free": plain(row.stock.onhand - kept.get(row.pk, Decimal(0))),
        }
        for row in found
    ]


def _ends(ends: Any) -> list[dict[str, str]]:
    return [{"kind": end.kind, "id": end.id, "kg": plain(amount)} for end, amount in ends.items()]


def _reservation(one: Reservation) -> dict[str, Any]:
    lapsed = one.state == "open" and one.until <= now()
    said = {"purpose": one.purpose, "until": one.until, "state": "lapsed" if lapsed else one.state}
    return {"id": one.pk, "lot": one.lot_id, "kg": plain(one.amount), **said}


def _waste(row: WasteExit) -> dict[str, Any]:
    names = ("event", "exchange", "channel", "certificate", "at")
    return {**{name: getattr(row, name) for name in names}, "lot": row.lot_id, "kg": plain(row.kg)}
