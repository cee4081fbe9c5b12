"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class MetersConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.meters"
    label = "meters"
    default_auto_field = "django.db.models.BigAutoField"
