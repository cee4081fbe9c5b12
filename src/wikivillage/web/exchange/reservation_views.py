"""My reservations, and giving one back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from wikivillage.web.exchange import lot_queries as queries
from wikivillage.web.exchange import reservation_actions
from wikivillage.web.exchange.helping_pages import looker, place_names
from wikivillage.web.exchange.lot_words import PURPOSES, RESERVATIONS, RESERVED
from wikivillage.web.exchange.models import Reservation
from wikivillage.web.exchange.ways import ways
from wikivillage.web.registry.permits import access
from wikivillage.web.shell.pages import page_of


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What is kept for me, and what was."""
    seen = looker(request)
    access(seen.viewer, "see", "reservation", owner=seen.me or None)
    page, places = page_of(request, queries.reservations_of(seen.mine)), place_names(seen.lang)
    rows = [
        {
            "row": one,
            "open": one.state == RESERVED and one.until > seen.now,
            "state": RESERVATIONS["lapsed" if one.state == RESERVED and one.until <= seen.now else one.state],
            "purpose": PURPOSES[one.purpose],
            "place": places.get(one.lot.place, one.lot.place),
        }
        for one in page.items
    ]
    context = {"page": page, "rows": rows, "ways": ways(seen.viewer)}
    return render(request, "exchange/reservations.html", context)


@never_cache
@require_POST
def cancel(request: HttpRequest, id: str) -> HttpResponse:
    """Give back what is kept."""
    seen, one = looker(request), Reservation.objects.filter(pk=id).first()
    if one is None:
        raise Http404
    access(seen.viewer, "cancel", "reservation", owner=one.agent_id)
    reservation_actions.cancel_reservation(id=id, at=seen.now, by=seen.me)
    messages.success(request, _("It is given back, and free for others."))
    return HttpResponseRedirect(reverse("exchange:lot", args=[one.lot_id]))
