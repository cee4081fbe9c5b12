"""What can be booked: the list, one unit with its week and its rules, and for stewards a new one and other rules."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wikivillage.base.problems import ProblemError
from wikivillage.web.bookings import queries, shown
from wikivillage.web.bookings.defaults import put_defaults
from wikivillage.web.bookings.facts import policy_of
from wikivillage.web.bookings.forms import PolicyForm, UnitForm
from wikivillage.web.bookings.models import Booking, Unit
from wikivillage.web.bookings.policy_words import rule_sentences
from wikivillage.web.bookings.scopes import scope_of
from wikivillage.web.bookings.states import KINDS
from wikivillage.web.bookings.unit_actions import add_unit, change_policy, retire_unit
from wikivillage.web.bookings.views import ways
from wikivillage.web.diary.forms import read_day
from wikivillage.web.diary.openings import hours_on
from wikivillage.web.diary.queries import houses
from wikivillage.web.diary.reasons import day_words, hours, listed
from wikivillage.web.diary.series import on_wall
from wikivillage.web.prices.queries import policy_for
from wikivillage.web.prices.sentences import money
from wikivillage.web.prices.splits import cents
from wikivillage.web.registry.forms import attempt
from wikivillage.web.registry.models import Place
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.templatetags.village import language
from wikivillage.web.shell.templatetags.village import unit as unit_word

DAYS = 7


@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Everything that can be booked, by kind."""
    viewer, lang = viewer_of(request), language()
    access(viewer, "see", "unit")
    rows = queries.units_now()
    where = shown.floors(rows, lang)
    groups = [
        (name, [_line(row, where, lang) for row in rows if row.kind == kind])
        for kind, name in KINDS.items()
        if any(row.kind == kind for row in rows)
    ]
    context = {"groups": groups, "count": len(rows), "ways": ways(viewer), "form_key": new_key()}
    return render(request, "bookings/units.html", context)


def _line(row: Unit, where: dict[str, str], lang: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": shown.unit_name(row, lang),
        "where": where.get(row.place, ""),
        "facts": shown.facts_words(row, None, lang),
    }


@require_safe
def units_csv(request: HttpRequest) -> HttpResponse:
    """Everything that can be booked, as a file."""
    access(viewer_of(request), "see", "unit")
    lang = language()
    places = pgettext("bookings", "places")
    header = [_("id"), _("name"), _("kind"), _("place"), places, _("how many"), _("power in kW")]
    rows = (
        [row.pk, shown.unit_name(row, lang), KINDS[row.kind], row.place, row.persons, row.size, row.power_kw]
        for row in queries.units_now()
    )
    return csv_response("units", header, rows)


def unit_or_404(id: str) -> Unit:
    """A unit. Raises Http404."""
    row = queries.find_unit(id)
    if row is None:
        raise Http404
    return row


@require_safe
def unit(request: HttpRequest, id: str) -> HttpResponse:
    """One unit: what it is, its week, its price, its rules, and a time to choose."""
    viewer, row = viewer_of(request), unit_or_404(id)
    access(viewer, "see", "unit")
    return _unit_page(request, viewer, row)


def _unit_page(request: HttpRequest, viewer: Viewer, row: Unit, *, status: int = 200, **more: Any) -> HttpResponse:
    lang, now = language(), timezone.localtime()
    monday = read_day(request.GET.get("day", "")) or now.date()
    place = Place.objects.filter(pk=row.place).first() if row.place else None
    context = {
        "row": row,
        "name": shown.unit_name(row, lang),
        "about": row.about_fr if lang == "fr" else row.about_en,
        "facts": shown.facts_words(row, None, lang),
        "where": (place.name_fr if lang == "fr" else place.name_en) if place else "",
        "floor": shown.floor_words(place.floor, lang) if place else "",
        "rules": [text.words(lang) for text in rule_sentences(policy_of(row))],
        "price": _price_words(row, now),
        "week": _week(row, viewer, monday, now, lang),
        "before": monday - timedelta(days=DAYS),
        "after": monday + timedelta(days=DAYS),
        "today": now.date(),
        "may_change": may(viewer, "change", "unit", scope=scope_of(row, viewer, "change", "unit")),
        "ways": ways(viewer),
    }
    return render(request, "bookings/unit.html", {**context, **more}, status=status)


def _price_words(row: Unit, now: datetime) -> str:
    """``8,00 € par heure``; nothing where it costs nothing."""
    policy = policy_for(row.service, now) if row.service else None
    line = policy.price_of(row.item, "person") if policy else None
    if line is None:
        return ""
    words = {"price": money(cents(line.price), language()), "unit": unit_word(line.unit)}
    return _("%(price)s per %(unit)s, less by income bracket") % words


