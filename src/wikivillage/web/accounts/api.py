"""One's own things through the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from wikivillage.web.accounts import export
from wikivillage.web.registry.access import TokenAuth, now, token_of
from wikivillage.web.registry.viewer import viewer

router = Router(tags=["me"])


@router.get("/me", auth=TokenAuth("read"), response={200: dict[str, Any]})
def get_me(request: HttpRequest) -> HttpResponse:
    """Everything that the village knows of the agent whose token this is: the same as the page gives."""
    agent = token_of(request).agent
    looking = viewer(agent.pk, at=now(), second_factor=False)
    tree = export.everything(agent=agent, viewer=looking, at=now(), lang="en")
    return HttpResponse(export.as_json(tree), content_type="application/json; charset=utf-8")
