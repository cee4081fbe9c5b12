"""The pages of who is here: the first visit, the directory, one agent with everything around them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wikivillage.web.registry.about_queries import about_village
from wikivillage.web.registry.forms import KIND_WORDS, AddAgentForm, MemberForm, attempt
from wikivillage.web.registry.models import Agent, Membership
from wikivillage.web.registry.people_actions import add_household, add_organisation, add_person, join, leave
from wikivillage.web.registry.people_queries import (
    Listed,
    consents_of,
    directory,
    grants,
    guardianships_of,
    handles_and_names,
    memberships_of,
)
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.queries import kind_of_thing, names_for
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.registry.words import HOUSEHOLD, ORGANISATION, PERSON
from wikivillage.web.shell.csv import csv_response
from wikivillage.web.shell.pages import page_of
from wikivillage.web.shell.templatetags.village import language

BODIES = (HOUSEHOLD, ORGANISATION)


def ways(viewer: Viewer) -> dict[str, bool]:
    """Which pages of this room open to somebody: what its little navigation shows."""
    return {
        "people": True,
        "circles": True,
        "roles": may(viewer, "see", "role"),
        "consents": viewer.agent is not None,
        "guardians": may(viewer, "give", "guardianship"),
        "own": viewer.agent is not None,
        "file": may(viewer, "see", "village_file"),
    }


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this place is, for whom, and how to join: the first visit in one screen."""
    viewer = viewer_of(request)
    context = {"about": about_village(language()), "viewer": viewer, "ways": ways(viewer)}
    return render(request, "registry/about.html", {**context, "may_see_people": may(viewer, "see", "person")})


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who is here, as far as this reader may know it."""
    viewer, search, kind = viewer_of(request), request.GET.get("q", ""), request.GET.get("kind", "")
    lines = directory(viewer, at=timezone.now(), lang=language(), search=search, kind=kind)
    context = {
        "page": page_of(request, lines),
        "search": search,
        "kind": kind,
        "kinds": KIND_WORDS,
        "ways": ways(viewer),
        "knows_people": may(viewer, "see", "person"),
        "sees_all": may(viewer, "list", "person"),
        "may_add": may(viewer, "add", "person"),
    }
    return render(request, "registry/people.html", context)


@require_safe
def people_csv(request: HttpRequest) -> HttpResponse:
    """The directory as a file, for whoever sees all of it."""
    viewer = viewer_of(request)
    access(viewer, "list", "person")
    found = directory(
        viewer, at=timezone.now(), lang=language(), search=request.GET.get("q", ""), kind=request.GET.get("kind", "")
    )
    header = (_("kind"), _("name"), _("places"), _("roles"), _("circles"), _("pseudonym"))
    return csv_response("people", header, _cells(found))


def _cells(lines: list[Listed]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        words = (", ".join(part) for part in (line.places, line.roles, line.circles))
        yield (str(KIND_WORDS.get(line.kind, line.kind)), line.name, *words, line.agent)


@require_safe
def households(request: HttpRequest) -> HttpResponse:
    """The households that one may find: the directory, cut to them."""
    return redirect(f"{reverse('registry:people')}?kind={HOUSEHOLD}")


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add a person without an account, a household or an organisation."""
    viewer = viewer_of(request)
    access(viewer, "add", "person")
    form = AddAgentForm(request.POST or None, initial={"kind": request.GET.get("kind", PERSON)})
    if request.method != "POST":
        return render(request, "registry/add.html", {"form": form, "ways": ways(viewer)})
    done = attempt(form, lambda data: _add(data, viewer.agent or ""))
    if done.made is None:
        context = {"form": form, "ways": ways(viewer), "problems": done.problems}
        return render(request, "registry/add.html", context, status=422)
    messages.success(request, _("%(name)s is here now.") % {"name": done.made.identity.name})
    return redirect("registry:agent", done.made.pk)


def _add(data: dict[str, Any], by: str) -> Agent:
    words = {"name": data["name"], "at": timezone.now(), "by": by, "key": data["key"]}
    if data["kind"] == HOUSEHOLD:
        return add_household(**words)
    if data["kind"] == ORGANISATION:
        return add_organisation(**words, email=data["email"])
    return add_person(**words, email=data["email"])


