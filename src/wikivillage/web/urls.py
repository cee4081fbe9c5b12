"""Addresses: the API, and nothing else yet."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.api import api

urlpatterns = [path("api/", api.urls)]
handler404 = "wikivillage.web.problems.nothing_there"
handler500 = "wikivillage.web.problems.our_mistake"
