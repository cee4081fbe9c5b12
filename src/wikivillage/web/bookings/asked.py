"""What the rules of booking look at: the unit, what is asked, and who asks. Pure data, read by ``queries``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from wikivillage.flows.occupancy import Stretch
from wikivillage.web.bookings.policies import UnitPolicy
from wikivillage.web.diary.openings import House
from wikivillage.web.registry.words import Text


@dataclass(frozen=True, slots=True)
class Thing:
    """A unit as rules see it. ``stocks``: how much there is of each stock that it takes; ``taken``: who has it when.

    ``outage``: why it is broken, in words, since when; None where it works.
    """

    id: str
    kind: str
    name: Text
    persons: int
    size: int
    policy: UnitPolicy
    circle: str = ""
    place: str = ""
    retired: bool = False
    stocks: Mapping[str, int] = field(default_factory=dict, hash=False)
    taken: Mapping[str, tuple[Stretch, ...]] = field(default_factory=dict, hash=False)
    house: House | None = field(default=None, hash=False)
    outage: Text | None = None

    @property
    def pool(self) -> bool:
        """Whether there are several equal ones of it."""
        return self.size > 1

    @property
    def buffer(self) -> timedelta:
        """What is kept free after each booking."""
        return timedelta(minutes=self.policy.buffer_minutes)


@dataclass(frozen=True, slots=True)
class Trained:
    """A training of somebody: how far, and until when it holds."""

    level: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Has:
    """A booking that counts against how many somebody may have: of which unit, when, and whose it is."""

    unit: str
    agent: str
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Who:
    """Who asks, as rules see them. ``household`` and ``body``: those whose bookings count together with theirs.

    ``guarded``: somebody acts for them, as for a child; ``by_guardian``: it is a guardian who asks for them.
    """

    agent: str
    kind: str = "person"
    member: bool = True
    circles: frozenset[str] = frozenset()
    household: frozenset[str] = frozenset()
    body: frozenset[str] = frozenset()
    trained: Mapping[str, Trained] = field(default_factory=dict, hash=False)
    has: tuple[Has, ...] = ()
    guarded: bool = False
    by_guardian: bool = False
    steward: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, at a moment ``at``, in the village's time ``zone``; units are looked at one by one."""

    begin: datetime
    end: datetime
    persons: int
    at: datetime
    zone: str
    amount: int = 1

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.end - self.begin).total_seconds() // 60)
