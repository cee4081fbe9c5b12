"""Households, organisations, circles and memberships through the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.problems import Problems, not_found
from wikivillage.web.registry.access import TokenAuth, now, token_of
from wikivillage.web.registry.api_parts import (
    Interval,
    Moment,
    Number,
    Steward,
    agent_called,
    handle_of,
    in_english,
    row_of,
)
from wikivillage.web.registry.models import Circle, Membership
from wikivillage.web.registry.people_actions import add_household, add_organisation, join, leave, make_circle
from wikivillage.web.registry.people_queries import circles

router = Router(tags=["registry"])
REFUSED = {422: Problems, 403: Problems, 404: Problems}


class BodyIn(Schema):
    """A household or an organisation; without a ``handle`` one is made of the name. The same ``key`` makes it once."""

    name: str
    handle: str = ""
    key: str = Field("", max_length=64)


class HouseholdIn(BodyIn):
    """People who live together; ``members`` are handles."""

    members: list[str] = Field(default_factory=list)


class OrganisationIn(BodyIn):
    """An association, a company, a school."""

    email: str = ""


class BodyOut(Schema):
    """A household or an organisation."""

    handle: str
    kind: str
    name: str


class CircleIn(Schema):
    """A working group; one name is enough. The same ``key`` makes it once."""

    name_en: str = ""
    name_fr: str = ""
    purpose: str = ""
    key: str = Field("", max_length=64)


class CircleOut(Schema):
    """A working group, and how many are in it now."""

    id: str
    name_en: str
    name_fr: str
    purpose: str
    members: int = 0


class MembershipIn(Interval):
    """Somebody who joins a household or organisation (``body``, a handle) or a ``circle`` (its id): one of the two."""

    agent: str
    body: str = ""
    circle: str = ""
    role: str = ""
    votes: bool = True
    key: str = Field("", max_length=64)


class MembershipOut(Schema):
    """Who belongs to what, from when to when; without ``until`` without an end."""

    number: int
    agent: str
    body: str
    circle: str
    role: str
    votes: bool
    since: Moment
    until: Moment | None


@router.post("/households", auth=Steward, response={201: BodyOut, **REFUSED})
@in_english
def post_household(request: HttpRequest, body: HouseholdIn) -> Any:
    """Add people who live together."""
    members = [agent_called(handle, "members") for handle in body.members]
    words = {"name": body.name, "handle": body.handle, "key": body.key}
    return _made(add_household(members=members, at=now(), by=token_of(request).agent_id, **words))


@router.post("/organisations", auth=Steward, response={201: BodyOut, **REFUSED})
@in_english
def post_organisation(request: HttpRequest, body: OrganisationIn) -> Any:
    """Add an association, a company, a school."""
    return _made(add_organisation(at=now(), by=token_of(request).agent_id, **body.dict()))


def _made(agent: Any) -> Any:
    return Status(201, {"handle": agent.identity.handle, "kind": agent.kind, "name": agent.identity.name})


@router.get("/circles", auth=TokenAuth("read"), response=list[CircleOut])
def get_circles(request: HttpRequest) -> Any:
    """The working groups."""
    counts = {line.id: line.count for line in circles(at=now(), lang="en")}
    return [_circle(circle, counts.get(circle.pk, 0)) for circle in Circle.objects.order_by("pk")]


@router.post("/circles", auth=Steward, response={201: CircleOut, **REFUSED})
@in_english
def post_circle(request: HttpRequest, body: CircleIn) -> Any:
    """Make a working group."""
    return Status(201, _circle(make_circle(at=now(), by=token_of(request).agent_id, **body.dict()), 0))


def _circle(circle: Circle, members: int) -> dict[str, Any]:
    names = {"name_en": circle.name_en, "name_fr": circle.name_fr}
    return {"id": circle.pk, **names, "purpose": circle.purpose, "members": members}


@router.get("/memberships", auth=Steward, response={200: list[MembershipOut], **REFUSED})
@in_english
def get_memberships(request: HttpRequest, agent: str = "") -> Any:
    """Who belongs to what, also what is over; with ``agent`` only what this one does, by handle."""
    rows = Membership.objects.select_related("agent__identity", "body__identity").order_by("pk")
    rows = rows.filter(agent=agent_called(agent)) if agent else rows
    return [_membership(row) for row in rows]


@router.post("/memberships", auth=Steward, response={201: MembershipOut, **REFUSED})
@in_english
def post_membership(request: HttpRequest, body: MembershipIn) -> Any:
    """Let somebody join."""
    if bool(body.body) == bool(body.circle):
        raise ProblemError([Problem("one-of-two", "body", "A membership is in a body or in a circle.", "Name one.")])
    where = {"circle": _circle_called(body.circle)} if body.circle else {"body": agent_called(body.body, "body")}
    words = {"role": body.role, "votes": body.votes, "since": body.since, "until": body.until, "key": body.key}
    made = join(agent=agent_called(body.agent), at=now(), by=token_of(request).agent_id, **where, **words)
    return Status(201, _membership(made))


@router.post("/memberships/{number}/end", auth=Steward, response={200: MembershipOut, **REFUSED})
@in_english
def post_end_of_membership(request: HttpRequest, number: Number) -> Any:
    """End a membership now; what has ended stays as it is."""
    row = row_of(Membership, number, "membership")
    return _membership(leave(membership=row, at=now(), by=token_of(request).agent_id))


def _circle_called(id: str) -> Circle:
    found = None if "\0" in id else Circle.objects.filter(pk=id).first()
    if found is None:
        raise not_found("circle", id)
    return found


def _membership(row: Membership) -> dict[str, Any]:
    body = handle_of(row.body) if row.body else ""
    times = {"since": row.since, "until": row.until}
    facts = {"role": row.role, "votes": row.votes, **times}
    return {"number": row.pk, "agent": handle_of(row.agent), "body": body, "circle": row.circle_id or "", **facts}
