"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.shell"
    label = "shell"
    default_auto_field = "django.db.models.BigAutoField"
