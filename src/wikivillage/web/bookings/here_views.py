"""The page behind the QR code of a room or a machine, and what is pressed on it; the screen beside its door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings import here, outage_actions, queries, session_actions, use_actions
from wikivillage.web.bookings.facts import policy_of
from wikivillage.web.bookings.models import Booking, Unit, UseSession
from wikivillage.web.bookings.now import now_of
from wikivillage.web.bookings.scopes import scope_of
from wikivillage.web.bookings.shown import floors, span_words, unit_name
from wikivillage.web.bookings.states import MACHINE
from wikivillage.web.bookings.use_forms import BrokenForm, StartForm, StopForm
from wikivillage.web.diary.reasons import day_words
from wikivillage.web.labels.queries import find_label
from wikivillage.web.registry.models import Agent, Place
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.shell.templatetags.village import language

REFRESH_SECONDS = 60
"""How often the screen at a door asks for itself again."""


def unit_or_404(id: str) -> Unit:
    """The unit of an address."""
    found = queries.find_unit(id)
    if found is None:
        raise Http404
    return found


def agent_of(seen: Viewer) -> Agent | None:
    """Who is signed in."""
    return Agent.objects.filter(pk=seen.agent).first() if seen.agent else None


@never_cache
@require_safe
def unit_here(request: HttpRequest, id: str) -> HttpResponse:
    """What somebody who stands at a unit can do now."""
    return _here(request, unit_or_404(id))


def _here(
    request: HttpRequest,
    unit: Unit,
    *,
    problems: tuple[Problem, ...] = (),
    title: str = "",
    typed: Any = None,
    status: int = 200,
) -> HttpResponse:
    seen, at, lang, zone = viewer_of(request), timezone.now(), language(), village_here().zone
    access(seen, "see", "unit")
    beside = typed.get("beside", "") if typed else ""
    state = here.here(unit, agent_of(seen), seen, at=at, lang=lang, beside=beside.replace("\0", "")[:80])
    now = now_of([unit], at)[unit.pk]
    context = {
        "unit": unit,
        "name": unit_name(unit, lang),
        "where": _where(unit, lang),
        "now": now,
        "word": now.word.words(lang),
        "sentence": now.sentence.words(lang),
        "here": state,
        "is_machine": unit.kind == MACHINE,
        "signed_in": seen.agent is not None,
        "key": new_key(),
        "start": StartForm(typed) if typed else StartForm(),
        "stop": StopForm(),
        "broken": BrokenForm(),
        "may_report": may(seen, "report", "outage"),
        "may_mend": may(seen, "end", "outage"),
        "freed": here.freed_after(unit),
        "keeps": may(seen, "close", "unit", scope=scope_of(unit, seen, "close", "unit")),
        "label": find_label("unit", unit.pk),
        "times": {
            name: span_words(row.begin, row.end, zone, lang)
            for name, row in (("inside", state.inside), ("enter", state.may_enter), ("next", state.next))
            if row is not None
        },
        "next_day": day_words(timezone.localtime(state.next.begin).date(), lang) if state.next else "",
        "problems": problems,
        "problem_title": title,
    }
    return render(request, "bookings/here.html", context, status=status)


def _where(unit: Unit, lang: str) -> str:
    """The place of a unit and its floor."""
    place = Place.objects.filter(pk=unit.place).first() if unit.place else None
    words = [] if place is None else [place.name_fr if lang == "fr" else place.name_en]
    return ", ".join(word for word in (*words, floors([unit], lang).get(unit.place, "")) if word)


def _pressed(
    request: HttpRequest, unit: Unit, act: Callable[[datetime], object], done: str, failed: str
) -> HttpResponse:
    """Do what was pressed, say so, and show the page again; or show it with every reason."""
    try:
        act(timezone.now())
    except ProblemError as error:
        return _here(request, unit, problems=error.problems, title=failed, typed=request.POST, status=422)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("bookings:here", args=[unit.pk]))


@require_POST
def start(request: HttpRequest, id: str) -> HttpResponse:
    """Start a machine."""
    unit, seen = unit_or_404(id), viewer_of(request)
    access(seen, "start", "session", owner=seen.agent)
    agent = agent_of(seen)
    assert agent is not None, "only who is signed in has something of their own"
    said = {"beside": request.POST.get("beside", "").replace("\0", "")[:80], "key": _key(request)}
    return _pressed(
        request,
        unit,
        lambda at: session_actions.start_session(unit=unit.pk, agent=agent, at=at, by=agent.pk, **said),
        _("It runs. Do not forget to say when you stop."),
        _("It cannot be started now"),
    )


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "").replace("\0", "")[:38]


@require_POST
def stop(request: HttpRequest, id: str) -> HttpResponse:
    """Stop a machine: one's own, or as who looks after it that of another."""
    unit, seen = unit_or_404(id), viewer_of(request)
    wanted = request.POST.get("session", "").replace("\0", "")[:16]
    session = UseSession.objects.filter(pk=wanted, unit=unit).select_related("booking").first()
    if session is None:
        raise Http404
    owner = session.booking.agent_id if seen.owns(session.booking.agent_id) else session.agent_id
    access(seen, "stop", "session", owner=owner, scope=scope_of(unit, seen, "stop", "session"))
    form = StopForm(request.POST)
    if not form.is_valid():
        problems = tuple(Problem("bad-measure", name, " ".join(said), "") for name, said in form.errors.items())
        return _here(request, unit, problems=problems, title=_("It cannot be stopped so"), status=422)
    return _pressed(
        request,
        unit,
        lambda at: session_actions.stop_session(session=session.pk, at=at, by=seen.agent or "", measured=form.measured),
        _("It is stopped. The rest of the time is free for others."),
        _("It cannot be stopped so"),
    )


