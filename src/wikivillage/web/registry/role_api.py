"""Roles, guardians and consents through the API."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from wikivillage.web.problems import Problems
from wikivillage.web.registry.access import now, token_of
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
from wikivillage.web.registry.consent_actions import end_guardianship, name_guardian
from wikivillage.web.registry.models import Consent, Guardianship, RoleGrant
from wikivillage.web.registry.role_actions import end_role, give_role

router = Router(tags=["registry"])
REFUSED = {422: Problems, 403: Problems, 404: Problems}


class RoleIn(Interval):
    """A role for somebody, in the whole village, or in one circle or place (``scope`` is its id)."""

    agent: str
    role: str
    scope_kind: Literal["", "circle", "place"] = ""
    scope: str = ""
    key: str = Field("", max_length=64)


class RoleOut(Schema):
    """Who holds a role where, from when to when."""

    number: int
    agent: str
    role: str
    scope_kind: str
    scope: str
    since: Moment
    until: Moment | None


class GuardianIn(Interval):
    """Somebody who acts for a ward; both are handles of persons."""

    ward: str
    guardian: str
    key: str = Field("", max_length=64)


class GuardianOut(Schema):
    """Who acts for whom, from when to when."""

    number: int
    ward: str
    guardian: str
    since: Moment
    until: Moment | None


class ConsentOut(Schema):
    """What somebody agreed to, when, and when they took it back. Only they themselves can, on their page."""

    agent: str
    purpose: str
    given_at: Moment
    withdrawn_at: Moment | None


@router.get("/roles", auth=Steward, response=list[RoleOut])
def get_roles(request: HttpRequest) -> Any:
    """Who holds what, also what is over."""
    return [_role(row) for row in RoleGrant.objects.select_related("agent__identity").order_by("pk")]


@router.post("/roles", auth=Steward, response={201: RoleOut, **REFUSED})
@in_english
def post_role(request: HttpRequest, body: RoleIn) -> Any:
    """Give a role. The agent of the token must hold one as high: a token gives no rights beyond those of its agent."""
    agent = agent_called(body.agent)
    words = body.dict(exclude={"agent", "role"}) | {"word": body.role}
    return Status(201, _role(give_role(agent=agent, at=now(), by=token_of(request).agent_id, **words)))


@router.post("/roles/{number}/end", auth=Steward, response={200: RoleOut, **REFUSED})
@in_english
def post_end_of_role(request: HttpRequest, number: Number) -> Any:
    """End a role now; what has ended stays as it is. The last steward stays."""
    return _role(end_role(grant=row_of(RoleGrant, number, "role"), at=now(), by=token_of(request).agent_id))


@router.get("/guardianships", auth=Steward, response=list[GuardianOut])
def get_guardianships(request: HttpRequest) -> Any:
    """Who acts for whom, also what is over."""
    rows = Guardianship.objects.select_related("ward__identity", "guardian__identity").order_by("pk")
    return [_guardianship(row) for row in rows]


@router.post("/guardianships", auth=Steward, response={201: GuardianOut, **REFUSED})
@in_english
def post_guardianship(request: HttpRequest, body: GuardianIn) -> Any:
    """Name a guardian."""
    people = {"ward": agent_called(body.ward, "ward"), "guardian": agent_called(body.guardian, "guardian")}
    words = body.dict(exclude={"ward", "guardian"})
    return Status(201, _guardianship(name_guardian(at=now(), by=token_of(request).agent_id, **people, **words)))


@router.post("/guardianships/{number}/end", auth=Steward, response={200: GuardianOut, **REFUSED})
@in_english
def post_end_of_guardianship(request: HttpRequest, number: Number) -> Any:
    """End a guardianship now; what has ended stays as it is."""
    row = row_of(Guardianship, number, "guardianship")
    return _guardianship(end_guardianship(guardianship=row, at=now(), by=token_of(request).agent_id))


@router.get("/consents", auth=Steward, response=list[ConsentOut])
def get_consents(request: HttpRequest) -> Any:
    """What people agreed to, also what they took back."""
    rows = Consent.objects.select_related("agent__identity").order_by("pk")
    times = ("given_at", "withdrawn_at")
    return [
        {"agent": handle_of(row.agent), "purpose": row.purpose, **{key: getattr(row, key) for key in times}}
        for row in rows
    ]


def _role(row: RoleGrant) -> dict[str, Any]:
    times = {"since": row.since, "until": row.until}
    scope = {"scope_kind": row.scope_kind, "scope": row.scope}
    return {"number": row.pk, "agent": handle_of(row.agent), "role": row.word, **scope, **times}


def _guardianship(row: Guardianship) -> dict[str, Any]:
    people = {"ward": handle_of(row.ward), "guardian": handle_of(row.guardian)}
    return {"number": row.pk, **people, "since": row.since, "until": row.until}
