"""How mutual help agrees with the ledger: wishes with intents, loans with bookings, hours with accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from wikivillage.flows.exact import plain
from wikivillage.flows.kinds import ZERO, Pledge, State
from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange.hour_queries import account_stock
from wikivillage.web.exchange.models import Answer, HourGift, Loan, Tool, Wish

CHUNK = 2000


def differences(state: State) -> Iterator[str]:
    """Every difference, in a sentence."""
    yield from _wishes(state)
    yield from _answers(state)
    yield from _tools(state)
    yield from _loans(state)
    yield from _hours(state)


def _open(pledges: Mapping[str, Pledge], id: str) -> bool | None:
    """Whether a promise is still to be kept; None where there is none."""
    pledge = pledges.get(id)
    return None if pledge is None else pledge.open > ZERO


def _wishes(state: State) -> Iterator[str]:
    for row in Wish.objects.order_by("pk").iterator(CHUNK):
        going = _open(state.pledges, row.pk)
        if going is None:
            yield f"wish {row.pk} has no intent in the ledger"
        elif going != (row.state == words.OPEN):
            yield f"wish {row.pk} is {row.state}, its intent is {'open' if going else 'not'}"


def _answers(state: State) -> Iterator[str]:
    for row in Answer.objects.filter(state__in=(words.AGREED, words.DONE)).order_by("pk").iterator(CHUNK):
        going = _open(state.pledges, row.pk)
        if going is None:
            yield f"answer {row.pk} is {row.state} and is no promise in the ledger"
        elif row.state == words.AGREED and not going:
            yield f"answer {row.pk} is agreed, its promise is over"


def _tools(state: State) -> Iterator[str]:
    out = {row.tool_id: row.agent_id for row in Loan.objects.filter(state=words.OUT)}
    for row in Tool.objects.order_by("pk").iterator(CHUNK):
        stock = state.stocks.get(row.stock)
        if stock is None:
            yield f"tool {row.pk} is no stock of the ledger"
        elif stock.custodian != out.get(row.pk, row.owner_id):
            yield f"tool {row.pk} is {'out' if row.pk in out else 'here'}, the ledger says it is with somebody else"


def _loans(state: State) -> Iterator[str]:
    """What is reserved or out is a booking that stands; what is over has none."""
    for row in Loan.objects.order_by("pk").iterator(CHUNK):
        going, wanted = _open(state.pledges, row.pk), row.state in (words.RESERVED, words.OUT)
        if going is None or going != wanted:
            yield f"loan {row.pk} is {row.state}, its booking is {'open' if going else 'not'}"


def _hours(state: State) -> Iterator[str]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for giver, taker, hours in HourGift.objects.filter(state=words.CONFIRMED).values_list("giver", "taker", "hours"):
        sums[giver] += hours
        sums[taker] -= hours
    for agent, total in sorted(sums.items()):
        stock = state.stocks.get(account_stock(agent))
        kept = stock.accounting if stock else ZERO
        if kept != total:
            yield f"the account of {agent} is at {plain(kept)} h, what was confirmed adds up to {plain(total)} h"
