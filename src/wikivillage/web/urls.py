"""Addresses: the pages of each room, and the API."""

from __future__ import annotations

from django.urls import include, path

from wikivillage.web.api import api

urlpatterns = [
    path("", include("wikivillage.web.pulse.urls")),
    path("building/", include("wikivillage.web.building.urls")),
    path("meters/", include("wikivillage.web.meters.urls")),
    path("ledger/", include("wikivillage.web.ledger.urls")),
    path("plans/", include("wikivillage.web.plans.urls")),
    path("prices/", include("wikivillage.web.prices.urls")),
    path("diary/", include("wikivillage.web.diary.urls")),
    path("l/", include("wikivillage.web.labels.short_urls")),
    path("labels/", include("wikivillage.web.labels.urls")),
    path("bookings/", include("wikivillage.web.bookings.urls")),
    path("exchange/", include("wikivillage.web.exchange.urls")),
    path("village/", include("wikivillage.web.registry.urls")),
    path("jobs/", include("wikivillage.web.jobs.urls")),
    path("letters/", include("wikivillage.web.notices.urls")),
    path("me/", include("wikivillage.web.accounts.urls")),
    path("accounts/", include("wikivillage.web.accounts.entrance_urls")),
    path("accounts/", include("allauth.urls")),
    path("shell/", include("wikivillage.web.shell.urls")),
    path("api/", api.urls),
]
handler400 = "wikivillage.web.shell.errors.bad_request"
handler403 = "wikivillage.web.shell.errors.not_allowed"
handler404 = "wikivillage.web.shell.errors.nothing_there"
handler429 = "wikivillage.web.accounts.too_many.too_many"  # allauth asks for it
handler500 = "wikivillage.web.shell.errors.our_mistake"
