"""The pages of prices: the public rules, one's own bracket and prices, and the reception that checks certificates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wikivillage.base.problems import ProblemError
from wikivillage.web.prices import actions, queries
from wikivillage.web.prices.forms import BandForm, DeclareForm
from wikivillage.web.prices.models import PolicyVersion, PriceBand
from wikivillage.web.prices.queries import Rule, policy_of, village_day
from wikivillage.web.prices.rules_shown import shown_rule
from wikivillage.web.prices.written import shown_frozen
from wikivillage.web.registry.forms import attempt
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.people_queries import handles_and_names
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.registry.words import HOUSEHOLD, PERSON
from wikivillage.web.shell.templatetags.village import language


def ways(viewer: Viewer) -> dict[str, bool]:
    """Which pages of this room open to somebody."""
    return {
        "mine": may(viewer, "see", "price_band", owner=viewer.agent),
        "bands": may(viewer, "set", "price_band"),
        "activate": may(viewer, "activate", "price_policy"),
    }


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """What everything costs, what each bracket pays, from when, who decided it and why."""
    viewer, now, lang = viewer_of(request), timezone.now(), language()
    access(viewer, "see", "price_policy")
    context = {
        "rules": [shown_rule(rule, lang) for rule in queries.rules_at(now)],
        "coming": [shown_rule(rule, lang) for rule in queries.coming(now)],
        "ways": ways(viewer),
    }
    return render(request, "prices/rules.html", context)


@require_safe
def version(request: HttpRequest, service: str, number: int) -> HttpResponse:
    """One version of a rule, and the others of the same service."""
    viewer = viewer_of(request)
    access(viewer, "see", "price_policy")
    return render(request, "prices/version.html", _version(viewer, service, number))


def _version(viewer: Viewer, service: str, number: int) -> dict[str, Any]:
    row = get_object_or_404(PolicyVersion, service=service, version=number)
    holding = queries.version_for(service, timezone.now())
    return {
        "rule": shown_rule(Rule(row, policy_of(row)), language()),
        "others": [one for one in queries.versions_of(service) if one.pk != row.pk],
        "holds": holding is not None and holding.pk == row.pk,
        "ways": ways(viewer),
    }


@require_safe
def newest(request: HttpRequest, service: str) -> HttpResponse:
    """The version of a service that holds today."""
    row = queries.version_for(service, timezone.now())
    if row is None:
        raise Http404
    return redirect("prices:version", service=service, number=row.version)


@require_POST
def decide(request: HttpRequest, service: str, number: int) -> HttpResponse:
    """Activate a version that was proposed, or take back one that has not begun."""
    viewer, row = viewer_of(request), get_object_or_404(PolicyVersion, service=service, version=number)
    wanted = "withdraw" if request.POST.get("wanted") == "withdraw" else "activate"
    access(viewer, wanted, "price_policy")
    act = actions.withdraw_version if wanted == "withdraw" else actions.activate_version
    try:
        act(version=row, at=timezone.now(), by=viewer.agent or "")
    except ProblemError as error:
        context = _version(viewer, service, number) | {"problems": error.problems}
        return render(request, "prices/version.html", context, status=422)
    messages.success(request, _("It is taken back.") if wanted == "withdraw" else _("It is decided."))
    return redirect("prices:version", service=service, number=number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """One's own bracket, until when it counts, and the prices one was promised; the form declares a figure."""
    viewer = viewer_of(request)
    access(viewer, "see", "price_band", owner=viewer.agent)
    me = get_object_or_404(Agent, pk=viewer.agent, erased_at=None)
    if request.method != "POST":
        return render(request, "prices/mine.html", _mine(viewer, me))
    access(viewer, "declare", "price_band", owner=me.pk)
    form = DeclareForm(request.POST)
    words = {"agent": me, "at": timezone.now(), "by": viewer.agent or ""}
    done = attempt(form, lambda data: actions.declare(**words, **data))
    if done.made is None:
        return render(
            request, "prices/mine.html", _mine(viewer, me) | {"form": form, "problems": done.problems}, status=422
        )
    messages.success(request, _("It waits to be checked. Show the certificate at the reception."))
    return redirect("prices:mine")


def _mine(viewer: Viewer, me: Agent) -> dict[str, Any]:
    now, lang = timezone.now(), language()
    band = queries.band_of(me, now)
    return {
        "band": band,
        "out_of_date": band is not None and queries.out_of_date(band, village_day(now)),
        "of_household": band is not None and band.agent_id != me.pk,
        "declaration": getattr(me, "declaration", None),
        "quotes": [(row, shown_frozen(row, lang)) for row in queries.quotes_of(me.pk, 20) if row.lines],
        "form": DeclareForm(),
        "ways": ways(viewer),
    }


@never_cache
@require_POST
def leave_band(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Take somebody out of their bracket, and erase what they declared."""
    viewer, found = viewer_of(request), get_object_or_404(Agent, pk=pseudonym)
    access(viewer, "end", "price_band", owner=found.pk)
    actions.end_band(agent=found, at=timezone.now(), by=viewer.agent or "")
    messages.success(request, _("The bracket is ended and the figure erased. The full price counts from now on."))
    return redirect("prices:mine" if found.pk == viewer.agent else "prices:bands")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bands(request: HttpRequest) -> HttpResponse:
    """The reception: what waits to be checked, who is in which bracket; the form puts somebody into one."""
    viewer = viewer_of(request)
    access(viewer, "set", "price_band")
    if request.method != "POST":
        return render(request, "prices/bands.html", _bands(viewer, request.GET.get("agent", "")))
    form = BandForm(request.POST)
    words = {"at": timezone.now(), "by": viewer.agent or ""}
    done = attempt(form, lambda data: actions.set_band(**words, **data))
    if done.made is None:
        context = _bands(viewer, "") | {"form": form, "problems": done.problems}
        return render(request, "prices/bands.html", context, status=422)
    band: PriceBand = done.made
    messages.success(request, _("Bracket %(band)s is noted. The figure is erased.") % {"band": band.band})
    return redirect("prices:bands")


def _bands(viewer: Viewer, wished: str) -> dict[str, Any]:
    now, lang = timezone.now(), language()
    waiting, rows = queries.declarations(), queries.bands_now()
    today = village_day(now)
    return {
        "waiting": waiting,
        "bands": [(row, queries.out_of_date(row, today)) for row in rows],
        "names": names_for(viewer, [*(one.agent_id for one in waiting), *(one.agent_id for one in rows)], lang),
        "form": BandForm(initial={"agent": wished}),
        "who": [*handles_and_names(PERSON), *handles_and_names(HOUSEHOLD)],
        "scale": queries.scale_at(now),
        "ways": ways(viewer),
    }
