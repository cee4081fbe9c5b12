"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class LabelsConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.labels"
    label = "labels"
    default_auto_field = "django.db.models.BigAutoField"
