"""Addresses of the room."""

from __future__ import annotations

from django.urls import path, re_path

from wikivillage.web.building import views

app_name = "building"
urlpatterns = [
    path("", views.index, name="index"),
    path("places.csv", views.places_csv, name="places_csv"),
    re_path(r"^floors/(?P<number>-?\d{1,9})/$", views.floor, name="floor"),
    path("<str:id>/", views.place, name="place"),
]
