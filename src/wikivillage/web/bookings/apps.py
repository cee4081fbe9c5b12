"""The room as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """Names the room."""

    name = "wikivillage.web.bookings"
    label = "bookings"
    default_auto_field = "django.db.models.BigAutoField"
