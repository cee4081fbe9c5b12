"""Finding something free, choosing it, and one booking: what it costs and why, to confirm, to cancel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings import actions, figure, queries, shown
from wikivillage.web.bookings.booking_shown import shown_booking
from wikivillage.web.bookings.energy import runs
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.rules import time_words
from wikivillage.web.bookings.scopes import scope_of, somewhere
from wikivillage.web.bookings.searching import LENGTHS, clock_choices, day_choices, headline, in_words, read_search
from wikivillage.web.bookings.series_actions import cancel_dates
from wikivillage.web.bookings.states import FEATURES
from wikivillage.web.bookings.waiting_actions import wait
from wikivillage.web.diary.queries import find_occurrence
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.shell.kept import kept_for_visitors
from wikivillage.web.shell.templatetags.village import language


def ways(viewer: Viewer) -> dict[str, bool]:
    """Which pages of this room open to somebody."""
    return {
        "mine": viewer.agent is not None,
        "decide": somewhere(viewer, "approve"),
        "add": may(viewer, "add", "unit"),
        "list": somewhere(viewer, "list"),
        "close": somewhere(viewer, "close", "unit"),
    }


@require_safe
@kept_for_visitors
def find(request: HttpRequest) -> HttpResponse:
    """What is free: a form, slots with their electricity, and what does not fit with every reason."""
    viewer, lang, now = viewer_of(request), language(), timezone.localtime()
    wanted = read_search(request.GET, now)
    zone = village_here().zone
    agent = _for_whom(viewer, request.GET.get("for", ""))
    search = wanted.search(now, zone)
    most = queries.MANY_OFFERS if wanted.more else queries.FEW_OFFERS
    found = queries.free_units(search, agent=agent, kinds=wanted.kinds, needs=wanted.needs, most=most)
    parts = runs(found.mixes, search.begin, search.end)
    context = {
        "wanted": wanted,
        "headline": headline(wanted, now.date(), lang),
        "days": day_choices(now.date(), wanted.day, lang),
        "clocks": clock_choices(lang, (wanted.begin, wanted.end)),
        "features": [(word, name, word in wanted.needs) for word, name in FEATURES.items()],
        "offers": shown.offers(
            found.offers, found.units, found.mixes, zone=zone, lang=lang, by_energy=wanted.by_energy
        ),
        "refused": shown.refused(found.refused, found.units, persons=wanted.persons, zone=zone, lang=lang),
        "fits": in_words(len(found.offers)),
        "more": found.more,
        "count_refused": len(found.refused) + found.more_refused,
        "misfits": in_words(len(found.refused) + found.more_refused),
        "some": bool(found.units),
        "strip": mark_safe(figure.strip(parts, search.begin, search.end, zone=zone, lang=lang)) if parts else "",
        "strip_words": figure.sentence(parts, zone=zone, lang=lang),
        "key": [(figure.FILLS[name], figure.NAMES[name].words(lang)) for name in figure.sources(parts)],
        "lengths": [(minutes, time_words(minutes).words(lang)) for minutes in LENGTHS],
        "for_choices": _for_choices(viewer, lang),
        "for_agent": agent.pk if agent else "",
        "signed_in": viewer.agent is not None,
        "form_key": new_key(),
        "ways": ways(viewer),
    }
    return render(request, "bookings/find.html", context)


def _for_whom(viewer: Viewer, wished: str) -> Agent | None:
    """Whom a search is for: oneself, or somebody for whom one acts."""
    if viewer.agent is None:
        return None
    chosen = wished if wished in viewer.acts_for else viewer.agent
    return Agent.objects.get(pk=chosen)


def _for_choices(viewer: Viewer, lang: str) -> list[tuple[str, str]]:
    if not viewer.acts_for:
        return []
    theirs = queries.own(viewer)
    names = names_for(viewer, theirs, lang)
    return [(pk, _("me") if pk == viewer.agent else names[pk]) for pk in theirs]


@never_cache
@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Choose a slot: it is kept for a quarter of an hour, and its price is shown."""
    viewer = viewer_of(request)
    back = _back(request)
    unit, begin, end = _slot(request.POST.get("slot", ""))
    agent = _for_whom(viewer, request.POST.get("for", ""))
    access(viewer, "make", "booking", owner=agent.pk if agent else None)
    assert agent is not None, "the permit asks for somebody"
    said = {"unit": unit, "begin": begin, "end": end, "persons": _number(request.POST.get("n", "1"))}
    words = {"at": timezone.now(), "by": viewer.agent or "", "key": request.POST.get("key", "").replace("\0", "")}
    try:
        row = actions.hold(agent=agent, **said, **words)
    except ProblemError as error:
        return _refused(request, error.problems, back=back, said=said, agent=agent)
    return redirect("bookings:booking", id=row.pk)


def _refused(
    request: HttpRequest, problems: Sequence[Problem], *, back: str, said: dict[str, Any], agent: Agent
) -> HttpResponse:
    """Every reason, and what would work: the way back, or the waiting list where it is only taken."""
    unit, lang = queries.find_unit(said["unit"]), language()
    context = {
        "problems": problems,
        "back": back,
        "unit": unit,
        "name": shown.unit_name(unit, lang) if unit else "",
        "when": shown.when_words(said["begin"], said["end"], village_here().zone, lang),
        "may_wait": unit is not None and {one.code for one in problems} == {"taken"},
        "said": said,
        "slot": request.POST.get("slot", ""),
        "agent": agent,
    }
    return render(request, "bookings/refused.html", context, status=422)


