"""The pages of hours: my account and what waits for my word, noting hours, and an account for its circle's lead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange import hour_actions as actions
from wikivillage.web.exchange.helping_pages import Looker, WhoForm, agent_named, attempted, looker, typed
from wikivillage.web.exchange.hour_queries import (
    CEILING,
    FLOOR,
    account_of,
    account_stock,
    gifts_of,
    may_see_hours,
    waiting_for,
)
from wikivillage.web.exchange.models import HourGift
from wikivillage.web.exchange.models.helping import LINE
from wikivillage.web.exchange.ways import ways
from wikivillage.web.exchange.wish_forms import DayInput, NumberField
from wikivillage.web.ledger.queries import find_stock
from wikivillage.web.registry.forms import attempt
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.permits import access
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.pages import page_of

GAVE, GOT = "gave", "got"


class HoursForm(WhoForm):
    """Hours that I gave or received."""

    way = forms.ChoiceField(
        label=gettext_lazy("Who gave"),
        choices=[(GAVE, gettext_lazy("I gave hours")), (GOT, gettext_lazy("I received hours"))],
    )
    hours = NumberField(label=gettext_lazy("How many hours"), help_text=gettext_lazy("In quarters: 1.25 is 1 h 15."))
    what = forms.CharField(label=gettext_lazy("For what"), max_length=LINE)
    on = forms.DateField(label=gettext_lazy("Day"), widget=DayInput())
    answer = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options["initial"] = {"on": timezone.localdate(), **(options.get("initial") or {})}
        super().__init__(*arguments, **options)
        self.order_fields(["way", "who", "hours", "what", "on"])


def _lines(rows: Iterable[HourGift], seen: Looker, mine: list[str]) -> list[dict[str, Any]]:
    found = list(rows)
    names = seen.names({one for row in found for one in (row.giver_id, row.taker_id)})
    return [
        {
            "row": row,
            "gave": row.giver_id in mine,
            "other": names[row.taker_id if row.giver_id in mine else row.giver_id],
            "state": words.GIFT_STATES[row.state],
            "counts": row.state == words.CONFIRMED,
            "waits": row.state == words.TOLD,
            "mine_to_say": row.state == words.TOLD and row.told_by_id not in mine,
            "told_by_me": row.told_by_id in mine,
        }
        for row in found
    ]


@never_cache
@require_safe
def hours(request: HttpRequest) -> HttpResponse:
    """My account: what I gave and received, and what waits for my word."""
    seen = looker(request)
    access(seen.viewer, "see", "hours", owner=seen.me or None)
    context = {
        **_account(request, seen, seen.me),
        "ways": ways(seen.viewer),
        "own": True,
        "may_give": seen.may("give", "hours", seen.me),
    }
    return render(request, "exchange/hours.html", context)


def _account(request: HttpRequest, seen: Looker, agent: str) -> dict[str, Any]:
    page = page_of(request, gifts_of([agent]))
    waiting = _lines(waiting_for([agent]), seen, [agent]) if agent == seen.me else []
    return {
        "account": account_of(agent),
        "floor": FLOOR,
        "ceiling": CEILING,
        "stock": account_stock(agent) if find_stock(account_stock(agent)) else "",
        "waiting": waiting,
        "page": page,
        "lines": _lines(page.items, seen, [agent]),
    }


@never_cache
@require_safe
def account(request: HttpRequest, agent: str) -> HttpResponse:
    """The account of somebody, for who leads their circle; nobody else learns whether there is one."""
    seen = looker(request)
    found = Agent.objects.filter(pk=agent, erased_at=None).first()
    if found is None or not may_see_hours(seen.viewer, agent, seen.now):
        access(seen.viewer, "see", "hours", owner=agent)
        raise Http404
    name = seen.names([agent])[agent]
    context = {**_account(request, seen, agent), "ways": ways(seen.viewer), "own": agent == seen.me, "name": name}
    return render(request, "exchange/hours.html", context)


@never_cache
@require_safe
def hours_csv(request: HttpRequest) -> HttpResponse:
    """My own hours as a file."""
    seen = looker(request)
    access(seen.viewer, "see", "hours", owner=seen.me or None)
    header = [
        _("Day"),
        _("Given or received"),
        _("With whom"),
        pgettext("exchange", "Hours"),
        _("For what"),
        _("State"),
    ]
    lines = (
        (
            one["row"].day.isoformat(), _("given") if one["gave"] else _("received"), one["other"], one["row"].hours,
            one["row"].what, one["state"],
        )
        for one in _lines(gifts_of([seen.me]), seen, [seen.me])
    )  # fmt: skip
    return csv_response("hours", header, lines)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Note hours between me and somebody else; they count once the other has said so."""
    seen = looker(request)
    access(seen.viewer, "give", "hours", owner=seen.me or None)
    known = {name: request.GET[name] for name in ("who", "way", "hours", "what", "answer") if name in request.GET}
    form = HoursForm(request.POST or None, initial=known)

    def act(said: dict[str, Any]) -> HourGift:
        other = agent_named(form).pk
        pair = (seen.me, other) if said["way"] == GAVE else (other, seen.me)
        named = {name: said[name] for name in ("hours", "what", "on", "answer", "key")}
        return actions.tell_hours(giver=pair[0], taker=pair[1], told_by=seen.me, at=seen.now, by=seen.me, **named)

    tried = attempt(form, act)
    if tried.made is not None:
        said = _("The hours are noted. They count once the other has said so.")
        return attempted(request, lambda: None, said=said, title="", to=reverse("exchange:hours"), back_words="")
    context = {"form": form, "problems": tried.problems}
    return render(request, "exchange/hours_new.html", context, status=422 if form.errors or tried.problems else 200)


@never_cache
@require_POST
def confirm(request: HttpRequest, id: str) -> HttpResponse:
    """Say that hours are right."""
    seen, row = looker(request), _gift(request, id)
    return attempted(
        request,
        lambda: actions.confirm_hours(gift=row.pk, by=seen.me, at=seen.now),
        said=_("The hours count: they are in both accounts."),
        title=_("They cannot be confirmed"),
        to=reverse("exchange:hours"),
        back_words=_("To my hours"),
    )


@never_cache
@require_POST
def refuse(request: HttpRequest, id: str) -> HttpResponse:
    """Say that hours are not right."""
    seen, row = looker(request), _gift(request, id)
    return attempted(
        request,
        lambda: actions.refuse_hours(gift=row.pk, by=seen.me, why=typed(request, "why", 300), at=seen.now),
        said=_("They do not count. The other one reads why."),
        title=_("They cannot be refused"),
        to=reverse("exchange:hours"),
        back_words=_("To my hours"),
    )


@never_cache
@require_POST
def take_back(request: HttpRequest, id: str) -> HttpResponse:
    """Take back hours that I noted."""
    seen, row = looker(request), _gift(request, id)
    return attempted(
        request,
        lambda: actions.take_back_hours(gift=row.pk, by=seen.me, at=seen.now),
        said=_("They are taken back."),
        title=_("They cannot be taken back"),
        to=reverse("exchange:hours"),
        back_words=_("To my hours"),
    )


def _gift(request: HttpRequest, id: str) -> HourGift:
    """Hours between me and somebody; those of others are not there."""
    seen = looker(request)
    access(seen.viewer, "confirm", "hours", owner=seen.me or None)
    row: HourGift | None = gifts_of([seen.me]).filter(pk=id).first() if seen.me else None
    if row is None:
        raise Http404
    return row
