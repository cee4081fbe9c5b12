"""Addresses of the shell."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.shell import views

app_name = "shell"
urlpatterns = [
    path("language/<str:lang>/", views.language, name="language"),
    path("light/<str:theme>/", views.light, name="light"),
]
