"""What people type into the addresses of the run log, read without trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wikivillage.web.jobs.states import STATES


@dataclass(frozen=True, slots=True)
class Filter:
    """Which part of the log is read; what makes no sense is left out."""

    state: str = ""
    kind: str = ""
    before: int | None = None


def read_filter(query: Mapping[str, str], kinds: Mapping[str, object]) -> Filter:
    """The part of the log that an address asks for."""
    state, kind, before = query.get("state", ""), query.get("kind", ""), query.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    return Filter(state if state in STATES else "", kind if kind in kinds else "", number)
