"""Labels through the API: what a code leads to, the label of a thing, a new code, and the end of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.labels import actions, queries
from wikivillage.web.labels.models import Label
from wikivillage.web.problems import Problems, not_found
from wikivillage.web.registry.access import TokenAuth, is_steward, now, token_of
from wikivillage.web.registry.api_parts import in_english
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.viewer import viewer

router = Router(tags=["labels"])
REFUSED = {422: Problems, 403: Problems, 404: Problems}


class LabelOut(Schema):
    """A code on a thing, and the page to which it leads; ``retired_at`` where it counts no more."""

    code: str
    kind: str
    thing: str
    path: str
    title: str
    made_at: datetime
    retired_at: datetime | None


@router.get("/labels", auth=TokenAuth("read"), response={200: list[LabelOut], **REFUSED})
@in_english
def get_labels(
    request: HttpRequest,
    kind: str = Query(max_length=32),  # type: ignore[type-arg]
    thing: str = Query("", max_length=128),  # type: ignore[type-arg]
    limit: int = Query(200, ge=1, le=1000),  # type: ignore[type-arg]
) -> Any:
    """The label of a thing; without one, for whoever makes labels, those of all things of a kind by title."""
    if "\0" in kind + thing:
        return []
    if thing:
        found = queries.find_label(kind, thing)
        return [found] if found is not None else []
    _demand(request, "make")
    return list(queries.labels_of_kind(kind)[:limit])


@router.get("/labels/{id}", auth=TokenAuth("read"), response={200: LabelOut, **REFUSED})
@in_english
def get_label(request: HttpRequest, id: str) -> Any:
    """What a code leads to, as somebody typed it; one that counts no more says so."""
    return _label(id)


@router.post("/labels/{id}/replace", auth=TokenAuth("write"), response={200: LabelOut, **REFUSED})
@in_english
def post_replace(request: HttpRequest, id: str) -> Any:
    """Give the thing a new code; the old one says so from then on. Asked again, the code that counts now."""
    row = _label(id)
    _demand(request, "retire")
    newer = actions.replace_label(code=row.code, at=now(), by=token_of(request).agent_id)
    return newer or queries.find_label(row.kind, row.thing) or row


@router.post("/labels/{id}/retire", auth=TokenAuth("write"), response={200: LabelOut, **REFUSED})
@in_english
def post_retire(request: HttpRequest, id: str) -> Any:
    """Let a label lead nowhere any more. Asked again, nothing changes."""
    row = _label(id)
    _demand(request, "retire")
    if row.retired_at is None:
        actions.retire_label(kind=row.kind, thing=row.thing, at=now(), by=token_of(request).agent_id)
    return _label(id)


def _label(id: str) -> Label:
    found = queries.label_of_code(id)
    if found is None:
        raise not_found("label", id)
    return found


def _demand(request: HttpRequest, verb: str) -> None:
    """Raises ProblemError not-authorised where neither the owner of the token nor a steward's token may."""
    token = token_of(request)
    if not (is_steward(token) or may(viewer(token.agent_id, at=now(), second_factor=False), verb, "label")):
        hint = "Ask whoever leads a circle."
        raise ProblemError([Problem("not-authorised", "label", "this token may not do that.", hint)])
