"""Matching of what is needed with what is offered (ValueFlows: Intent, published in a Proposal), reasons in words.

A need and an offer go together when both name the same specification in the same unit, come from different agents,
their windows meet, neither is over, and the offer does not ask more than the need gives. Each is split as needed.

Greedy, in an order that people can follow: needs by priority, then the one that is needed since the longest time;
for each need the offer that is there soonest, at the same place, the oldest. What this gives up against a maximal
flow: a need that could take either of two offers may take the only one that would have fitted a later need. All
matches together give at least half of the greatest possible amount, and an earlier need never gets less for the sake
of a later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.exact import decimal_of
from wikivillage.flows.kinds import Intent, Pledge

Side = Literal["need", "offer"]
Priority = Literal["vital", "essential", "comfort"]
Language = Literal["en", "fr"]

PRIORITIES: tuple[Priority, ...] = ("vital", "essential", "comfort")
"""From what comes first to what comes last."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An intent as it is published: what is still open of a need or an offer. ``created`` is when it was written down.

    The window is half-open, [``begin``, ``end``); a side that is None is open, and equal ends mean that moment.
    ``price`` is per unit in the money of the village: what a need gives at most, what an offer asks at least.
    """

    id: str
    side: Side
    agent: str
    spec: str
    quantity: Decimal
    unit: str
    created: datetime
    place: str | None = None
    begin: datetime | None = None
    end: datetime | None = None
    price: Decimal | None = None
    priority: Priority = "comfort"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a pair goes together or not: a key of ``WORDS`` and the words that go into it."""

    key: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """So much of an offer for a need, by their ids, and why this offer."""

    need: str
    offer: str
    quantity: Decimal
    reasons: tuple[Reason, ...]


WORDS: Mapping[str, tuple[str, str]] = {
    "whole": ("the offer covers all that was still needed", "l'offre couvre tout ce qui manquait encore"),
    "part": ("the offer covers a part of it", "l'offre en couvre une partie"),
    "in-time": ("it is there as soon as it is needed", "c'est là dès qu'il le faut"),
    "from": ("it is there from {0} on", "c'est là à partir du {0}"),
    "same-place": ("both are at {0}", "tous deux sont à {0}"),
    "price-open": (
        "{0} per {1} is asked, the need names no price",
        "{0} par {1} est demandé, le besoin ne dit pas de prix",
    ),
    "other-spec": ("{0} is needed, {1} is offered", "il faut {0}, on offre {1}"),
    "other-unit": ("the need counts in {0}, the offer in {1}", "le besoin compte en {0}, l'offre en {1}"),
    "same-agent": ("both come from {0}", "les deux viennent de {0}"),
    "need-over": ("the need was over at {0}", "le besoin était passé le {0}"),
    "offer-over": ("the offer was over at {0}", "l'offre était passée le {0}"),
    "too-late": ("the offer begins at {1}, the need ends at {0}", "l'offre commence le {1}, le besoin finit le {0}"),
    "too-early": ("the offer ends at {1}, the need begins at {0}", "l'offre finit le {1}, le besoin commence le {0}"),
    "too-dear": (
        "the need gives at most {0} per {2}, the offer asks {1}",
        "le besoin donne au plus {0} par {2}, l'offre demande {1}",
    ),
    "need-met": ("the need was already met by {0}", "le besoin était déjà couvert par {0}"),
    "offer-given": ("all of the offer went to {0}", "toute l'offre est allée à {0}"),
}
"""Every reason in English and in French."""


def say(reason: Reason, language: Language = "en") -> str:
    """A reason in words, without a full stop."""
    return WORDS[reason.key][("en", "fr").index(language)].format(*reason.words)


