"""Addresses of one's own things."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.accounts import typed, views

app_name = "accounts"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("profile/", views.profile, name="profile"),
    path("sign-ins/end/", views.end_sign_ins, name="end_sign_ins"),
    path("tokens/<int:id>/end/", views.end_token, name="end_token"),
    path("letters/<uuid:id>/", views.letter, name="letter"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("export.json", views.export_json, name="export_json"),
    path("export.zip", views.export_zip, name="export_zip"),
    path("leave/", views.leave, name="leave"),
    path("leave/stay/", views.stay, name="stay"),
    path("typed/", typed.typed, name="typed"),
]
