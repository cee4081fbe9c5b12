"""The short addresses that are printed: /l/7KQ4/."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.labels import short_views

urlpatterns = [
    path("", short_views.ask, name="label_ask"),
    path("<id:id>/", short_views.follow, name="label"),
]
