"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.diary import opening_views, put_views, views
from wikivillage.web.shell import converters as converters

app_name = "diary"
urlpatterns = [
    path("", views.agenda, name="agenda"),
    path("new/", put_views.new, name="new"),
    path("village.ics", views.calendar_public, name="calendar_public"),
    path("dates/<id:uid>/", views.occurrence, name="occurrence"),
    path("dates/<id:uid>/cancel/", views.cancel, name="cancel"),
    path("dates/<id:uid>.ics", views.calendar_one, name="calendar_one"),
    path("calendars/", views.calendars, name="calendars"),
    path("calendars/end/", views.calendars_end, name="calendars_end"),
    path("calendars/<id:secret>.ics", views.calendar_of, name="calendar_of"),
    path("openings/", opening_views.openings, name="openings"),
    path("openings/hours/", opening_views.opening, name="opening"),
    path("openings/closed/", opening_views.closure, name="closure"),
    path("openings/closed/<int:id>/end/", opening_views.end_closure, name="end_closure"),
]
