"""Who may do what with what: the one table, and the one question."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from wikivillage.web.registry.viewer import Viewer


class NotPermittedError(PermissionDenied):
    """That somebody may not; ``reasons`` are sentences in their language, all of them."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


def may(viewer: Viewer, verb: str, kind: str, *, owner: str | None = None, scope: str | None = None) -> bool:
    """Whether somebody may do this to a thing of a kind that belongs to ``owner`` or stands in ``scope``."""
    return viewer.holds("steward") or verb == "see"


def access(viewer: Viewer, verb: str, kind: str, *, owner: str | None = None, scope: str | None = None) -> None:
    """The same, as a demand. Raises NotPermittedError with every reason."""
    if not may(viewer, verb, kind, owner=owner, scope=scope):
        raise NotPermittedError(["…"])