@require_http_methods(["GET", "HEAD", "POST"])
def agent(request: HttpRequest, pseudonym: str) -> HttpResponse:
    """Somebody with what is said of them; the form lets somebody join a household or an organisation."""
    viewer, found = viewer_of(request), access_agent(request, pseudonym)
    if request.method != "POST":
        return render(request, "registry/agent.html", agent_context(viewer, found))
    access(viewer, "add", "membership")
    form = MemberForm(request.POST)
    done = attempt(form, lambda data: _join(form, data, found, viewer.agent or ""))
    if done.made is None:
        context = agent_context(viewer, found) | {"form": form, "problems": done.problems}
        return render(request, "registry/agent.html", context, status=422)
    messages.success(request, _("%(name)s belongs to it.") % {"name": done.made.agent.identity.name})
    return redirect("registry:agent", found.pk)


def access_agent(request: HttpRequest, pseudonym: str) -> Agent:
    """Somebody whom this reader may see; erased ones are nobody."""
    found: Agent = get_object_or_404(Agent.objects.select_related("identity"), pk=pseudonym, erased_at=None)
    access(viewer_of(request), "see", kind_of_thing(found.kind), owner=found.pk)
    return found


def _join(form: MemberForm, data: dict[str, Any], body: Agent, by: str) -> Membership:
    words = {"role": data["role"], "votes": data["votes"], "key": data["key"], **form.dates()}
    return join(agent=data["agent"], body=body, at=timezone.now(), by=by, **words)


def agent_context(viewer: Viewer, found: Agent) -> dict[str, Any]:
    """Everything that this reader may know of an agent."""
    now, lang = timezone.now(), language()
    near = may(viewer, "list", kind_of_thing(found.kind), owner=found.pk)
    known = may(viewer, "see", "membership", owner=found.pk)
    memberships = memberships_of(found, now) if known else []
    guards = guardianships_of(found, now) if may(viewer, "see", "guardianship", owner=found.pk) else []
    people = [pk for row in memberships for pk in (row.agent_id, row.body_id) if pk]
    people += [pk for row in guards for pk in (row.ward_id, row.guardian_id)]
    may_add = found.kind in BODIES and may(viewer, "add", "membership")
    return {
        "agent": found,
        "kind": KIND_WORDS.get(found.kind, _("somebody outside")),
        "near": near,
        "names": names_for(viewer, people, lang),
        "belongs": [row for row in memberships if row.agent_id == found.pk and (near or _is_public(row))],
        "members": [row for row in memberships if row.body_id == found.pk],
        "endable": {row.pk for row in memberships if may(viewer, "end", "membership", owner=row.agent_id)},
        "guards": guards,
        "places": found.places.order_by("position"),
        "grants": grants(viewer, at=now, lang=lang, agent=found.pk) if may(viewer, "see", "role") or near else [],
        "contact": sees_contact(viewer, found),
        "form": MemberForm() if may_add else None,
        "who": handles_and_names() if may_add else (),
        "may_give": may(viewer, "give", "role") and found.kind == PERSON,
        "lang": lang,
        "ways": ways(viewer),
    }


def _is_public(row: Membership) -> bool:
    """Where somebody lives is known to those near them; what they work for is known to members."""
    return row.body is None or row.body.kind != HOUSEHOLD


def sees_contact(viewer: Viewer, found: Agent) -> bool:
    """Whether this reader may know how to write to somebody: themselves, stewards, and members where it was agreed."""
    if may(viewer, "see", "contact", owner=found.pk):
        return True
    agreed = found.kind == ORGANISATION or "contact" in consents_of([found.pk])[found.pk]
    return agreed and may(viewer, "see_shared", "contact")


@require_POST
def end_membership(request: HttpRequest, id: int) -> HttpResponse:
    """Let a membership end now."""
    viewer = viewer_of(request)
    row = get_object_or_404(Membership.objects.select_related("body"), pk=id)
    access(viewer, "end", "membership", owner=row.agent_id, scope=row.circle_id)
    leave(membership=row, at=timezone.now(), by=viewer.agent or "")
    messages.success(request, _("That ends now. It stays in the history."))
    back = ("registry:circle", row.circle_id) if row.circle_id else ("registry:agent", row.body_id)
    return redirect(*back)
