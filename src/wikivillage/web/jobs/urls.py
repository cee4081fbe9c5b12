"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.run_log, name="run_log"),
    path("<int:id>/", views.one_job, name="one_job"),
    path("<int:id>/stop/", views.stop_job, name="stop"),
    path("<int:id>/start/", views.start_job, name="start"),
]
