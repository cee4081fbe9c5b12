"""The pages of who may what: roles, guardians and consents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wikivillage.base.problems import ProblemError
from wikivillage.web.registry.consent_actions import end_guardianship, give_consent, name_guardian, withdraw_consent
from wikivillage.web.registry.forms import GuardianForm, RoleForm, attempt
from wikivillage.web.registry.models import Agent, Consent, Guardianship, RoleGrant
from wikivillage.web.registry.people_queries import all_guardianships, consents_of, grants, handles_and_names
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.role_actions import end_role, give_role
from wikivillage.web.registry.roles import ROLES
from wikivillage.web.registry.viewer import Viewer, viewer_of
from wikivillage.web.registry.views import ways
from wikivillage.web.registry.words import PERSON
from wikivillage.web.shell.templatetags.village import language

PURPOSE_WORDS: dict[str, tuple[Promise, Promise]] = {
    "directory": (gettext_lazy("Be found"), gettext_lazy("Members find you in the directory, with your circles.")),
    "contact": (gettext_lazy("Be written to"), gettext_lazy("Members see your e-mail address and your telephone.")),
    "letters": (gettext_lazy("Receive news"), gettext_lazy("The village writes to you when something is planned.")),
    "photos": (gettext_lazy("Be in photos"), gettext_lazy("Photos of gatherings with you may be shown here.")),
}
"""What each consent is called, and what follows from it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One consent of one agent: what it is for, and since when it is given, if it is."""

    purpose: str
    name: Promise
    says: Promise
    given: Consent | None


@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: HttpRequest) -> HttpResponse:
    """Who holds what; the form gives a role."""
    viewer = viewer_of(request)
    access(viewer, "see", "role")
    if request.method != "POST":
        return render(request, "registry/roles.html", _roles_context(viewer, request.GET))
    form = _role_form(viewer, request.POST)
    done = attempt(form, lambda data: _give(form, data, viewer))
    if done.made is None:
        context = _roles_context(viewer, {}) | {"form": form, "problems": done.problems}
        return render(request, "registry/roles.html", context, status=422)
    words = {"name": done.made.agent.identity.name, "role": ROLES[done.made.word].name}
    messages.success(request, _("%(name)s has the role of %(role)s.") % words)
    if ROLES[done.made.word].second_factor:
        messages.success(request, _("It counts once they have signed in with a second factor."))
    return redirect("registry:roles")


def _give(form: RoleForm, data: dict[str, Any], viewer: Viewer) -> RoleGrant:
    scope = form.scope()
    access(viewer, "give", "role", scope=scope["scope"] or None)
    words = {"word": data["word"], "key": data["key"], **scope, **form.dates()}
    return give_role(agent=data["agent"], at=timezone.now(), by=viewer.agent or "", **words)


def _role_form(viewer: Viewer, data: Any = None, **options: Any) -> RoleForm:
    """The form of a steward, or of a lead, who gives roles in their own circles and places only."""
    own = () if may(viewer, "give", "role") else _led(viewer)
    return RoleForm(data, lang=language(), scopes=own, **options)


def _led(viewer: Viewer) -> tuple[str, ...]:
    return tuple(
        sorted(role.scope for role in viewer.roles if role.scope and may(viewer, "give", "role", scope=role.scope))
    )


def _roles_context(viewer: Viewer, wished: Any) -> dict[str, Any]:
    now, lang = timezone.now(), language()
    may_give = may(viewer, "give", "role") or bool(_led(viewer))
    initial = {key: wished.get(key, "") for key in ("agent", "word", "where")}
    held = grants(viewer, at=now, lang=lang)
    return {
        "held": held,
        "over": grants(viewer, at=now, lang=lang, over=True)[:50],
        "endable": {one.row.pk for one in held if _may_end(viewer, one.row)},
        "kinds": ROLES,
        "now": now,
        "form": _role_form(viewer, initial=initial) if may_give else None,
        "who": handles_and_names(PERSON) if may_give else (),
        "ways": ways(viewer),
    }


def _may_end(viewer: Viewer, row: RoleGrant) -> bool:
    return may(viewer, "end", "role", owner=row.agent_id, scope=row.scope or None)


@require_POST
def end_of_role(request: HttpRequest, id: int) -> HttpResponse:
    """Let a role end now; every reason why not is shown."""
    viewer, row = viewer_of(request), get_object_or_404(RoleGrant, pk=id)
    access(viewer, "end", "role", owner=row.agent_id, scope=row.scope or None)
    try:
        end_role(grant=row, at=timezone.now(), by=viewer.agent or "")
    except ProblemError as error:
        context = _roles_context(viewer, {}) | {"problems": error.problems}
        return render(request, "registry/roles.html", context, status=422)
    messages.success(request, _("That role ends now. It stays in the history."))
    return redirect("registry:roles")


@require_http_methods(["GET", "HEAD", "POST"])
def guardians(request: HttpRequest) -> HttpResponse:
    """Who acts for whom; the form names a guardian."""
    viewer = viewer_of(request)
    access(viewer, "give", "guardianship")
    rows = all_guardianships(timezone.now())
    people = [pk for row in rows for pk in (row.ward_id, row.guardian_id)]
    context: dict[str, Any] = {
        "rows": rows,
        "names": names_for(viewer, people, language()),
        "form": GuardianForm(),
        "who": handles_and_names(PERSON),
        "ways": ways(viewer),
    }
    if request.method != "POST":
        return render(request, "registry/guardians.html", context)
    form = GuardianForm(request.POST)
    done = attempt(form, lambda data: _name_guardian(form, data, viewer.agent or ""))
    if done.made is None:
        context |= {"form": form, "problems": done.problems}
        return render(request, "registry/guardians.html", context, status=422)
    messages.success(request, _("That is noted."))
    return redirect("registry:guardians")


def _name_guardian(form: GuardianForm, data: dict[str, Any], by: str) -> Guardianship:
    words = {"ward": data["ward"], "guardian": data["guardian"], "key": data["key"], **form.dates()}
    return name_guardian(at=timezone.now(), by=by, **words)


@require_POST
def end_of_guardianship(request: HttpRequest, id: int) -> HttpResponse:
    """Let a guardianship end now."""
    viewer = viewer_of(request)
    access(viewer, "end", "guardianship")
    end_guardianship(guardianship=get_object_or_404(Guardianship, pk=id), at=timezone.now(), by=viewer.agent or "")
    messages.success(request, _("That ends now. It stays in the history."))
    return redirect("registry:guardians")


@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """What one agreed to, for oneself, one's household and one's wards."""
    viewer = viewer_of(request)
    access(viewer, "see", "consent", owner=viewer.agent)
    agents = [viewer.agent or "", *sorted(viewer.acts_for)]
    given, names = consents_of(agents), names_for(viewer, agents, language())
    whose = [(pk, names[pk], _choices(given[pk])) for pk in agents]
    return render(request, "registry/consents.html", {"whose": whose, "oneself": viewer.agent, "ways": ways(viewer)})


def _choices(given: dict[str, Consent]) -> Iterable[Choice]:
    return [Choice(purpose, name, says, given.get(purpose)) for purpose, (name, says) in PURPOSE_WORDS.items()]


@require_POST
def change_consent(request: HttpRequest, pseudonym: str, purpose: str) -> HttpResponse:
    """Agree to something, or take it back: what the form asks for is so afterwards, however often it is sent."""
    viewer, found = viewer_of(request), get_object_or_404(Agent, pk=pseudonym, erased_at=None)
    if purpose not in PURPOSE_WORDS:
        raise Http404
    words = {"agent": found, "purpose": purpose, "at": timezone.now(), "by": viewer.agent or ""}
    if request.POST.get("wanted") == "yes":
        access(viewer, "give", "consent", owner=found.pk)
        give_consent(**words)
        messages.success(request, _("You agreed. You can take it back at any time."))
    else:
        access(viewer, "withdraw", "consent", owner=found.pk)
        withdraw_consent(**words)
        messages.success(request, _("You took it back."))
    return redirect("registry:consents")
