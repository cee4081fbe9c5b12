"""Who occupies what, when: half-open stretches of time that must not add up to more than there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from wikivillage.flows.kinds import ZERO


@dataclass(frozen=True, slots=True)
class Stretch:
    """``amount`` units are taken from ``begin`` on, until just before ``end``."""

    begin: datetime
    end: datetime
    amount: Decimal


def find_conflict(wanted: Stretch, taken: Iterable[Stretch], capacity: Decimal) -> datetime | None:
    """The first moment of ``wanted`` at which more than ``capacity`` would be taken, or None.

    Stretches touch without overlapping: one may begin when another ends. Only moments at which something begins
    need to be looked at, for the sum falls everywhere else.
    """
    overlapping = [one for one in taken if one.begin < wanted.end and wanted.begin < one.end]
    moments = sorted({wanted.begin, *(one.begin for one in overlapping if one.begin > wanted.begin)})
    for moment in moments:
        if wanted.amount + _taken_at(moment, overlapping) > capacity:
            return moment
    return None


def _taken_at(moment: datetime, stretches: Iterable[Stretch]) -> Decimal:
    return sum((one.amount for one in stretches if one.begin <= moment < one.end), ZERO)
