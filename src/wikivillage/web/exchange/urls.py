"""Addresses of the room: those of lots here, those of mutual help in ``helping_urls``."""

from __future__ import annotations

from django.urls import include, path

from wikivillage.web.exchange import drop_views, gesture_views, reservation_views, run_views, views, waste_views
from wikivillage.web.shell import converters as converters

app_name = "exchange"
urlpatterns = [
    path("", views.board, name="board"),
    path("lots.csv", views.board_csv, name="board_csv"),
    path("drop/", drop_views.drop, name="drop"),
    path("run/", run_views.run, name="run"),
    path("waste/", waste_views.register, name="waste"),
    path("waste.csv", waste_views.register_csv, name="waste_csv"),
    path("reservations/", reservation_views.mine, name="reservations"),
    path("reservations/<id:id>/cancel/", reservation_views.cancel, name="reservation_cancel"),
    path("lots/<id:id>/", views.lot, name="lot"),
    path("lots/<id:id>/photos/", gesture_views.photo_add, name="photo_add"),
    path("lots/<id:id>/photos/<int:position>/remove/", gesture_views.photo_remove, name="photo_remove"),
    path("lots/<id:id>/photos/<int:position>.jpg", views.photo, {"size": "large"}, name="photo"),
    path("lots/<id:id>/photos/<int:position>-small.jpg", views.photo, {"size": "small"}, name="photo_small"),
    *(
        path(f"lots/<id:id>/{word}/", gesture_views.gesture, {"word": word}, name=word)
        for word in gesture_views.GESTURES
    ),
    path("", include("wikivillage.web.exchange.helping_urls")),
]
