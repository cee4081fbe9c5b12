"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.plans import downloads, scenario_views, views

app_name = "plans"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("new/", scenario_views.new, name="new"),
    path("compare/", views.compare, name="compare"),
    path("jobs/<int:id>/", scenario_views.progress, name="progress"),
    path("jobs/<int:id>/stop/", scenario_views.stop, name="stop"),
    path("<int:id>/", views.report, name="report"),
    path("<int:id>/numbers/", views.numbers, name="numbers"),
    path("<int:id>/choose/", views.choose, name="choose"),
    path("<int:id>/files/<str:name>", downloads.file, name="file"),
]
