"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.demonstration"
    label = "demonstration"
    default_auto_field = "django.db.models.BigAutoField"
