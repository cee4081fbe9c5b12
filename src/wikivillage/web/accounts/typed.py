"""A form that was sent after its session had ended: what was typed waits in the next session and is given back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wikivillage.web.shell.typed import typed_fields

KEY = "typed"
LONGEST = 100_000
KEPT_SECONDS = 3600


def keep_typed(request: HttpRequest) -> HttpResponse:
    """Keep the form in the session, without passwords and files, and lead to the sign-in."""
    typed = typed_fields(request.POST)
    if sum(len(key) + len(value) for key, value in typed) <= LONGEST:
        kept = {"action": request.get_full_path(), "fields": typed, "at": timezone.now().timestamp()}
        request.session[KEY] = kept
    query = urlencode({"next": reverse("accounts:typed")})
    return HttpResponseRedirect(f"{reverse('account_login')}?{query}")


@never_cache
@require_safe
def typed(request: HttpRequest) -> HttpResponse:
    """The form that was kept, to be looked at and sent again; once."""
    kept: dict[str, Any] | None = request.session.get(KEY)
    if not request.user.is_authenticated or kept is None:
        return redirect("/")
    del request.session[KEY]
    if timezone.now().timestamp() - kept["at"] > KEPT_SECONDS:
        return redirect(kept["action"])
    return render(request, "accounts/typed.html", {"typed": kept["fields"], "action": kept["action"]})
