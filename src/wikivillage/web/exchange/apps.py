"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
