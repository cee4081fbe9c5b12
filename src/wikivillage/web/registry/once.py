"""A form that is sent twice does its work once: its key is kept with what it made."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from wikivillage.web.registry.models import FormKey

KEPT = timedelta(days=30)
"""How long a form may lie before its key is forgotten."""


def new_key() -> str:
    """A key for a form that is about to be shown."""
    return secrets.token_urlsafe(24)


def made_before(key: str, table: Any, *, at: datetime) -> Any:
    """What a form with this key made before, else None: then this transaction has the key, and must ``remember``.

    Whoever sends the same key at the same moment waits for the end of the first transaction. An empty key is no key.
    """
    if not key:
        return None
    FormKey.objects.filter(at__lt=at - KEPT).delete()
    try:
        with transaction.atomic():
            FormKey.objects.create(key=key[:64], at=at)
    except IntegrityError:
        made = FormKey.objects.get(pk=key[:64]).made
        return table.objects.filter(pk=made).first()
    return None


def remember(key: str, row: Any) -> None:
    """Keep what a form made, so that its key answers with it from now on."""
    if key:
        FormKey.objects.filter(pk=key[:64]).update(made=str(row.pk))
