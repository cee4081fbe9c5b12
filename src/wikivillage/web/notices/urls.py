"""Addresses of the letters."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.letters, name="letters"),
    path("<uuid:id>/", views.letter, name="letter"),
    path("<uuid:id>/send/", views.send, name="send"),
]
