"""The kinds of the ledger: what is written down (entries), and what follows from it (state).

Entries are facts and promises that people, meters and plans hand in; they never change. State is what they add up
to. Amounts are exact decimals in the resource's own unit; times are UTC. Agents are pseudonyms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Measure:
    """An exact number and its unit (ValueFlows: Measure)."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class NewStock:
    """The record that an event creates. What is None comes from the event, or from the record it is taken from; an
    empty ``spec`` says that it is of no kind, and then it needs a class.

    ``allow_negative``: the record stands for an account with credit (the grid, an overdraft).
    """

    id: str
    unit: str
    spec: str | None = None
    classified_as: tuple[str, ...] = ()
    primary_accountable: str | None = None
    custodian: str | None = None
    location: str | None = None
    stage: str | None = None
    state: str | None = None
    effort_unit: str | None = None
    lot: str | None = None
    tracking: str | None = None
    allow_negative: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What happened (EconomicEvent). ``quantity`` is counted on stocks, ``effort`` never is.

    It happened at the point ``at`` or from ``begin`` to ``end``. A negative amount is allowed only with ``corrects``.
    ``container`` is where a combine puts its resource. ``created`` is when its author wrote it down, ``basis`` what it
    rests on (a pair of readings). Remarks are not part of it: they live outside the ledger and can be erased.
    """

    id: str
    action: str
    provider: str
    receiver: str
    resource: str | None = None
    to_resource: str | None = None
    spec: str | None = None
    new_resource: NewStock | None = None
    new_to_resource: NewStock | None = None
    container: str | None = None
    quantity: Measure | None = None
    effort: Measure | None = None
    input_of: str | None = None
    output_of: str | None = None
    at: datetime | None = None
    begin: datetime | None = None
    end: datetime | None = None
    to_location: str | None = None
    state: str | None = None
    classified_as: tuple[str, ...] = ()
    corrects: str | None = None
    fulfills: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()
    satisfies: tuple[str, ...] = ()
    recorded_by: str | None = None
    created: datetime | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """Something that takes inputs and gives outputs (Process); ``based_on`` is the stage that its outputs reach."""

    id: str
    based_on: str | None = None
    name: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise (Commitment). ``reserves``: its amount counts against what is available until it is kept,
    cancelled, finished or, at ``expires``, lapsed. With ``begin`` and ``end`` it occupies its resource in between.
    """

    id: str
    action: str
    provider: str
    receiver: str
    resource: str | None = None
    to_resource: str | None = None
    spec: str | None = None
    quantity: Measure | None = None
    effort: Measure | None = None
    input_of: str | None = None
    output_of: str | None = None
    begin: datetime | None = None
    end: datetime | None = None
    due: datetime | None = None
    clause_of: str | None = None
    reserves: bool = False
    expires: datetime | None = None
    stage: str | None = None
    state: str | None = None
    satisfies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody may ask for because something happened (Claim)."""

    id: str
    action: str
    provider: str
    receiver: str
    quantity: Measure
    triggered_by: str
    spec: str | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """A need or an offer (Intent): what somebody wants or would give, before anybody has promised it. Who is still
    looked for is None. ``satisfies`` of commitments and events counts towards it."""

    id: str
    action: str
    provider: str | None = None
    receiver: str | None = None
    resource: str | None = None
    spec: str | None = None
    quantity: Measure | None = None
    effort: Measure | None = None
    begin: datetime | None = None
    end: datetime | None = None
    due: datetime | None = None
    at_place: str | None = None
    priority: str | None = None


Promise = Commitment | Claim | Intent


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a promise before it is kept in full: ``cancelled`` (nothing more will come, what is reserved is
    free) or ``finished`` (it is enough as it is)."""

    id: str
    promise: str
    how: str


@dataclass(frozen=True, slots=True)
class Closing:
    """The end of a period: what happened before ``until`` can no longer be recorded."""

    id: str
    until: datetime


Entry = Event | Process | Commitment | Claim | Intent | Ending | Closing
"""Whatever is written into the ledger."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What the ledger knows of one resource (EconomicResource): the sum of its events.

    ``accounting`` is what the accountable agent owns, ``onhand`` what is there to take, ``inside`` what lies in the
    container ``contained_in``. ``sequence`` counts the events that named it. ``elsewhere``: the ledger's own account
    of what an agent holds outside any record.
    """

    id: str
    unit: str
    spec: str
    accounting: Decimal
    onhand: Decimal
    primary_accountable: str
    custodian: str
    location: str | None = None
    stage: str | None = None
    state: str | None = None
    contained_in: str | None = None
    inside: Decimal = ZERO
    classified_as: tuple[str, ...] = ()
    effort_unit: str | None = None
    lot: str | None = None
    tracking: str | None = None
    allow_negative: bool = False
    elsewhere: bool = False
    sequence: int = 0
    last_event: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What a process has taken in hand and not yet given back: the amount of an open accept or pickup."""

    action: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Work:
    """A process and what it holds, by resource."""

    process: Process
    held: Mapping[str, Held] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pledge:
    """A commitment, claim or intent, and how far it is kept: ``delivered`` so far by the entries ``kept_by``.

    fulfilled + open + released = promised, always; what was delivered beyond the promise is ``beyond``.
    """

    promise: Promise
    delivered: Decimal = ZERO
    kept_by: tuple[str, ...] = ()
    ended: str | None = None

    @property
    def measure(self) -> Measure:
        """What was promised; a use of one thing where nothing is said."""
        effort = None if isinstance(self.promise, Claim) else self.promise.effort
        return self.promise.quantity or effort or Measure(Decimal(1), "one")

    @property
    def fulfilled(self) -> Decimal:
        """What was delivered of it."""
        return min(self.delivered, self.measure.value)

    @property
    def beyond(self) -> Decimal:
        """What was delivered over and above."""
        return self.delivered - self.fulfilled

    @property
    def open(self) -> Decimal:
        """What is still to come."""
        return ZERO if self.ended else self.measure.value - self.fulfilled

    @property
    def released(self) -> Decimal:
        """What will not come, for it was cancelled or called finished."""
        return self.measure.value - self.fulfilled if self.ended else ZERO

    @property
    def finished(self) -> bool:
        """Whether nothing more is to come of it and it was not cancelled."""
        return self.ended == "finished" or (self.ended is None and self.open == ZERO)


@dataclass(frozen=True, slots=True)
class Standing:
    """An event, the event before it on its resource, and what is left of it after its corrections.

    ``onhand`` is what it changed on hand of its resource, ``kept`` what it and its corrections gave to each promise.
    """

    event: Event
    previous: str | None
    quantity: Decimal | None
    effort: Decimal | None
    corrected_by: tuple[str, ...] = ()
    onhand: Decimal = field(default=ZERO, compare=False)
    kept: Mapping[str, Decimal] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class State:
    """What a row of entries adds up to. ``events`` holds those that later entries may refer to.

    Two indexes are kept beside: what each container holds, and the promises that count against each resource.
    """

    stocks: Mapping[str, Stock] = field(default_factory=dict)
    works: Mapping[str, Work] = field(default_factory=dict)
    pledges: Mapping[str, Pledge] = field(default_factory=dict)
    events: Mapping[str, Standing] = field(default_factory=dict)
    contents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    promised: Mapping[str, frozenset[str]] = field(default_factory=dict)
    closed_until: datetime | None = None
