"""Addresses of letters and inboxes."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.notices import inbox_views, views

app_name = "notices"
urlpatterns = [
    path("", views.letters, name="letters"),
    path("mine/", inbox_views.mine, name="mine"),
    path("mine/read/", inbox_views.read_all, name="read_all"),
    path("mine/<int:id>/", inbox_views.open_notice, name="open"),
    path("preferences/", inbox_views.preferences, name="preferences"),
    path("end/<id:signed>/", inbox_views.unsubscribe, name="unsubscribe"),
    path("<uuid:id>/", views.letter, name="letter"),
    path("<uuid:id>/send/", views.send, name="send"),
]
