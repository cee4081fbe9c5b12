"""The chain of records: each is sealed with the hash of the one before, so that none can be changed unseen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wikivillage.flows.wire import sha256, utc_text

GENESIS = "0" * 64
"""What the first record is sealed with."""


@dataclass(frozen=True, slots=True)
class Record:
    """An entry as it was written down: the ``number``-th, ``body`` its canonical text, ``by`` whom, when."""

    number: int
    kind: str
    id: str
    body: str
    recorded_at: datetime
    recorded_by: str | None
    previous: str
    hash: str


def seal(number: int, kind: str, id: str, body_hash: str, recorded_at: datetime, by: str | None, previous: str) -> str:
    """The hash of a record: of everything in it and of the record before."""
    return sha256("\n".join((str(number), kind, id, body_hash, utc_text(recorded_at), by or "", previous)))
