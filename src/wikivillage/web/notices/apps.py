"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