def find_proposal(pledge: Pledge, created: datetime, spec: str | None = None) -> Proposal | None:
    """What is still open of an intent of the ledger; None where nothing is, or nobody is looked for any more.

    It is a need where the provider is looked for, an offer where the receiver is. ``spec`` is the kind of the intent's
    resource, for intents that name a resource and no kind. What is due at a time is needed until then.
    """
    intent = pledge.promise
    if not isinstance(intent, Intent) or not pledge.open or (intent.provider is None) == (intent.receiver is None):
        return None
    kind = intent.spec or spec
    if kind is None:
        return None
    return Proposal(
        id=intent.id,
        side="need" if intent.provider is None else "offer",
        agent=intent.receiver or intent.provider or "",
        spec=kind,
        quantity=pledge.open,
        unit=pledge.measure.unit,
        created=created,
        place=intent.at_place,
        begin=intent.begin,
        end=intent.end or intent.due,
        priority=intent.priority or "comfort",  # type: ignore[arg-type]
    )


def check_proposals(needs: Iterable[Proposal], offers: Iterable[Proposal]) -> list[Problem]:
    """What is wrong with needs and offers, taken together."""
    sides: tuple[tuple[Side, tuple[Proposal, ...]], ...] = (("need", tuple(needs)), ("offer", tuple(offers)))
    found = [problem for side, listed in sides for one in listed for problem in _proposal_problems(one, side)]
    seen: set[str] = set()
    for one in (*sides[0][1], *sides[1][1]):
        if one.id in seen:
            found.append(Problem("proposal-twice", one.id, f"{one.id} is written twice.", "Give each its own id."))
        seen.add(one.id)
    return found


def match(needs: Sequence[Proposal], offers: Sequence[Proposal], at: datetime) -> list[Match]:
    """Who could give what to whom, as known at ``at``, in the order of the needs. Raises ProblemError.

    The order in which needs and offers are handed in does not matter. Nobody gives or gets more than they said, and
    no need is left open beside an offer that is left over and goes with it.
    """
    problems = check_proposals(needs, offers)
    if problems:
        raise ProblemError(problems)
    left = {one.id: Fraction(one.quantity) for one in offers}
    shelves: dict[tuple[str, str], list[Proposal]] = {}
    for offer in offers:
        shelves.setdefault((offer.spec, offer.unit), []).append(offer)
    found: list[Match] = []
    for need in sorted(needs, key=_urgency):
        found += _serve(need, shelves.get((need.spec, need.unit), []), left, at)
    return found


def why_not(need: Proposal, offer: Proposal, at: datetime, matches: Iterable[Match] = ()) -> tuple[Reason, ...]:
    """Why a pair is not matched, every reason; nothing for a pair that is, or that goes together.

    With the ``matches`` that were made, a pair that goes together is told who was served before.
    """
    obstacles = tuple(_obstacles(need, offer, at))
    made = tuple(matches)
    if obstacles or any((one.need, one.offer) == (need.id, offer.id) for one in made):
        return obstacles
    met = [one for one in made if one.need == need.id]
    given = [one for one in made if one.offer == offer.id]
    found = []
    if sum((Fraction(one.quantity) for one in met), Fraction(0)) == Fraction(need.quantity):
        found.append(Reason("need-met", (", ".join(one.offer for one in met),)))
    if sum((Fraction(one.quantity) for one in given), Fraction(0)) == Fraction(offer.quantity):
        found.append(Reason("offer-given", (", ".join(one.need for one in given),)))
    return tuple(found)


def _serve(need: Proposal, offers: Sequence[Proposal], left: dict[str, Fraction], at: datetime) -> Iterator[Match]:
    rest = Fraction(need.quantity)
    fitting = (one for one in offers if left[one.id] and not any(_obstacles(need, one, at)))
    for offer in sorted(fitting, key=lambda one: _nearness(need, one, at)):
        if not rest:
            return
        amount = min(rest, left[offer.id])
        left[offer.id] -= amount
        rest -= amount
        yield Match(need.id, offer.id, decimal_of(amount, up=False), _reasons(need, offer, at, whole=not rest))


