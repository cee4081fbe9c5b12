"""What the top of every page says of somebody's inbox: how much in it is unread, asked only where it is shown."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from wikivillage.web.notices.queries import unread_count


def unread(request: HttpRequest) -> dict[str, Any]:
    """The number of unread notices of whoever is signed in; one question, and none for visitors."""
    agent = getattr(getattr(request, "user", None), "agent_id", None)
    return {"unread_notices": SimpleLazyObject(lambda: unread_count(agent)) if agent else 0}
