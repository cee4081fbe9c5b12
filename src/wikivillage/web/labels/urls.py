"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.labels import views

app_name = "labels"
urlpatterns = [
    path("", views.labels, name="labels"),
    path("sheet.pdf", views.sheet_pdf, name="sheet_pdf"),
    path("kinds/<id:kind>/", views.kind, name="kind"),
    path("<id:id>/", views.label, name="label"),
    path("<id:id>/replace/", views.new_code, name="replace"),
    path("<id:id>/retire/", views.retire, name="retire"),
]
