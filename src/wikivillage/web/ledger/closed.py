"""What is of persons and households is not there for others: its address answers as one that leads nowhere."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404

from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.queries import private_among
from wikivillage.web.registry.viewer import Viewer


def hide_from_others(viewer: Viewer, kind: str, owners: Iterable[str | None]) -> None:
    """Raises Http404 where a thing of a ``kind`` belongs to persons or households, none of them the viewer's.

    Whoever has a role that only waits for its second factor is told so instead.
    """
    theirs = private_among(one for one in owners if one)
    if not theirs or any(may(viewer, "see", kind, owner=one) for one in theirs):
        return
    if viewer.waiting:
        access(viewer, "see", kind, owner=min(theirs))
    raise Http404
