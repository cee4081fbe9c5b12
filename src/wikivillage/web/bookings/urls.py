"""Addresses of the room."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.bookings import mine_views, request_views, unit_views, use_urls, views
from wikivillage.web.shell import converters as converters

app_name = "bookings"
urlpatterns = [
    path("", views.find, name="find"),
    path("hold/", views.hold, name="hold"),
    path("wait/", views.wait_for, name="wait"),
    path("wait/<int:id>/end/", mine_views.wait_no_more, name="wait_no_more"),
    path("mine/", mine_views.mine, name="mine"),
    path("mine.csv", mine_views.mine_csv, name="mine_csv"),
    path("all.csv", request_views.all_csv, name="all_csv"),
    path("requests/", request_views.requests, name="requests"),
    path("units/", unit_views.units, name="units"),
    path("units.csv", unit_views.units_csv, name="units_csv"),
    path("units/new/", unit_views.new, name="unit_new"),
    path("units/defaults/", unit_views.defaults, name="defaults"),
    path("units/<id:id>/", unit_views.unit, name="unit"),
    path("units/<id:id>/rules/", unit_views.policy, name="policy"),
    path("units/<id:id>/retire/", unit_views.retire, name="retire"),
    path("units/<id:id>/series/", mine_views.series_new, name="series_new"),
    path("series/<id:uid>/", mine_views.series, name="series"),
    path("series/<id:uid>/goes-on/", mine_views.series_goes_on, name="series_goes_on"),
    *use_urls.urlpatterns,
    path("<id:id>/", views.booking, name="booking"),
    path("<id:id>/confirm/", views.confirm, name="confirm"),
    path("<id:id>/cancel/", views.cancel, name="cancel"),
    path("<id:id>/move/", mine_views.move, name="move"),
    path("<id:id>/decide/", request_views.decide, name="decide"),
]
