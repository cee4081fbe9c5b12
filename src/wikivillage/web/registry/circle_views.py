"""The pages of circles: the working groups, who is in them, joining and leaving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wikivillage.base.problems import ProblemError
from wikivillage.web.registry.forms import CircleForm, MemberForm, attempt
from wikivillage.web.registry.models import Agent, Circle, Membership
from wikivillage.web.registry.people_actions import join, make_circle
from wikivillage.web.registry.people_queries import circles, grants, handles_and_names, members_of_circle
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.registry.views import ways
from wikivillage.web.shell.templatetags.village import language


@require_http_methods(["GET", "HEAD", "POST"])
def all_circles(request: HttpRequest) -> HttpResponse:
    """The working groups; the form makes one."""
    viewer = viewer_of(request)
    context = {
        "circles": circles(at=timezone.now(), lang=language()),
        "form": CircleForm() if may(viewer, "add", "circle") else None,
        "ways": ways(viewer),
    }
    if request.method != "POST":
        return render(request, "registry/circles.html", context)
    access(viewer, "add", "circle")
    form = CircleForm(request.POST)
    done = attempt(form, lambda data: make_circle(**data, at=timezone.now(), by=viewer.agent or ""))
    if done.made is None:
        return render(request, "registry/circles.html", context | {"form": form, "problems": done.problems}, status=422)
    messages.success(request, _("The circle is there. Now let somebody lead it."))
    return redirect("registry:circle", done.made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def circle(request: HttpRequest, id: str) -> HttpResponse:
    """One working group; the form of its lead lets somebody in."""
    viewer, found = viewer_of(request), get_object_or_404(Circle, pk=id)
    if request.method != "POST":
        return render(request, "registry/circle.html", _context(viewer, found))
    access(viewer, "add", "membership", scope=found.pk)
    form = MemberForm(request.POST)
    done = attempt(form, lambda data: _let_in(form, data, found, viewer.agent or ""))
    if done.made is None:
        context = _context(viewer, found) | {"form": form, "problems": done.problems}
        return render(request, "registry/circle.html", context, status=422)
    messages.success(request, _("%(name)s is in the circle.") % {"name": done.made.agent.identity.name})
    return redirect("registry:circle", found.pk)


@require_POST
def join_circle(request: HttpRequest, id: str) -> HttpResponse:
    """Join a working group oneself; whoever is in it already stays in it."""
    viewer, found = viewer_of(request), get_object_or_404(Circle, pk=id)
    access(viewer, "join", "membership")
    oneself = get_object_or_404(Agent, pk=viewer.agent)
    try:
        join(agent=oneself, circle=found, at=timezone.now(), by=oneself.pk)
    except ProblemError as error:
        if any(problem.code != "overlapping" for problem in error.problems):
            raise
    messages.success(request, _("You are in this circle."))
    return redirect("registry:circle", found.pk)


def _let_in(form: MemberForm, data: dict[str, Any], found: Circle, by: str) -> Membership:
    words = {"role": data["role"], "votes": data["votes"], "key": data["key"], **form.dates()}
    return join(agent=data["agent"], circle=found, at=timezone.now(), by=by, **words)


def _context(viewer: Viewer, found: Circle) -> dict[str, Any]:
    now, lang = timezone.now(), language()
    rows = members_of_circle(found, now)
    known = may(viewer, "see", "membership")
    may_add = may(viewer, "add", "membership", scope=found.pk)
    leads = grants(viewer, at=now, lang=lang, scope=found.pk) if may(viewer, "see", "role") else []
    return {
        "circle": found,
        "name": found.name_fr if lang == "fr" else found.name_en,
        "count": sum(row.since <= now for row in rows),
        "members": [row for row in rows if known or viewer.owns(row.agent_id)],
        "names": names_for(viewer, [row.agent_id for row in rows], lang),
        "endable": {row.pk for row in rows if may(viewer, "end", "membership", owner=row.agent_id, scope=found.pk)},
        "inside": any(row.agent_id == viewer.agent for row in rows),
        "may_join": may(viewer, "join", "membership"),
        "leads": leads,
        "form": MemberForm() if may_add else None,
        "who": handles_and_names() if may_add else (),
        "may_give": may(viewer, "give", "role", scope=found.pk),
        "ways": ways(viewer),
    }