def _week(row: Unit, viewer: Viewer, first: date, now: datetime, lang: str) -> list[dict[str, Any]]:
    """Seven days: the hours in which it is open, and what takes it."""
    zone = village_here().zone
    begin, end = (on_wall(datetime.combine(first + timedelta(days=n), time()), zone) for n in (0, DAYS))
    house = houses([(row.pk, row.place)])[row.pk]
    taken = queries.taking(row.pk, begin, end, at=now)
    days = []
    for number in range(DAYS):
        day = first + timedelta(days=number)
        there, next_day = (on_wall(datetime.combine(day + timedelta(days=n), time()), zone) for n in (0, 1))
        found = hours_on(house, day)
        opening = "" if found is None else listed([hours(s, lang) for s in found.spans], lang) if found.spans else "-"
        entries = [_entry(one, viewer, zone, lang) for one in taken if one.begin < next_day and one.end > there]
        name = day_words(day, lang, year=False)
        days.append({"name": name, "day": day, "today": day == now.date(), "open": opening, "entries": entries})
    return days


def _entry(one: Booking, viewer: Viewer, zone: str, lang: str) -> dict[str, str]:
    """What takes it: the title only where this reader may know it."""
    known = viewer.owns(one.agent_id) or (one.visibility == "members" and may(viewer, "see_members", "occurrence"))
    title = one.title if known or one.visibility == "public" else ""
    href = f"/bookings/{one.pk}/" if viewer.owns(one.agent_id) else ""
    return {"span": shown.span_words(one.begin, one.end, zone, lang), "title": title or _("taken"), "href": href}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A steward adds something that can be booked."""
    viewer = viewer_of(request)
    access(viewer, "add", "unit")
    if request.method != "POST":
        return render(request, "bookings/unit_new.html", {"form": UnitForm(), "ways": ways(viewer)})
    form = UnitForm(request.POST)
    done = attempt(form, lambda data: add_unit(at=timezone.now(), by=viewer.agent or "", **form.facts()))
    if done.made is None:
        context = {"form": form, "problems": done.problems, "ways": ways(viewer)}
        return render(request, "bookings/unit_new.html", context, status=422)
    messages.success(request, _("It can be booked now."))
    return redirect("bookings:unit", id=done.made.pk)


@require_POST
def defaults(request: HttpRequest) -> HttpResponse:
    """A steward puts the units of the announcement, where their places are there."""
    viewer = viewer_of(request)
    access(viewer, "add", "unit")
    try:
        made = put_defaults(at=timezone.now(), by=viewer.agent or "")
    except ProblemError as error:
        messages.info(request, " ".join(problem.what for problem in error.problems))
        return redirect("bookings:units")
    words = ngettext("%(n)d thing can be booked now.", "%(n)d things can be booked now.", len(made))
    messages.success(request, words % {"n": len(made)})
    return redirect("bookings:units")


@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest, id: str) -> HttpResponse:
    """Other rules for a unit. What is booked stays; what would not be allowed any more is listed."""
    viewer, row = viewer_of(request), unit_or_404(id)
    access(viewer, "change", "unit", scope=scope_of(row, viewer, "change", "unit"))
    context = {"row": row, "name": shown.unit_name(row, language()), "ways": ways(viewer)}
    if request.method != "POST":
        form = PolicyForm(initial=PolicyForm.values_of(policy_of(row)))
        return render(request, "bookings/policy.html", {**context, "form": form})
    form = PolicyForm(request.POST)
    words = {"unit": row.pk, "at": timezone.now(), "by": viewer.agent or ""}
    done = attempt(form, lambda data: change_policy(policy=form.rules(), why=data["why"], **words))
    if done.made is None:
        return render(request, "bookings/policy.html", {**context, "form": form, "problems": done.problems}, status=422)
    count = len(done.made.touched)
    said = ngettext(
        "The rules hold from now on. %(n)d booking to come would not be allowed any more; it stays.",
        "The rules hold from now on. %(n)d bookings to come would not be allowed any more; they stay.",
        count,
    )
    messages.success(request, said % {"n": count} if count else _("The rules hold from now on."))
    return redirect("bookings:unit", id=id)


@require_POST
def retire(request: HttpRequest, id: str) -> HttpResponse:
    """It is booked no more; what is booked stays, and is counted."""
    viewer, row = viewer_of(request), unit_or_404(id)
    access(viewer, "change", "unit", scope=scope_of(row, viewer, "change", "unit"))
    gone = retire_unit(unit=row.pk, at=timezone.now(), by=viewer.agent or "")
    said = ngettext(
        "It is booked no more. %(n)d booking stays.", "It is booked no more. %(n)d bookings stay.", len(gone.touched)
    )
    messages.success(request, said % {"n": len(gone.touched)} if gone.touched else _("It is booked no more."))
    return redirect("bookings:units")
