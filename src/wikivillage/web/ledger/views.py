"""The pages of the village's book: what it is about, its events in lists, and each of them told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from wikivillage.base.problems import ProblemError
from wikivillage.flows.actions import ACTIONS
from wikivillage.web.ledger import actions, page_queries
from wikivillage.web.ledger.closed import hide_from_others
from wikivillage.web.ledger.event_facts import evidence_address, facts_of, rests_on_readings, when_of
from wikivillage.web.ledger.event_files import HEADER, event_cells
from wikivillage.web.ledger.event_filter import (
    NOBODY,
    EventFilter,
    day_of,
    matching,
    midnights_of,
    open_to,
    overall,
    page_of,
    read_filter,
    stocks_open_to,
    totals,
)
from wikivillage.web.ledger.forms import NoteForm
from wikivillage.web.ledger.models import Event, Head, Note
from wikivillage.web.ledger.promise_lines import open_promises, promise_lines
from wikivillage.web.ledger.queries import event_of
from wikivillage.web.ledger.sentences import action_word, tell_event
from wikivillage.web.ledger.shown import grade_of, ids_in, line_of, lines_of
from wikivillage.web.ledger.things import Things, find_things
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.kept import kept_for_visitors
from wikivillage.web.shell.templatetags.village import language

FEW = 6


@require_GET
@kept_for_visitors
def entry(request: HttpRequest) -> HttpResponse:
    """What the book is, its latest events, what is where, and what was promised."""
    viewer, lang = viewer_of(request), language()
    newest = page_queries.newest_events(open_to(Event.objects.all(), viewer), FEW)
    held = page_queries.fullest_stocks(stocks_open_to(page_queries.holding_stocks(), viewer), FEW)
    promised = open_promises(page_queries.listed_promises()[:FEW], viewer)
    things = find_things(viewer, lang, ids=[row.pk for row in held])
    context = {
        "head": Head.objects.get(pk=1),
        "lines": lines_of(newest, viewer, lang),
        "stocks": [{"row": row, "name": things.stock(row.pk), "loop": things.loop(row.spec)} for row in held],
        "promises": promise_lines(promised, viewer, lang, timezone.now()),
    }
    return render(request, "ledger/entry.html", context)


@require_GET
@kept_for_visitors
def events(request: HttpRequest) -> HttpResponse:
    """The events of a filter, newest first, and what they come to."""
    viewer, lang = viewer_of(request), language()
    wanted, problems = read_filter(request.GET)
    _access_agent(viewer, wanted)
    found = totals(wanted)
    listed = open_to(matching(wanted), viewer) if found else Event.objects.none()
    rows, after = page_of(listed, request.GET.get("before", ""))
    choices = page_queries.filter_choices()
    named = (*wanted.said().values(), *(one.spec for one in found), *choices["spec"], *choices["process"])
    things = find_things(viewer, lang, ids=[*ids_in(rows), *named, *choices["place"]], agents=_parties(rows, wanted))
    context = {
        "wanted": wanted,
        "problems": problems,
        "said": _said(wanted, things),
        "overall": overall(found),
        "totals": [_sum_line(one, things) for one in found],
        "events": sum(one.events for one in found),
        "lines": [line_of(row, things) for row in rows],
        "after": after,
        "private": not may(viewer, "see", "event", owner=NOBODY),
        "choices": _choices(choices, things),
    }
    return render(request, "ledger/events.html", context)


def _parties(rows: list[Event], wanted: EventFilter) -> list[str | None]:
    return [wanted.agent, *(one for row in rows for one in (row.provider_id, row.receiver_id))]


def _sum_line(one: Any, things: Things) -> dict[str, Any]:
    thing, loop = things.resource(one.spec), things.loop(one.spec)
    return {"word": action_word(one.action), "thing": thing, "loop": loop, "sum": one}


def _said(wanted: EventFilter, things: Things) -> list[tuple[str, str, str]]:
    """What is filtered by, beside the days: the key, its word and its value in names."""
    named = {
        "action": (_("Action"), action_word),
        "spec": (_("Kind of thing"), things.resource),
        "resource": (_("From or in stock"), things.stock),
        "to_resource": (_("To stock"), things.stock),
        "input_of": (_("Into"), things.process),
        "output_of": (_("Out of"), things.process),
        "process": (_("Process or use"), things.process),
        "stock": (_("Stock"), things.stock),
        "place": (_("Place"), things.place),
        "agent": (_("Who"), things.agent),
    }
    return [(key, named[key][0], named[key][1](value)) for key, value in wanted.said().items()]


def _choices(found: dict[str, list[str]], things: Things) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in the form, by name."""
    named = {"spec": things.resource, "process": things.process, "place": things.place}
    listed = {key: sorted(((id, named[key](id)) for id in ids), key=_by_name) for key, ids in found.items()}
    return {**listed, "action": sorted(((one, action_word(one)) for one in ACTIONS), key=_by_name)}


