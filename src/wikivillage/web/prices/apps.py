"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class PricesConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.prices"
    label = "prices"
    default_auto_field = "django.db.models.BigAutoField"