def _urgency(need: Proposal) -> tuple[int, datetime, bool, datetime, datetime, str]:
    """Priority, since when it is needed (since it was written, where it says nothing), until when, and the older."""
    begin = need.begin or need.created
    end = need.end or need.created
    return PRIORITIES.index(need.priority), begin, need.end is None, end, need.created, need.id


def _nearness(need: Proposal, offer: Proposal, at: datetime) -> tuple[timedelta, bool, datetime, str]:
    """How long the need waits for the offer, whether it is elsewhere, how old it is."""
    elsewhere = need.place is None or need.place != offer.place
    return _waiting(need, offer, at), elsewhere, offer.created, offer.id


def _waiting(need: Proposal, offer: Proposal, at: datetime) -> timedelta:
    needed_at = max(need.begin or at, at)
    return max(timedelta(0), max(offer.begin or at, at) - needed_at)


def _reasons(need: Proposal, offer: Proposal, at: datetime, *, whole: bool) -> tuple[Reason, ...]:
    waits = offer.begin is not None and _waiting(need, offer, at) > timedelta(0)
    found = [
        Reason("whole" if whole else "part"),
        Reason("from", (_moment(offer.begin),)) if waits else Reason("in-time"),
    ]
    if need.place is not None and need.place == offer.place:
        found.append(Reason("same-place", (need.place,)))
    if offer.price is not None and need.price is None:
        found.append(Reason("price-open", (str(offer.price), offer.unit)))
    return tuple(found)


def _obstacles(need: Proposal, offer: Proposal, at: datetime) -> Iterator[Reason]:
    if need.spec != offer.spec:
        yield Reason("other-spec", (need.spec, offer.spec))
    elif need.unit != offer.unit:
        yield Reason("other-unit", (need.unit, offer.unit))
    if need.agent == offer.agent:
        yield Reason("same-agent", (need.agent,))
    if _is_over(need, at):
        yield Reason("need-over", (_moment(need.end),))
    if _is_over(offer, at):
        yield Reason("offer-over", (_moment(offer.end),))
    if _ends_before(need, offer):
        yield Reason("too-late", (_moment(need.end), _moment(offer.begin)))
    elif _ends_before(offer, need):
        yield Reason("too-early", (_moment(need.begin), _moment(offer.end)))
    if need.price is not None and offer.price is not None and offer.price > need.price:
        yield Reason("too-dear", (str(need.price), str(offer.price), need.unit))


def _ends_before(one: Proposal, other: Proposal) -> bool:
    """Whether a window is closed when the other opens; a moment is still open at itself."""
    if one.end is None or other.begin is None:
        return False
    return one.end < other.begin or (one.end == other.begin and one.begin != one.end)


def _is_over(one: Proposal, at: datetime) -> bool:
    return one.end is not None and (one.end < at or (one.end == at and one.begin != one.end))


def _moment(when: datetime | None) -> str:
    assert when is not None, "only a bounded window can be missed"
    return when.isoformat(timespec="minutes")


def _proposal_problems(one: Proposal, side: Side) -> Iterator[Problem]:
    if one.side != side:
        yield Problem("wrong-side", one.id, f"{one.id} is handed in as {side} and says it is {one.side}.")
    if not (one.quantity.is_finite() and one.quantity > 0):
        yield Problem("amount", one.id, f"{one.quantity} {one.unit} of {one.spec} is not an amount above 0.")
    if one.price is not None and not (one.price.is_finite() and one.price >= 0):
        yield Problem("amount", one.id, f"{one.price} is not a price.", "A gift has the price 0, or none.")
    if one.priority not in PRIORITIES:
        yield Problem("priority", one.id, f'"{one.priority}" is not a priority.', f"Write {', '.join(PRIORITIES)}.")
    moments = [when for when in (one.created, one.begin, one.end) if when is not None]
    if any(when.tzinfo is None for when in moments):
        yield Problem("no-time-zone", one.id, f"{one.id} has a time without a time zone.", "Write times in UTC.")
    elif one.begin is not None and one.end is not None and one.begin > one.end:
        yield Problem("window", one.id, f"{one.id} ends before it begins.")