def _by_name(choice: tuple[str, str]) -> str:
    return choice[1].casefold()


@require_GET
def events_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The events of a filter as a file."""
    viewer = viewer_of(request)
    wanted, _problems = read_filter(request.GET)
    _access_agent(viewer, wanted)
    rows: QuerySet[Event] = open_to(matching(wanted), viewer)
    return csv_response(f"events_{wanted.first}_{wanted.last}", HEADER, event_cells(rows, viewer, language()))


def _access_agent(viewer: Viewer, wanted: EventFilter) -> None:
    """Raises Http404 where events are asked for of nobody, or of a person or household that is another's."""
    if not wanted.agent:
        return
    if not page_queries.is_agent(wanted.agent):
        raise Http404
    hide_from_others(viewer, "event", [wanted.agent])


@require_GET
@kept_for_visitors
def event(request: HttpRequest, id: str) -> HttpResponse:
    """One event: told in a sentence, with all it says, what it rests on, its corrections and its seal."""
    row = access_event(request, id)
    return render(request, "ledger/event.html", _event_context(request, row))


def access_event(request: HttpRequest, id: str) -> Event:
    """An event that the viewer may see. Raises Http404."""
    row, viewer = page_queries.find_event(id), viewer_of(request)
    if row is None:
        raise Http404
    hide_from_others(viewer, "event", [row.provider_id, row.receiver_id])
    return row


def _event_context(request: HttpRequest, row: Event) -> dict[str, Any]:
    viewer, lang, told = viewer_of(request), language(), event_of(row)
    corrections = page_queries.corrections_of(row.id)
    corrected = page_queries.find_event(row.corrects) if row.corrects else None
    others = [*corrections, *([corrected] if corrected else [])]
    note = Note.objects.filter(pk=row.id).first()
    ids = [told.container, told.to_location]
    people = [row.record.recorded_by_id, note.author_id if note else None]
    things = find_things(
        viewer,
        lang,
        ids=[*ids_in([row, *others]), *ids],
        agents=[*people, *(one for each in (row, *others) for one in (each.provider_id, each.receiver_id))],
    )
    begin, end = when_of(told, row)
    return {
        "row": row,
        "event": told,
        "line": line_of(row, things),
        "sentence": tell_event(row, things),
        "begin": begin,
        "end": end,
        "day": day_of(end),
        "whole_day": (begin, end) == midnights_of(day_of(end)),
        "grade": grade_of(told),
        "evidence": evidence_address(row.id) if rests_on_readings(told) else "",
        "facts": facts_of(row, told, things),
        "recorded_by": things.agent(row.record.recorded_by_id) if row.record.recorded_by_id else "",
        "corrections": [line_of(one, things) for one in corrections],
        "corrected": line_of(corrected, things) if corrected else None,
        "note": note,
        "note_by": things.agent(note.author_id) if note and note.author_id else "",
        "note_form": NoteForm(initial={"text": note.text if note else ""}),
        "may_note": may(viewer, "write", "note"),
    }


@require_POST
def note(request: HttpRequest, id: str) -> HttpResponse:
    """Put a remark on an event, or take it away."""
    row, viewer = access_event(request, id), viewer_of(request)
    access(viewer, "write", "note")
    form = NoteForm(request.POST)
    problems: tuple[Any, ...] = ()
    if form.is_valid():
        try:
            actions.set_note(entry=row.id, text=form.cleaned_data["text"], at=timezone.now(), by=viewer.agent)
        except ProblemError as error:
            problems = error.problems
        else:
            messages.success(request, _("The remark is kept. It can be changed, and goes when its author is erased."))
            return HttpResponseRedirect(reverse("ledger:event", args=[row.id]))
    context = {**_event_context(request, row), "note_form": form, "problems": problems}
    return render(request, "ledger/event.html", context, status=422)