def _back(request: HttpRequest) -> str:
    """The search from which somebody came, as an address of this room."""
    query = request.POST.get("back", "").replace("\0", "")
    return f"{reverse('bookings:find')}{'?' if query else ''}{query.lstrip('?')}"


def _slot(text: str) -> tuple[str, datetime, datetime]:
    """What the button of a slot says. Raises BadRequest."""
    try:
        unit, begin, minutes = text.split("|")
        first = datetime.fromisoformat(begin)
        length = int(minutes)
    except ValueError:
        raise BadRequest("no slot") from None
    if timezone.is_naive(first) or not 0 < length <= 60 * 24 * 31 or not 1990 < first.year < 2190:
        raise BadRequest("no slot")
    return unit, first, first + timedelta(minutes=length)


def _number(text: str) -> int:
    return int(text) if text.strip().isdecimal() and len(text) < 6 and int(text) else 1


@never_cache
@require_POST
def wait_for(request: HttpRequest) -> HttpResponse:
    """Wait for a time that somebody else has."""
    viewer = viewer_of(request)
    unit, begin, end = _slot(request.POST.get("slot", ""))
    agent = _for_whom(viewer, request.POST.get("for", ""))
    access(viewer, "make", "booking", owner=agent.pk if agent else None)
    assert agent is not None, "the permit asks for somebody"
    persons = _number(request.POST.get("n", "1"))
    said = {"unit": unit, "begin": begin, "end": end, "persons": persons}
    try:
        wait(agent=agent, at=timezone.now(), by=viewer.agent or "", **said)
    except ProblemError as error:
        return _refused(request, error.problems, back=reverse("bookings:find"), said=said, agent=agent)
    messages.success(request, _("You are on the waiting list. If it comes free, it is kept for you for twelve hours."))
    return redirect("bookings:mine")


def booking_or_404(id: str) -> Booking:
    """A booking. Raises Http404."""
    row = queries.find_booking(id)
    if row is None:
        raise Http404
    return row


def owned(request: HttpRequest, id: str, verb: str) -> tuple[Viewer, Booking]:
    """A booking that somebody may do this to. Raises Http404, NotPermittedError."""
    viewer, row = viewer_of(request), booking_or_404(id)
    access(viewer, verb, "booking", owner=row.agent_id, scope=scope_of(row.unit, viewer, verb))
    return viewer, row


@never_cache
@require_safe
def booking(request: HttpRequest, id: str) -> HttpResponse:
    """One booking: where, when, what it costs and why; and what can be done with it now.

    Whoever only knows of it from the agenda is led to what is booked.
    """
    viewer, row = viewer_of(request), booking_or_404(id)
    thing = {"owner": row.agent_id, "scope": scope_of(row.unit, viewer, "see")}
    if not may(viewer, "see", "booking", **thing) and find_occurrence(row.occurrence, viewer) is not None:
        return redirect("bookings:unit", id=row.unit_id)
    access(viewer, "see", "booking", **thing)
    return _page(request, viewer, row)


def _page(request: HttpRequest, viewer: Viewer, row: Booking, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"one": shown_booking(row, viewer, at=timezone.now(), lang=language()), "ways": ways(viewer)}
    return render(request, "bookings/booking.html", {**context, **more}, status=status)


@never_cache
@require_POST
def confirm(request: HttpRequest, id: str) -> HttpResponse:
    """The last button: book it, or ask for it where somebody decides."""
    viewer, row = owned(request, id, "make")
    words = {"at": timezone.now(), "by": viewer.agent or "", "title": request.POST.get("title")}
    try:
        if "ask" in request.POST:
            actions.request(booking=row, **words)
            messages.success(request, _("You asked for it. You are told as soon as somebody has decided."))
            return redirect("bookings:booking", id=id)
        done = actions.confirm(booking=row, **words)
    except ProblemError as error:
        return _page(request, viewer, booking_or_404(id), status=422, problems=error.problems)
    if not done.booked and done.difference is not None:
        return _page(request, viewer, booking_or_404(id), difference=done.difference.words(language()))
    messages.success(request, _("It is booked. Nothing more to do."))
    return redirect("bookings:booking", id=id)


@never_cache
@require_POST
def cancel(request: HttpRequest, id: str) -> HttpResponse:
    """Cancel a booking, let go of a hold, or say no to an offer; of a series, as many dates as wished."""
    viewer, row = owned(request, id, "cancel")
    was_held = row.state in ("held", "offered", "expired")
    words = {"at": timezone.now(), "by": viewer.agent or "", "why": request.POST.get("why", "")}
    try:
        gone = cancel_dates(booking=row, scope=request.POST.get("scope", "this"), **words)
    except ProblemError as error:
        return _page(request, viewer, booking_or_404(id), status=422, problems=error.problems)
    if was_held:
        messages.success(request, _("It is free for others again."))
        return redirect("bookings:find")
    messages.success(request, _("It is cancelled.") if len(gone) == 1 else _("These dates are cancelled."))
    return redirect("bookings:booking", id=id)
