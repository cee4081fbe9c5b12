"""My things: who I am here, how I sign in, what is mine, taking all of it with me, and leaving."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wikivillage.base.problems import ProblemError
from wikivillage.web.accounts import actions, departures, export, queries
from wikivillage.web.accounts.adapter import note_sign_in
from wikivillage.web.accounts.forms import ProfileForm
from wikivillage.web.accounts.shown import memberships_shown, roles_shown
from wikivillage.web.ledger import queries as ledger
from wikivillage.web.notices.queries import letters_of
from wikivillage.web.registry.actions import revoke_token
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.permits import access
from wikivillage.web.registry.viewer import has_second_factor, viewer_of

MOST_SHOWN = 10


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everything of mine, on one page."""
    me, viewer, now = _me(request, "see"), viewer_of(request), timezone.now()
    lang = language()
    context = {
        "identity": me.identity,
        "ways": queries.ways_of(request.user),
        "waiting": roles_shown(viewer.waiting),
        "counts": has_second_factor(request),
        "sign_ins": queries.sign_ins_of(request.user, now),
        "here": request.session.session_key,
        "roles": roles_shown(viewer.roles),
        "memberships": memberships_shown(me.pk, now, lang),
        "tokens": queries.tokens_of(me.pk),
        "meters": queries.meters_of(me.pk, viewer.acts_for)[:MOST_SHOWN],
        "events": ledger.events().filter(provider=me.pk)[:MOST_SHOWN],
        "promises": queries.promises_of(me.pk, open=True)[:MOST_SHOWN],
        "letters": letters_of(me.pk)[:MOST_SHOWN],
    }
    return render(request, "accounts/mine.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Change name, handle and language of letters."""
    me = _me(request, "change")
    known = {"name": me.identity.name, "handle": me.identity.handle, "language": request.user.language or language()}
    form = ProfileForm(request.POST or None, initial=known)
    if form.is_valid():
        try:
            actions.change_profile(account=request.user, at=timezone.now(), **form.cleaned_data)
        except ProblemError as error:
            for problem in error.problems:
                form.add_error("name" if problem.code == "bad-name" else "handle", why_refused(problem.code))
        else:
            messages.success(request, _("It is changed."))
            return redirect("accounts:mine")
    return render(request, "accounts/profile.html", {"form": form}, status=422 if form.errors else 200)


def why_refused(code: str) -> str:
    """Why a profile cannot be so, in the words of the page."""
    said = {
        "handle-taken": _("Somebody else is called so. Choose another."),
        "bad-handle": _("Use letters, digits, points, hyphens and underscores, a letter first."),
        "bad-name": _("Write a name that others can read."),
    }
    return said[code]


@login_required
@require_POST
def end_sign_ins(request: HttpRequest) -> HttpResponse:
    """Sign out in one other place, or in all other places."""
    one = request.POST.get("sign_in", "")
    if one:
        found = one.isdecimal() and actions.end_sign_in(account=request.user, sign_in=int(one[:18]))
        messages.success(request, _("You are signed out there.") if found else _("That was over already."))
        return redirect("accounts:mine")
    account = actions.sign_out_everywhere(account=request.user, at=timezone.now())
    update_session_auth_hash(request, account)
    note_sign_in(request, account)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("accounts:mine")


@never_cache
@login_required
@require_safe
def letter(request: HttpRequest, id: UUID) -> HttpResponse:
    """A letter that was sent to me."""
    found = get_object_or_404(letters_of(_me(request, "see").pk), pk=id)
    return render(request, "accounts/letter.html", {"letter": found})


@login_required
@require_POST
def end_token(request: HttpRequest, id: int) -> HttpResponse:
    """End a key of mine."""
    me = _me(request, "change")
    revoke_token(token=get_object_or_404(queries.tokens_of(me.pk), pk=id), at=timezone.now(), by=me.pk)
    messages.success(request, _("The key opens nothing any more."))
    return redirect("accounts:mine")


@never_cache
@login_required
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a role asks for a second factor, and the way to it."""
    after = request.GET.get("next", "")
    own = after.startswith("/") and url_has_allowed_host_and_scheme(after, allowed_hosts=None)
    context = {
        "waiting": roles_shown(viewer_of(request).waiting),
        "ways": queries.ways_of(request.user),
        "counts": has_second_factor(request),
        "after": after if own else reverse("accounts:mine"),
    }
    return render(request, "accounts/second_factor.html", context)


@never_cache
@login_required
@require_safe
def export_json(request: HttpRequest) -> HttpResponse:
    """Everything about me, as one file."""
    return _file(export.as_json(_everything(request)), "application/json; charset=utf-8", "json")


@never_cache
@login_required
@require_safe
def export_zip(request: HttpRequest) -> HttpResponse:
    """Everything about me, as tables."""
    return _file(export.zipped(_everything(request)), "application/zip", "zip")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Ask to leave, with all that keeps me; or, once asked, when it happens and how to stay."""
    me, now = _me(request, "erase"), timezone.now()
    if request.user.leaving_at:
        return render(request, "accounts/leaving.html", {"departure": request.user.departure})
    if request.method == "POST" and request.POST.get("sure") == "yes":
        try:
            departures.ask_to_leave(account=request.user, at=now)
        except ProblemError:
            return redirect("accounts:leave")
        logout(request)
        return render(request, "accounts/left.html", {"days": departures.GRACE.days})
    context = {
        "problems": departures.obstacles(agent=me, at=now),
        "days": departures.GRACE.days,
        "unsure": request.method == "POST",
    }
    return render(request, "accounts/leave.html", context)


@login_required
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Stay after all."""
    departures.stay(account=request.user, at=timezone.now())
    messages.success(request, _("You stay. Your name is back."))
    return redirect("accounts:mine")


def language() -> Literal["en", "fr"]:
    """The language that is read now."""
    return "fr" if (get_language() or "fr").startswith("fr") else "en"


def _me(request: HttpRequest, verb: str) -> Agent:
    """My agent. An account that never signed in by the entrance has none, and nothing here."""
    me: Agent | None = request.user.agent
    if me is None:
        raise Http404
    access(viewer_of(request), verb, "own_things", owner=me.pk)
    return me


def _everything(request: HttpRequest) -> dict[str, Any]:
    me = _me(request, "export")
    return export.everything(agent=me, viewer=viewer_of(request), at=timezone.now(), lang=language())


def _file(content: str | bytes, kind: str, ending: str) -> HttpResponse:
    name = f"wikivillage-{timezone.localdate():%Y-%m-%d}.{ending}"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
