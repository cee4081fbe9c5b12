"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.meters import steward_views, views
from wikivillage.web.shell import converters as converters

app_name = "meters"
urlpatterns = [
    path("", views.meters, name="meters"),
    path("meters.csv", views.meters_csv, name="meters_csv"),
    path("evidence/<id:event>/", views.evidence, name="evidence"),
    path("quarantine/", steward_views.quarantine, name="quarantine"),
    path("quarantine/<int:id>/release/", steward_views.release, name="release"),
    path("quarantine/<int:id>/dismiss/", steward_views.dismiss, name="dismiss"),
    path("close/", steward_views.close, name="close"),
    path("upload/", steward_views.upload, name="upload"),
    path("<id:id>/", views.meter, name="meter"),
    path("<id:id>/readings.csv", views.readings_csv, name="readings_csv"),
    path("<id:id>/sums.csv", views.sums_csv, name="sums_csv"),
]
