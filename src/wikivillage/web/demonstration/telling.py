"""Everything that a village writes by hand in some time, in the order in which it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from wikivillage.flows.kinds import Entry, Event, Intent
from wikivillage.web.demonstration.by_hand import written_by_hand
from wikivillage.web.demonstration.facts import Parties
from wikivillage.web.demonstration.shifts import asked_and_promised, kept_and_called_off, paid_hours
from wikivillage.web.demonstration.week import Week

GIVING = ("produce", "raise")
Dated = tuple[datetime, Entry]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some time of life: after one moment and up to another. ``begins``: nothing was before it."""

    after: datetime
    until: datetime
    begins: bool

    def of(self, entries: Iterable[Dated]) -> Iterator[Dated]:
        """The entries of this time."""
        return (one for one in entries if self.after < one[0] <= self.until)

    def of_before_too(self, entries: Iterable[Dated]) -> Iterator[Dated]:
        """The same, and where life begins whatever was promised for it."""
        return (one for one in entries if (self.begins or self.after < one[0]) and one[0] <= self.until)


def tell(weeks: Mapping[int, Week], stretch: Stretch, parties: Parties, metered: frozenset[str]) -> list[Entry]:
    """The entries of a stretch of a week; ``weeks`` are those before and after it, by how far they are from it."""
    found: list[Dated] = []
    for away, week in weeks.items():
        if away in (-1, 0):
            found += stretch.of(written_by_hand(week, metered, parties))
            found += stretch.of(paid_hours(week, parties))
        if away in (0, 1):
            found += stretch.of_before_too(asked_and_promised(week, parties))
            found += stretch.of(kept_and_called_off(week, parties))
    return [entry for _, entry in sorted(found, key=_turn)]


def _turn(dated: Dated) -> tuple[datetime, int, str]:
    """By time; at one time what gives comes before what takes, and a need before its promises."""
    at, entry = dated
    first = isinstance(entry, Intent) or (isinstance(entry, Event) and entry.action in GIVING)
    return at, 0 if first else 1, entry.id
