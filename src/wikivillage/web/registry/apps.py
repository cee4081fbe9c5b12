"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