def _booking_here(request: HttpRequest, unit: Unit) -> Booking:
    """The booking that was pressed, of this unit, where this person may say that they are there."""
    wanted = request.POST.get("booking", "").replace("\0", "")[:16]
    row = Booking.objects.filter(pk=wanted, unit=unit).first()
    if row is None:
        raise Http404
    seen = viewer_of(request)
    access(seen, "check_in", "booking", owner=row.agent_id, scope=scope_of(unit, seen, "check_in"))
    return row


@require_POST
def enter(request: HttpRequest, id: str) -> HttpResponse:
    """Say that one is there."""
    unit = unit_or_404(id)
    row, by = _booking_here(request, unit), viewer_of(request).agent or ""
    return _pressed(
        request,
        unit,
        lambda at: use_actions.check_in(booking=row.pk, at=at, by=by),
        _("You are here: the place is yours until the end of your booking."),
        _("You cannot come in now"),
    )


@require_POST
def leave(request: HttpRequest, id: str) -> HttpResponse:
    """Say that one leaves."""
    unit = unit_or_404(id)
    row, by = _booking_here(request, unit), viewer_of(request).agent or ""
    return _pressed(
        request,
        unit,
        lambda at: use_actions.check_out(booking=row.pk, at=at, by=by),
        _("You have left. The rest of the time is free for others."),
        _("You cannot leave it so"),
    )


@require_POST
def report(request: HttpRequest, id: str) -> HttpResponse:
    """Say that something does not work."""
    unit, seen = unit_or_404(id), viewer_of(request)
    access(seen, "report", "outage")
    said = request.POST.get("said", "")
    return _pressed(
        request,
        unit,
        lambda at: outage_actions.report_outage(
            unit=unit.pk, said=said, at=at, reporter=agent_of(seen), by=seen.agent or "", key=_key(request)
        ),
        _("Thank you. Who has it booked is told, and so is who mends it."),
        _("It cannot be reported so"),
    )


@require_safe
def door(request: HttpRequest, id: str) -> HttpResponse:
    """The screen beside a door: free or not, until when, what follows. It asks for itself every minute."""
    unit, at, lang, zone = unit_or_404(id), timezone.now(), language(), village_here().zone
    now = now_of([unit], at)[unit.pk]
    today = timezone.localtime(at).date()
    coming = [row for row in now.later if timezone.localtime(row.begin).date() == today]
    context = {
        "unit": unit,
        "name": unit_name(unit, lang),
        "where": _where(unit, lang),
        "now": now,
        "word": now.word.words(lang),
        "sentence": now.sentence.words(lang),
        "here": [_public(row, zone, lang) for row in now.here],
        "later": [_public(row, zone, lang) for row in coming[:4]],
        "label": find_label("unit", unit.pk),
        "day": day_words(today, lang, year=False),
        "at": at,
        "minutes": policy_of(unit).check_in_minutes,
    }
    response = render(request, "bookings/door.html", context)
    response.headers["Refresh"] = str(REFRESH_SECONDS)
    return response


def _public(row: Booking, zone: str, lang: str) -> tuple[str, str]:
    """When, and its title where everybody may read it."""
    title = row.title if row.visibility == "public" and row.title else pgettext("door", "taken")
    return span_words(row.begin, row.end, zone, lang), title
