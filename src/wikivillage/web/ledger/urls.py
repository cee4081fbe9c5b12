"""Addresses of the room's pages."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.ledger import calendar_views, promise_views, stock_views, trace_views, views
from wikivillage.web.shell import converters as converters

app_name = "ledger"
urlpatterns = [
    path("", views.entry, name="entry"),
    path("events/", views.events, name="events"),
    path("events.csv", views.events_csv, name="events_csv"),
    path("events/<id:id>/", views.event, name="event"),
    path("events/<id:id>/note/", views.note, name="note"),
    path("stocks/", stock_views.stocks, name="stocks"),
    path("stocks.csv", stock_views.stocks_csv, name="stocks_csv"),
    path("stocks/<long_id:id>/", stock_views.stock, name="stock"),
    path("promises/", promise_views.promises, name="promises"),
    path("promises/<id:id>/", promise_views.promise, name="promise"),
    path("processes/<id:id>/", promise_views.process, name="process"),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/end/", calendar_views.calendar_end, name="calendar_end"),
    path("calendar/village.ics", calendar_views.calendar_public, name="calendar_public"),
    path("calendar/<id:secret>.ics", calendar_views.calendar_of, name="calendar_of"),
    path("trace/<long_id:id>/", trace_views.story, name="trace"),
]
