"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
