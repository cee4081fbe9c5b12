"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"
