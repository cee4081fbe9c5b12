"""Addresses of the day: at the machine, at the door, on the sheet, when something closes or breaks."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.bookings import closing_views, day_views, feed_views, here_views, outage_views
from wikivillage.web.shell import converters as converters

urlpatterns = [
    path("units/<id:id>/here/", here_views.unit_here, name="here"),
    path("units/<id:id>/here/start/", here_views.start, name="start"),
    path("units/<id:id>/here/stop/", here_views.stop, name="stop"),
    path("units/<id:id>/here/in/", here_views.enter, name="enter"),
    path("units/<id:id>/here/out/", here_views.leave, name="leave"),
    path("units/<id:id>/here/broken/", here_views.report, name="report"),
    path("units/<id:id>/door/", here_views.door, name="door"),
    path("units/<id:id>.ics", feed_views.unit_feed, name="unit_feed"),
    path("places/<id:id>.ics", feed_views.place_feed, name="place_feed"),
    path("machines/", day_views.machines, name="machines"),
    path("day/", day_views.day, name="day"),
    path("day.csv", day_views.day_csv, name="day_csv"),
    path("day.pdf", day_views.day_pdf, name="day_pdf"),
    path("close/", closing_views.close, name="close"),
    path("outages/", outage_views.outages, name="outages"),
    path("outages/<int:id>/end/", outage_views.end, name="outage_end"),
    path("outages/<int:id>/until/", outage_views.foresee, name="outage_until"),
]
