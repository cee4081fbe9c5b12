"""The pages of repairs: the days, what waits, one day with its list and its sums, one ticket with its outcome."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange import repair_actions as actions
from wikivillage.web.exchange.helping_pages import Looker, attempted, looker, moment_of, place_names, places
from wikivillage.web.exchange.models import RepairDay, RepairTicket, Tool
from wikivillage.web.exchange.models.helping import LINE
from wikivillage.web.exchange.repair_queries import days_gone, days_to_come, sums_of_all, sums_of_day, waiting_tickets
from wikivillage.web.exchange.ways import ways
from wikivillage.web.exchange.wish_forms import DayInput, NumberField
from wikivillage.web.registry.forms import KeyedForm, attempt
from wikivillage.web.registry.permits import access
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.templatetags.village import moment

SHOWN = 12


class BringForm(KeyedForm):
    """Something to be repaired."""

    device = forms.CharField(label=gettext_lazy("What is it?"), max_length=LINE)
    category = forms.ChoiceField(label=gettext_lazy("Of what kind"), choices=list(words.CATEGORIES.items()))
    problem = forms.CharField(
        label=gettext_lazy("What does it not do any more?"), max_length=300, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    weight_kg = NumberField(
        label=gettext_lazy("Weight in kg"), required=False, help_text=gettext_lazy("It can be weighed there.")
    )
    day = forms.ChoiceField(label=gettext_lazy("When"), required=False)
    tool = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *arguments: Any, days: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["day"].choices = [*days, ("", _("whenever somebody has time"))]


class DayForm(KeyedForm):
    """A repair day."""

    title = forms.CharField(label=gettext_lazy("What, in a few words"), max_length=LINE)
    place = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    on = forms.DateField(label=gettext_lazy("Day"), widget=DayInput())
    begin = forms.TimeField(label=pgettext_lazy("a time", "From"), widget=forms.TimeInput({"type": "time"}))
    end = forms.TimeField(label=gettext_lazy("Until"), widget=forms.TimeInput({"type": "time"}))

    def __init__(self, *arguments: Any, **options: Any) -> None:
        first = {"begin": time(14), "end": time(18), "on": timezone.localdate() + timedelta(days=7)}
        super().__init__(*arguments, initial={**first, "title": _("Repairing together")}, **options)
        self.fields["place"].choices = places(_("not said"))

    @property
    def times(self) -> tuple[datetime, datetime]:
        """Begin and end by the clocks of the village."""
        said = self.cleaned_data
        return moment_of(said["on"], said["begin"]), moment_of(said["on"], said["end"])


class OutcomeForm(KeyedForm):
    """What became of a thing."""

    outcome = forms.ChoiceField(label=gettext_lazy("What became of it?"), choices=list(words.OUTCOMES.items()))
    weight_kg = NumberField(label=gettext_lazy("Weight in kg"), required=False)
    unweighed = forms.BooleanField(label=gettext_lazy("It cannot be weighed"), required=False)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes of work"), required=False)
    barrier = forms.ChoiceField(
        label=gettext_lazy("What stood in the way"), required=False, choices=list(words.BARRIERS.items())
    )
    said = forms.CharField(label=gettext_lazy("What was done, what is next"), max_length=300, required=False)


@require_safe
def repairs(request: HttpRequest) -> HttpResponse:
    """The next repair days, what waits, and what the days so far kept from waste."""
    seen = looker(request)
    access(seen.viewer, "see", "repair_day")
    where = place_names(seen.lang)
    gone = list(days_gone(seen.now))
    context = {
        "ways": ways(seen.viewer),
        "to_come": [(day, where.get(day.place, ""), day.tickets.count()) for day in days_to_come(seen.now)],
        "gone": [(day, where.get(day.place, ""), sums_of_day(day)) for day in gone[:SHOWN]],
        "closed": sum(1 for day in gone if day.closed_at),
        "sums": sums_of_all(gone),
        "waiting": [_ticket_line(one, seen) for one in waiting_tickets()],
        "mine": [_ticket_line(one, seen) for one in _mine(seen)],
        "may_put": seen.may("put", "repair_day"),
        "may_bring": seen.may("bring", "repair"),
    }
    return render(request, "exchange/repairs.html", context)


def _mine(seen: Looker) -> list[RepairTicket]:
    return list(RepairTicket.objects.filter(agent__in=seen.mine).select_related("day").order_by("-made_at")[:SHOWN])


def _ticket_line(row: RepairTicket, seen: Looker) -> dict[str, Any]:
    return {
        "row": row,
        "category": words.CATEGORIES[row.category],
        "state": words.TICKET_STATES[row.state],
        "waits": row.state == words.WAITING,
        "fixed": row.state == words.FIXED,
        "own": row.agent_id in seen.mine,
        "open": _may_see(row, seen),
        "no_weight": row.state == words.FIXED and row.weight_kg is None,
    }


def _may_see(row: RepairTicket, seen: Looker) -> bool:
    return seen.may("see", "repair", row.agent_id) or seen.may("put", "repair_day")


@require_safe
def repairs_csv(request: HttpRequest) -> HttpResponse:
    """Every thing that was brought, without whose it was."""
    access(looker(request).viewer, "see", "repair_day")
    header = [
        _("Day"), _("Kind"), _("What"), _("Weight in kg"), _("Outcome"), _("What stood in the way"),
        _("Minutes of work"),
    ]  # fmt: skip
    rows = RepairTicket.objects.exclude(day=None).select_related("day").order_by("-day__begin", "made_at")
    lines = (
        (
            row.day.begin, words.CATEGORIES[row.category], row.device, row.weight_kg, words.TICKET_STATES[row.state],
            words.BARRIERS[row.barrier] if row.barrier else "", row.minutes,
        )
        for row in rows
    )  # fmt: skip
    return csv_response("repairs", header, lines)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """A ticket for something of mine, or for a tool that came back broken."""
    seen = looker(request)
    access(seen.viewer, "bring", "repair")
    known = {
        name: request.GET[name] for name in ("day", "tool", "device", "problem", "category") if name in request.GET
    }
    form = BringForm(request.POST or None, days=_days(seen), initial=known)

    def act(said: dict[str, Any]) -> RepairTicket:
        tool = said["tool"] if Tool.objects.filter(pk=said["tool"]).exists() else ""
        return actions.bring_thing(**{**said, "tool": tool}, agent=seen.me, at=seen.now, by=seen.me)

    tried = attempt(form, act)
    if tried.made is not None:
        return HttpResponseRedirect(f"{reverse('exchange:repair_ticket', args=[tried.made.pk])}?new")
    context = {"form": form, "problems": tried.problems}
    return render(request, "exchange/repair_bring.html", context, status=422 if form.errors else 200)


def _days(seen: Looker) -> list[tuple[str, Any]]:
    return [(day.pk, f"{moment(day.begin)}, {day.title}") for day in days_to_come(seen.now)]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_day(request: HttpRequest) -> HttpResponse:
    """A new repair day."""
    seen = looker(request)
    access(seen.viewer, "put", "repair_day")
    form = DayForm(request.POST or None)

    def act(said: dict[str, Any]) -> RepairDay:
        begin, end = form.times
        named = {name: said[name] for name in ("title", "place", "key")}
        return actions.put_repair_day(begin=begin, end=end, at=seen.now, by=seen.me, **named)

    tried = attempt(form, act)
    if tried.made is not None:
        return HttpResponseRedirect(reverse("exchange:repair_day", args=[tried.made.pk]))
    context = {"form": form, "problems": tried.problems}
    return render(request, "exchange/repair_day_new.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def day(request: HttpRequest, id: str) -> HttpResponse:
    """One repair day: its list, and what it adds up to."""
    seen, row = looker(request), _day(id)
    access(seen.viewer, "see", "repair_day")
    return render(request, "exchange/repair_day.html", _day_page(seen, row))


def _day_page(seen: Looker, row: RepairDay) -> dict[str, Any]:
    return {
        "row": row,
        "place": place_names(seen.lang).get(row.place, ""),
        "lines": [_ticket_line(one, seen) for one in row.tickets.all()],
        "sums": sums_of_day(row),
        "begun": row.begin <= seen.now,
        "may_close": seen.may("close", "repair_day") and row.closed_at is None,
        "may_bring": seen.may("bring", "repair") and row.closed_at is None,
    }


@never_cache
@require_POST
def close(request: HttpRequest, id: str) -> HttpResponse:
    """Close a repair day; its sums stand from then on."""
    seen, row = looker(request), _day(id)
    access(seen.viewer, "close", "repair_day")
    return attempted(
        request,
        lambda: actions.close_day(day=row.pk, at=seen.now, by=seen.me),
        said=_("The day is closed; its sums stand."),
        title=_("It cannot be closed yet"),
        to=reverse("exchange:repair_day", args=[row.pk]),
        back_words=_("To the list of the day"),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: HttpRequest, id: str) -> HttpResponse:
    """One ticket: what it is, and, for who repairs, what became of it."""
    seen, row = looker(request), _ticket(id)
    if not _may_see(row, seen):
        access(seen.viewer, "see", "repair", owner=row.agent_id)
    closed = row.day is not None and row.day.closed_at is not None
    may_change = seen.may("change", "repair", row.agent_id) or seen.may("put", "repair_day")
    known = {
        "outcome": row.state if row.state != words.WAITING else words.FIXED, "weight_kg": row.weight_kg,
        "unweighed": row.unweighed, "minutes": row.minutes, "barrier": row.barrier, "said": row.said,
    }  # fmt: skip
    form = OutcomeForm(request.POST or None, initial=known)
    problems: tuple[Any, ...] = ()
    if request.method == "POST":
        if not may_change:
            access(seen.viewer, "change", "repair", owner=row.agent_id)
        tried = attempt(form, lambda said: _outcome(seen, row, said))
        if tried.made is not None:
            return HttpResponseRedirect(_after(row))
        problems = tried.problems
    context = {
        **_ticket_line(row, seen),
        "who": seen.names([row.agent_id])[row.agent_id],
        "barrier": words.BARRIERS[row.barrier] if row.barrier else "",
        "form": form if may_change and not closed else None,
        "closed": closed,
        "problems": problems,
        "new": "new" in request.GET,
    }
    return render(request, "exchange/repair_ticket.html", context, status=422 if form.errors or problems else 200)


def _outcome(seen: Looker, row: RepairTicket, said: dict[str, Any]) -> RepairTicket:
    named = {name: value for name, value in said.items() if name != "key"}
    return actions.set_outcome(ticket=row.pk, at=seen.now, by=seen.me, **named)


def _after(row: RepairTicket) -> str:
    if row.day_id:
        return reverse("exchange:repair_day", args=[row.day_id])
    return reverse("exchange:repair_ticket", args=[row.pk])


def _day(id: str) -> RepairDay:
    row: RepairDay | None = RepairDay.objects.filter(pk=id).first()
    if row is None:
        raise Http404
    return row


def _ticket(id: str) -> RepairTicket:
    row: RepairTicket | None = RepairTicket.objects.select_related("day", "tool").filter(pk=id).first()
    if row is None:
        raise Http404
    return row
