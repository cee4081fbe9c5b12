"""Writing a village file that came through the site: kept until it is confirmed, loaded once, forgotten after a day."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.models import Definition, PendingFile
from wikivillage.web.registry.uploads import village_in, village_state
from wikivillage.web.registry.village_actions import record_village
from wikivillage.web.registry.village_file import Differences
from wikivillage.web.registry.village_of_request import forget_village

KEPT = timedelta(days=1)
"""How long a file waits to be confirmed: it may name people."""


@transaction.atomic
def keep_file(*, name: str, text: str, at: datetime, by: str) -> PendingFile:
    """Keep an uploaded file until it is confirmed; those that nobody confirmed for a day are forgotten."""
    PendingFile.objects.filter(at__lt=at - KEPT).delete()
    id = secrets.token_hex(8)
    return PendingFile.objects.create(id=id, by_id=by, at=at, name=name[:200].replace("\0", ""), text=text)


@transaction.atomic
def load_file(*, pending: PendingFile, compared: str, at: datetime, by: str) -> Differences | None:
    """Put a file that was kept in place of the village, if that is still the one it was ``compared`` with.

    None where it was loaded already: a second click changes nothing. Raises ProblemError: upload-expired,
    village-changed, and every problem of the file.
    """
    kept: PendingFile | None = PendingFile.objects.select_for_update(no_key=True).filter(pk=pending.pk).first()
    if kept is not None and kept.loaded_at is not None:
        return None
    refuse_with(_check_waits(kept, at))
    assert kept is not None, "what is not there was refused"
    differences = load_text(name=kept.name, text=kept.text, compared=compared, at=at, by=by)
    kept.loaded_at, kept.text = at, ""
    kept.save(update_fields=["loaded_at", "text"])
    return differences


@transaction.atomic
def load_text(*, name: str, text: str, compared: str, at: datetime, by: str) -> Differences:
    """Put the text of a file in place of the village, if that is still the one it was ``compared`` with.

    Raises ProblemError: village-changed, and every problem of the file.
    """
    list(
        Definition.objects.select_for_update(no_key=True).filter(section="village")
    )  # whoever loads another file waits
    refuse_with(_check_same(compared))
    with village_in(text, name) as (village, base):
        differences = record_village(village=village, base=base, at=at, by=by)
    transaction.on_commit(forget_village)
    return differences


@transaction.atomic
def forget_file(*, pending: PendingFile, at: datetime, by: str) -> None:
    """Forget a file that shall not be loaded; one that was loaded stays noted."""
    deleted, _rows = PendingFile.objects.filter(pk=pending.pk, loaded_at=None).delete()
    if deleted:
        record_change("forget_file", "village", at=at, by=by)


def _check_waits(kept: PendingFile | None, at: datetime) -> list[Problem]:
    if kept is not None and at - kept.at < KEPT:
        return []
    what = _("This file waited too long, and is forgotten.")
    return [Problem("upload-expired", "file", what, _("Hand it in again."))]


def _check_same(compared: str) -> list[Problem]:
    if compared == village_state():
        return []
    what = _("Somebody loaded another village in the meantime.")
    return [Problem("village-changed", "file", what, _("Here is what differs now; look again, then confirm."))]
