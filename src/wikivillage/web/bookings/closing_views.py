"""Closing a room, a machine or a whole place for a time: first who is touched and where each could go, then done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings import closing
from wikivillage.web.bookings.blackouts import NO_EQUAL
from wikivillage.web.bookings.closing_actions import CANCEL, KEEP, close_units
from wikivillage.web.bookings.models import Booking
from wikivillage.web.bookings.scopes import closing_scope, somewhere
from wikivillage.web.bookings.shown import unit_name, when_words
from wikivillage.web.bookings.states import STATES
from wikivillage.web.bookings.use_forms import CloseForm
from wikivillage.web.bookings.views import ways
from wikivillage.web.diary.actions import closure_problems
from wikivillage.web.registry.permits import access
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.shell.templatetags.village import language

MOVE = "move-"
"""How the fields begin that say what becomes of a booking."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A booking that a closing meets, in words, with what can become of it."""

    id: str
    unit: str
    when: str
    who: str
    people: int
    state: str
    choices: tuple[tuple[str, str], ...]
    chosen: str
    why: str


@never_cache
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """Close something: the address holds what and when, so that the list can be loaded again; a button does it."""
    seen = viewer_of(request)
    if not somewhere(seen, "close", "unit"):
        access(seen, "close", "unit")
    typed = request.POST if request.method == "POST" else request.GET
    if "first" not in typed:
        day = timezone.localdate() + timedelta(days=1)
        initial = {"first": day, "last": day, "subject": typed.get("subject", "")[:64].replace("\0", "")}
        form = CloseForm(initial=initial, viewer=seen)
        return render(request, "bookings/close.html", {"form": form, "ways": ways(seen)})
    access(seen, "close", "unit", scope=closing_scope(typed.get("subject", ""), seen))
    form = CloseForm(typed, viewer=seen)
    if not form.is_valid():
        return render(request, "bookings/close.html", {"form": form, "ways": ways(seen)}, status=422)
    if request.method == "POST" and "confirm" in request.POST:
        return _do(request, form, seen)
    return _look(request, form, seen)


def _do(request: HttpRequest, form: CloseForm, seen: Viewer) -> HttpResponse:
    begin, end = form.times
    decided = {name.removeprefix(MOVE): str(value) for name, value in request.POST.items() if name.startswith(MOVE)}
    said = form.cleaned_data
    words = {name: said[name] for name in ("subject", "why_fr", "why_en")}
    try:
        done = close_units(begin=begin, end=end, at=timezone.now(), by=seen.agent or "", decided=decided, **words)
    except ProblemError as error:
        return _look(request, form, seen, problems=error.problems, decided=decided)
    messages.success(request, _done_words(len(done.moved), len(done.cancelled)))
    return HttpResponseRedirect(f"{reverse('bookings:day')}?day={timezone.localtime(begin):%Y-%m-%d}")


def _done_words(moved: int, cancelled: int) -> str:
    """That it is closed, and what became of the bookings that it met."""
    said = [_("It is closed.")]
    if moved:
        said.append(ngettext("%(n)d booking was moved.", "%(n)d bookings were moved.", moved) % {"n": moved})
    if cancelled:
        words = ngettext("%(n)d booking was cancelled.", "%(n)d bookings were cancelled.", cancelled)
        said.append(words % {"n": cancelled})
    return " ".join([*said, _("Everybody concerned is told.")] if moved or cancelled else said)


def _look(
    request: HttpRequest,
    form: CloseForm,
    seen: Viewer,
    *,
    problems: tuple[Problem, ...] = (),
    decided: dict[str, str] | None = None,
) -> HttpResponse:
    """Who is touched, before anything is written."""
    begin, end = form.times
    said, lang, zone = form.cleaned_data, language(), village_here().zone
    wrong = closure_problems(
        subject=said["subject"], begin=begin, end=end, why_en=said["why_en"], why_fr=said["why_fr"]
    )
    context: dict[str, Any] = {"form": form, "problems": problems or tuple(wrong), "ready": not wrong}
    context["ways"] = ways(seen)
    if not wrong:
        found = closing.preview(said["subject"], begin, end, at=timezone.now())
        names = names_for(seen, [one.booking.agent_id for one in found.meetings], lang)
        context |= {
            "touched": [_touched(one, names, zone, lang, decided or {}) for one in found.meetings],
            "units": [unit_name(unit, lang) for unit in found.units],
            "begun": [_line(row, zone, lang) for row in found.begun],
            "unsure": len(found.unsure),
            "when": when_words(begin, end, zone, lang),
        }
    return render(request, "bookings/close.html", context, status=422 if context["problems"] else 200)


def _line(row: Booking, zone: str, lang: str) -> str:
    return f"{unit_name(row.unit, lang)}, {when_words(row.begin, row.end, zone, lang)}"


def _touched(one: closing.Meeting, names: dict[str, str], zone: str, lang: str, decided: dict[str, str]) -> Touched:
    row = one.booking
    choices = [(CANCEL, _("Cancel it, at no cost")), (KEEP, _("Let it take place all the same"))]
    if one.to is not None:
        far = one.proposal.floors_away
        where = ngettext("%(n)d floor away", "%(n)d floors away", far) % {"n": far} if far else _("on the same floor")
        move = _("Move it to: %(unit)s (%(where)s)") % {"unit": unit_name(one.to, lang), "where": where}
        choices.insert(0, (one.to.pk, move))
    why = ""
    if one.to is None:
        why = _("Nothing equal exists.") if one.proposal.why == NO_EQUAL else _("Nothing equal is free at that time.")
    known = {value for value, _words in choices}
    chosen = decided.get(row.pk, "")
    return Touched(
        id=row.pk,
        unit=unit_name(row.unit, lang),
        when=when_words(row.begin, row.end, zone, lang),
        who=names[row.agent_id],
        people=row.persons,
        state=str(STATES[row.state]),
        choices=tuple(choices),
        chosen=chosen if chosen in known else choices[0][0],
        why=why,
    )
