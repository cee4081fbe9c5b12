"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class PulseConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.pulse"
    label = "pulse"
    default_auto_field = "django.db.models.BigAutoField"
