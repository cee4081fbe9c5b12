"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class BuildingConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.building"
    label = "building"
    default_auto_field = "django.db.models.BigAutoField"
