"""The inbox of a token's owner through the API, and how they want to be told by letter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.web.notices import actions, queries
from wikivillage.web.notices.kinds import KINDS, WAYS
from wikivillage.web.problems import Problems
from wikivillage.web.registry.access import TokenAuth, now, token_of

router = Router(tags=["notices"])


class NoticeOut(Schema):
    """Something that somebody was told, in both languages; ``path`` is the page of the thing."""

    id: int
    kind: str
    title_en: str
    title_fr: str
    text_en: str
    text_fr: str
    path: str
    made_at: datetime
    read_at: datetime | None


class WaysOut(Schema):
    """How each kind comes by letter: ``now``, ``daily`` or ``none``."""

    ways: dict[str, str]


@router.get("/notices", auth=TokenAuth("read"), response={200: list[NoticeOut]})
def get_notices(
    request: HttpRequest,
    unread: bool = False,
    limit: int = Query(100, ge=1, le=1000),  # type: ignore[type-arg]
) -> Any:
    """What the owner of the token was told, unread first, then newest first."""
    rows = queries.inbox(token_of(request).agent_id)
    return list((rows.filter(read_at=None) if unread else rows)[:limit])


@router.get("/notices/preferences", auth=TokenAuth("read"), response={200: WaysOut})
def get_preferences(request: HttpRequest) -> Any:
    """How each kind comes to the owner of the token by letter."""
    return {"ways": queries.ways_of(token_of(request).agent_id)}


@router.patch("/notices/preferences", auth=TokenAuth("write"), response={200: WaysOut, 422: Problems})
def patch_preferences(request: HttpRequest, wanted: WaysOut) -> Any:
    """Choose for some kinds how they come by letter; the others stay as they are."""
    unknown = [_no_word("unknown-kind", "kind", kind, KINDS) for kind in wanted.ways if kind not in KINDS]
    bad = [_no_word("unknown-way", kind, way, WAYS) for kind, way in wanted.ways.items() if way not in WAYS]
    if unknown or bad:
        raise ProblemError([*unknown, *bad])
    agent = token_of(request).agent_id
    actions.choose_ways(agent=agent, ways=wanted.ways, at=now())
    return {"ways": queries.ways_of(agent)}


def _no_word(code: str, where: str, word: str, known: Any) -> Problem:
    close = nearest(word, known)
    hint = f'Did you mean "{close}"?' if close else f"There is: {', '.join(known)}."
    return Problem(code, where, f'"{word[:64]}" is not known.', hint)
