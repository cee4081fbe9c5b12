"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
