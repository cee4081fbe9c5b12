"""The village file through the API: take it, try another, load it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from wikivillage.web.problems import Problems
from wikivillage.web.registry.access import now, token_of
from wikivillage.web.registry.api_parts import Steward, in_english
from wikivillage.web.registry.file_actions import load_text
from wikivillage.web.registry.uploads import LARGEST_UPLOAD, text_of_upload, village_in, village_state
from wikivillage.web.registry.village_actions import record_village
from wikivillage.web.registry.village_file import Differences, dump_stored_village

router = Router(tags=["registry"])
NAME = "village.yaml"


class VillageFileOut(Schema):
    """The village file of now, and its state, which another file is compared with."""

    text: str
    state: str


class VillageFileIn(Schema):
    """A changed file. With ``dry_run`` nothing is written; else ``state`` says which village it was compared with."""

    text: str = Field(max_length=LARGEST_UPLOAD)
    dry_run: bool = True
    state: str = Field("", max_length=64)


class DifferencesOut(Schema):
    """What a file changes, as ids by section, and the state of the village afterwards."""

    added: dict[str, list[str]]
    removed: dict[str, list[str]]
    changed: dict[str, list[str]]
    state: str


@router.get("/village-file", auth=Steward, response={200: VillageFileOut, 422: Problems})
def get_village_file(request: HttpRequest) -> Any:
    """The village file of now. It names people: handle it with care."""
    return {"text": dump_stored_village(), "state": village_state()}


@router.post("/village-file", auth=Steward, response={200: DifferencesOut, 422: Problems, 403: Problems})
@in_english
def post_village_file(request: HttpRequest, body: VillageFileIn) -> Any:
    """See what a file would change, or load it, if the village is still the one that it was compared with."""
    text = text_of_upload(NAME, body.text.encode())
    if body.dry_run:
        with village_in(text, NAME) as (village, base):
            return _told(record_village(village=village, base=base, at=now(), dry_run=True))
    by = token_of(request).agent_id
    return _told(load_text(name=NAME, text=text, compared=body.state, at=now(), by=by))


def _told(differences: Differences) -> dict[str, Any]:
    found = {"added": differences.added, "removed": differences.removed, "changed": differences.changed}
    return {**{key: dict(ids) for key, ids in found.items()}, "state": village_state()}
