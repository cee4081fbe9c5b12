"""The inbox of whoever is signed in, how they want to be told, and the link that ends letters without a sign-in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wikivillage.web.notices import actions, queries, shown
from wikivillage.web.notices.forms import PreferencesForm
from wikivillage.web.notices.links import read_unsubscribe
from wikivillage.web.registry.permits import access
from wikivillage.web.registry.viewer import viewer_of
from wikivillage.web.shell.pages import page_of

SIZE = 30


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everything that I was told, unread first."""
    me = _me(request, "see")
    page = page_of(request, queries.inbox(me), size=SIZE)
    context = {"page": page, "lines": shown.lines(page.items), "unread": queries.unread_count(me)}
    return render(request, "notices/mine.html", context)


@login_required
@require_POST
def open_notice(request: HttpRequest, id: int) -> HttpResponse:
    """To the thing of a notice of mine, which is read from then on."""
    me = _me(request, "change")
    notice = get_object_or_404(queries.inbox(me), pk=id)
    actions.mark_read(agent=me, notice=id, at=timezone.now())
    return HttpResponseRedirect(notice.path) if notice.path else redirect("notices:mine")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """All of mine is read."""
    number = actions.mark_read(agent=_me(request, "change"), at=timezone.now())
    text = ngettext("%(number)s notice is read.", "%(number)s notices are read.", number) % {"number": number}
    messages.success(request, text if number else _("All notices were read already."))
    return redirect("notices:mine")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Choose how each kind of notices comes by letter."""
    me = _me(request, "change")
    form = PreferencesForm(request.POST or None, initial=queries.ways_of(me))
    if form.is_valid():
        changed = actions.choose_ways(agent=me, ways=form.cleaned_data, at=timezone.now())
        messages.success(request, _("Your choice is kept.") if changed else _("That was your choice already."))
        return redirect("notices:preferences")
    context = {"form": form, "address": queries.address_of(me)}
    return render(request, "notices/preferences.html", context, status=422 if form.errors else 200)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, signed: str) -> HttpResponse:
    """End letters of a kind. The signature says whose; a mail program posts here by itself (RFC 8058)."""
    found = read_unsubscribe(signed)
    if found is None:
        return render(request, "notices/no_such_link.html", status=404)
    agent, kind = found
    context = {"name": shown.kind_name(kind), "daily": kind == shown.DIGEST}
    if request.method != "POST":
        return render(request, "notices/unsubscribe.html", context)
    actions.unsubscribe(agent=agent, kind=kind, at=timezone.now())
    return render(request, "notices/unsubscribed.html", context)


def _me(request: HttpRequest, verb: str) -> str:
    """My pseudonym. An account that never signed in by the entrance has none, and was told nothing."""
    me: str | None = request.user.agent_id
    if me is None:
        raise Http404
    access(viewer_of(request), verb, "notice", owner=me)
    return me
