"""People who are told things, for the tests of notices."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from wikivillage.web.notices.actions import tell
from wikivillage.web.registry.actions import add_agent
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.words import Text

AT = datetime(2026, 4, 16, 9, tzinfo=UTC)
TITLE = Text("Your booking is confirmed", "Votre réservation est confirmée")
WORDS = Text("The room is yours on Thursday.", "La salle est à vous jeudi.")


def person(handle: str = "zoe", *, email: str | None = None, language: str = "fr", kind: str = "person") -> Agent:
    """Somebody with an address."""
    address = f"{handle}@example.org" if email is None else email
    return add_agent(handle=handle, kind=kind, name=handle.title(), email=address, language=language, at=AT)


def told(agent: Agent | str, **changes: Any) -> None:
    """Tell somebody that a booking is confirmed, unless other words are given."""
    pseudonym = agent if isinstance(agent, str) else agent.pk
    said = {"kind": "booking", "title": TITLE, "text": WORDS, "path": "/bookings/b1/", "at": AT} | changes
    tell(agent=pseudonym, **said)
