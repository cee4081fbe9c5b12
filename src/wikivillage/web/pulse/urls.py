"""Addresses of the room: the front page and its file."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.pulse import views

app_name = "pulse"
urlpatterns = [
    path("", views.today, name="today"),
    path("got-it/", views.got_it, name="got_it"),
    path("flows.csv", views.flows, name="flows"),
]
