"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

import wikivillage.web.shell.converters  # noqa: F401  (makes <id:...> known)
from wikivillage.web.prices import views

app_name = "prices"
urlpatterns = [
    path("", views.rules, name="rules"),
    path("mine/", views.mine, name="mine"),
    path("bands/", views.bands, name="bands"),
    path("bands/<id:pseudonym>/end/", views.leave_band, name="leave_band"),
    path("<id:service>/", views.newest, name="newest"),
    path("<id:service>/<int:number>/", views.version, name="version"),
    path("<id:service>/<int:number>/decide/", views.decide, name="decide"),
]
