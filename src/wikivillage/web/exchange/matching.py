"""Needs that go together with offers and with lots: who is told, and what pages show.

Whether two go together is decided by ``flows.match``: agents, amounts, units and times. What is meant is the same where
both name the same kind of material, or where their titles share a word that says something.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from wikivillage.flows import match as flows
from wikivillage.flows.kinds import ZERO
from wikivillage.web.exchange.alike import are_alike
from wikivillage.web.exchange.helping_words import AGREED, HOURS, MATERIAL, NEED, OFFER, OPEN, THING, TIME_KINDS
from wikivillage.web.exchange.lot_words import FREE
from wikivillage.web.exchange.models import Lot, Wish
from wikivillage.web.ledger.queries import find_pledge, find_stock, reserved
from wikivillage.web.notices.actions import tell
from wikivillage.web.registry.words import Text

MOST = 200
"""How many wishes and lots are looked at for one; the newest."""
PIECE = "one"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a match: a wish or a lot, where its page is, and what it is called."""

    id: str
    kind: str
    title: str
    path: str
    agent: str
    proposal: flows.Proposal


@dataclass(frozen=True, slots=True)
class Pair:
    """A need and an offer or lot that go together: how much, and why in words."""

    need: Side
    offer: Side
    amount: Decimal
    unit: str
    reasons: tuple[flows.Reason, ...]


def tell_matches(thing: Wish | Lot, *, at: datetime) -> int:
    """Tell those who waited that something goes with their wish; once for each pair. Returns for how many pairs.

    ``thing`` has just come: a wish that was made, or a lot that was dropped.
    """
    found = matches_of(thing, at=at)
    own = thing.pk
    for pair in found:
        waiting, new = (pair.need, pair.offer) if pair.offer.id == own else (pair.offer, pair.need)
        if waiting.kind != "lot":
            _tell(waiting, new, pair, at)
    return len(found)


def _tell(waiting: Side, new: Side, pair: Pair, at: datetime) -> None:
    if new is pair.need:
        title = Text(
            f"Somebody looks for what you offer: {new.title}",
            f"Quelqu’un cherche ce que vous offrez\u00a0: {new.title}",
        )
        text = Text(
            f"You offer “{waiting.title}”. A need has come that goes with it: “{new.title}”.",
            f"Vous offrez «\u00a0{waiting.title}\u00a0». Un besoin y répond\u00a0: «\u00a0{new.title}\u00a0».",
        )
    else:
        title = Text(f"What you look for is there: {new.title}", f"Ce que vous cherchez est là\u00a0: {new.title}")
        text = Text(
            f"You look for “{waiting.title}”. This goes with it: “{new.title}”.",
            f"Vous cherchez «\u00a0{waiting.title}\u00a0». Ceci y répond\u00a0: «\u00a0{new.title}\u00a0».",
        )
    key = f"exchange-match-{pair.need.id}-{pair.offer.id}"
    tell(agent=waiting.agent, kind="match", title=title, text=text, path=new.path, at=at, key=key)


def matches_of(thing: Wish | Lot, *, at: datetime) -> list[Pair]:
    """All that goes with a wish or a lot now, the nearest first."""
    mine = side_of_lot(thing, at) if isinstance(thing, Lot) else side_of_wish(thing)
    if mine is None:
        return []
    return [pair for other in _others(thing, at) if (pair := _paired(mine, other, at)) is not None]


def _others(thing: Wish | Lot, at: datetime) -> Iterator[Side]:
    """The other sides that mean the same thing as a wish or a lot."""
    if isinstance(thing, Lot):
        yield from _wishes(NEED, (MATERIAL, THING), lambda one: _lot_is_meant(one, thing))
        return
    kinds = tuple(TIME_KINDS) if thing.what in TIME_KINDS else (thing.what,)
    yield from _wishes(OFFER if thing.side == NEED else NEED, kinds, lambda one: _same(one, thing))
    if thing.side == NEED and thing.what in (MATERIAL, THING):
        rows = Lot.objects.filter(state=FREE).order_by("-dropped_at")
        rows = rows.filter(spec=thing.spec) if thing.what == MATERIAL else rows
        lots = (one for one in rows[:MOST] if _lot_is_meant(thing, one))
        yield from (side for one in lots if (side := side_of_lot(one, at)) is not None)


def _wishes(side: str, kinds: tuple[str, ...], meant: object) -> Iterator[Side]:
    assert callable(meant), "what decides is a function"
    rows = Wish.objects.filter(state=OPEN, side=side, what__in=kinds).order_by("-made_at")[:MOST]
    yield from (found for one in rows if meant(one) and (found := side_of_wish(one)) is not None)


def _same(one: Wish, other: Wish) -> bool:
    if one.what == MATERIAL:
        return one.spec == other.spec
    return are_alike(one.title, other.title) or (one.what == other.what == HOURS and one.place == other.place)


def _lot_is_meant(need: Wish, lot: Lot) -> bool:
    return need.spec == lot.spec if need.what == MATERIAL else are_alike(need.title, lot.title)


def side_of_wish(wish: Wish) -> Side | None:
    """What is still open of a wish; None where nothing is."""
    pledge = find_pledge(wish.pk)
    found = flows.find_proposal(pledge, wish.made_at) if pledge and wish.state == OPEN else None
    promised = sum(wish.answers.filter(state=AGREED).values_list("amount", flat=True), ZERO)
    if found is None or found.quantity <= promised:
        return None
    left = replace(found, quantity=found.quantity - promised, begin=None, end=wish.until, place=wish.place or None)
    return Side(wish.pk, wish.side, wish.title, f"/exchange/wishes/{wish.pk}/", wish.agent_id, left)


def side_of_lot(lot: Lot, at: datetime) -> Side | None:
    """What is free of a lot; None where nothing is. It is offered as long as it is there."""
    stock = find_stock(lot.pk) if lot.state == FREE else None
    free = stock.onhand - reserved(lot.pk, at) if stock else ZERO
    if stock is None or free <= ZERO:
        return None
    proposal = flows.Proposal(
        id=lot.pk,
        side="offer",
        agent=stock.primary_accountable,
        spec=lot.spec,
        quantity=free,
        unit=stock.unit,
        created=lot.dropped_at,
        place=lot.place or None,
    )
    return Side(lot.pk, "lot", lot.title, f"/exchange/lots/{lot.pk}/", stock.primary_accountable, proposal)


def _paired(mine: Side, other: Side, at: datetime) -> Pair | None:
    need, offer = (mine, other) if mine.kind == NEED else (other, mine)
    wanted, given = need.proposal, offer.proposal
    if offer.kind == "lot" and wanted.unit == PIECE:
        given = replace(given, quantity=Decimal(1), unit=PIECE)
    found = flows.match([wanted], [replace(given, spec=wanted.spec)], at)
    return Pair(need, offer, found[0].quantity, wanted.unit, found[0].reasons) if found else None


def sort_pairs(pairs: Iterable[Pair]) -> list[Pair]:
    """Whole before part, wishes of people before lots, the newest first."""
    return sorted(
        pairs, key=lambda one: (one.offer.kind == "lot", -one.amount, -one.offer.proposal.created.timestamp())
    )
