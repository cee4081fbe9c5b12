"""The registry through the API: who acts, by the names that clients use."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from wikivillage.web.problems import Problems
from wikivillage.web.registry.access import TokenAuth, now, token_of
from wikivillage.web.registry.actions import add_agent
from wikivillage.web.registry.file_api import router as file_router
from wikivillage.web.registry.people_api import router as people_router
from wikivillage.web.registry.queries import list_agents
from wikivillage.web.registry.role_api import router as role_router

router = Router(tags=["registry"])
for part in (people_router, role_router, file_router):
    router.add_router("", part)


class AgentIn(Schema):
    """Somebody new; ``handle`` is what programs call them from now on."""

    handle: str
    kind: str = "person"
    name: str = ""


class AgentOut(Schema):
    """Who acts."""

    handle: str
    kind: str
    name: str


@router.get("/agents", auth=TokenAuth("read"), response=list[AgentOut])
def get_agents(request: HttpRequest) -> Any:
    """Everybody whom the village knows by name."""
    return [{"handle": handle, "kind": kind, "name": name} for handle, kind, name in list_agents() if handle]


@router.post("/agents", auth=TokenAuth("steward"), response={201: AgentOut, 422: Problems})
def post_agent(request: HttpRequest, body: AgentIn) -> Any:
    """Add somebody. A person is known to the ledger by a random pseudonym only."""
    agent = add_agent(handle=body.handle, kind=body.kind, name=body.name, at=now(), by=token_of(request).agent_id)
    return Status(201, {"handle": body.handle, "kind": agent.kind, "name": agent.identity.name})
