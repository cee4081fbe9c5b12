"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
