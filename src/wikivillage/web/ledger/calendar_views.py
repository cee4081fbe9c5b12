"""Calendars: the page on which somebody gets their secret link, and what the links give."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wikivillage.web.ledger import calendars
from wikivillage.web.ledger.calendar_actions import (
    access_calendar,
    calendar_link_of,
    end_calendar_link,
    make_calendar_link,
)
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import access
from wikivillage.web.registry.viewer import VISITOR, Viewer, viewer, viewer_of
from wikivillage.web.shell.calendars import CONTENT
from wikivillage.web.shell.templatetags.village import language


@require_http_methods(["GET", "POST"])
@never_cache
def calendar(request: HttpRequest) -> HttpResponse:
    """What calendars there are; with POST a new secret link, which is shown this one time."""
    seen, secret = viewer_of(request), made_secret(request)
    context = {
        "key": new_key(),
        "signed_in": seen.agent is not None,
        "link": calendar_link_of(seen.agent) if seen.agent else None,
        "secret": _address(request, "ledger:calendar_of", [secret]) if secret else "",
        "public": _address(request, "ledger:calendar_public", []),
    }
    return render(request, "ledger/calendar.html", context)


def made_secret(request: HttpRequest) -> str:
    """The secret of a new link where the form asks for one; empty where it does not, or asked before."""
    if request.method != "POST":
        return ""
    agent, key = _own_agent(request), request.POST.get("key", "").replace("\0", "")
    return make_calendar_link(agent=agent, at=timezone.now(), by=agent, key=key)


def end_and_go(request: HttpRequest, back: str) -> HttpResponse:
    """End one's link, and go ``back`` to a page: calendars that have it get nothing any more."""
    agent = _own_agent(request)
    end_calendar_link(agent=agent, at=timezone.now(), by=agent)
    return HttpResponseRedirect(reverse(back))


def _own_agent(request: HttpRequest) -> str:
    seen = viewer_of(request)
    access(seen, "change", "own_things", owner=seen.agent)
    assert seen.agent is not None, "only who is signed in has things of their own"
    return seen.agent


def _address(request: HttpRequest, name: str, args: list[str]) -> str:
    return request.build_absolute_uri(f"{reverse(name, args=args)}?lang={language()}")


@require_POST
def calendar_end(request: HttpRequest) -> HttpResponse:
    """End one's link."""
    return end_and_go(request, "ledger:calendar")


@require_GET
def calendar_of(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret: the promises of its agent and of whom they act for."""
    agent, at = access_calendar(secret), timezone.now()
    if agent is None:
        raise Http404
    seen = viewer(agent, at=at, second_factor=False)
    found = calendars.promises_of([agent, *sorted(seen.acts_for)], at)
    response = _answer(request, found, seen, _("My promises"))
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_GET
def calendar_public(request: HttpRequest) -> HttpResponse:
    """What everybody may know of: promises between organisations, what is needed and offered."""
    found = calendars.public_promises(timezone.now())
    return _answer(request, found, VISITOR, _("Promises of the village"))


def _answer(request: HttpRequest, found: calendars.Found, seen: Viewer, name: str) -> HttpResponse:
    lang = request.GET.get("lang", "")
    village: Any = request.village
    with translation.override(lang if lang in ("en", "fr") else translation.get_language()):
        text = calendars.calendar_text(
            found,
            viewer=seen,
            lang=language(),
            at=timezone.now(),
            name=f"{village.name}: {translation.gettext(name)}",
            zone=village.zone,
            address=lambda id: request.build_absolute_uri(reverse("ledger:promise", args=[id])),
        )
    return HttpResponse(text, content_type=CONTENT)
