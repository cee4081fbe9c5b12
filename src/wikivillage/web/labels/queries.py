"""Questions to the labels. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from wikivillage.web.labels.codes import as_typed
from wikivillage.web.labels.models import Label


def find_label(kind: str, thing: str) -> Label | None:
    """The label of a thing that counts now."""
    return Label.objects.filter(kind=kind, thing=thing, retired_at=None).first()


def labels_of(kind: str, things: Iterable[str]) -> dict[str, Label]:
    """The label of each of some things that has one, in one query."""
    found = Label.objects.filter(kind=kind, thing__in=list(things), retired_at=None)
    return {label.thing: label for label in found}


def label_of_code(typed: str) -> Label | None:
    """The label of a code as somebody typed it, also one that was retired."""
    code = as_typed(typed)
    return Label.objects.filter(pk=code).first() if code else None


def labels_of_codes(typed: Iterable[str]) -> list[Label]:
    """The labels of some codes that count, in their order, each once."""
    codes = list(dict.fromkeys(as_typed(text) for text in typed))
    found = Label.objects.filter(retired_at=None).in_bulk([code for code in codes if code])
    return [found[code] for code in codes if code in found]


def labels_of_kind(kind: str, *, retired: bool = False) -> QuerySet[Label]:
    """The labels of a kind of things by title: those that count, or those that do no more."""
    which = Q(retired_at=None)
    return Label.objects.filter(~which if retired else which, kind=kind).order_by("title", "code")


def kinds() -> list[tuple[str, int]]:
    """The kinds of things that have labels, and how many count of each."""
    rows = Label.objects.values("kind").annotate(number=Count("pk", filter=Q(retired_at=None))).order_by("kind")
    return [(row["kind"], row["number"]) for row in rows]
