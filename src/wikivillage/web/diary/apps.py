"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class DiaryConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.diary"
    label = "diary"
    default_auto_field = "django.db.models.BigAutoField"
