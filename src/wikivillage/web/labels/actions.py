"""Everything that writes labels: one for each thing, replaced or retired when the thing's sticker no longer counts."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from django.db import IntegrityError, transaction

from wikivillage.web.labels.codes import code_of
from wikivillage.web.labels.models import Label
from wikivillage.web.registry.actions import record_change

LONGEST_TITLE = 200


@transaction.atomic
def put_label(*, kind: str, thing: str, path: str, title: str, at: datetime, by: str = "") -> Label:
    """The label of a thing, made where it has none; asked again, it keeps its code and learns the new path and title.

    ``path`` is an address of the site, such as ``/bookings/units/printer/here/``.
    """
    assert path[:1] == "/", "a label leads to a page of this site"
    assert path[1:2] not in ("/", "\\"), "a label leads to a page of this site"
    said = {"path": path, "title": " ".join(title.replace("\0", "").split())[:LONGEST_TITLE]}
    found = Label.objects.filter(kind=kind, thing=thing, retired_at=None).first()
    if found is None:
        return _new_label(kind, thing, said, at, by)
    if (found.path, found.title) != (said["path"], said["title"]):
        Label.objects.filter(pk=found.pk).update(**said)
        found.path, found.title = said["path"], said["title"]
    return found


@transaction.atomic
def retire_label(*, kind: str, thing: str, at: datetime, by: str = "") -> bool:
    """Let the label of a thing lead nowhere any more; False where it has none that counts."""
    found = Label.objects.filter(kind=kind, thing=thing, retired_at=None).first()
    if found is None:
        return False
    changed = Label.objects.filter(pk=found.pk, retired_at=None).update(retired_at=at, retired_by=by)
    if changed:
        record_change("retire_label", found.code, at=at, by=by)
    return bool(changed)


@transaction.atomic
def replace_label(*, code: str, at: datetime, by: str = "") -> Label | None:
    """A new code for the thing of a label, whose sticker is lost or copied; None where the label counts no more."""
    found = Label.objects.filter(pk=code, retired_at=None).first()
    if found is None or not retire_label(kind=found.kind, thing=found.thing, at=at, by=by):
        return None
    return put_label(kind=found.kind, thing=found.thing, path=found.path, title=found.title, at=at, by=by)


def _new_label(kind: str, thing: str, said: dict[str, str], at: datetime, by: str) -> Label:
    """Try codes until one is nobody's. Two who label a thing at the same moment get the same label."""
    for number in count():
        code = code_of(kind, thing, number)
        if Label.objects.filter(pk=code).exists():
            continue
        try:
            with transaction.atomic():
                return Label.objects.create(code=code, kind=kind, thing=thing, made_at=at, made_by=by, **said)
        except IntegrityError:
            other = Label.objects.filter(kind=kind, thing=thing, retired_at=None).first()
            if other is not None:
                return other
    raise AssertionError("codes do not end")
