"""The pages of letters: for stewards what waits, fails and left; in a demonstration a post box that all may read."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from wikivillage.web.notices import queries
from wikivillage.web.notices.actions import KEPT_AFTER_SENDING, send_now
from wikivillage.web.notices.models import Letter
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.viewer import viewer_of

MOST_SHOWN = 100


@never_cache
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """The post box of a demonstration; otherwise, for stewards, how letters do."""
    viewer = viewer_of(request)
    if settings.DEMONSTRATION:
        return render(request, "notices/post_box.html", {"letters": Letter.objects.all()[:MOST_SHOWN]})
    access(viewer, "see", "letter")
    context = {
        "failing": queries.failing()[:MOST_SHOWN],
        "waiting": queries.waiting()[:MOST_SHOWN],
        "sent": queries.sent()[:MOST_SHOWN],
        "most_shown": MOST_SHOWN,
        "kept_days": KEPT_AFTER_SENDING.days,
        "no_server": not settings.EMAIL_HOST,
        "may_send": may(viewer, "send", "letter"),
    }
    return render(request, "notices/letters.html", context)


@never_cache
@require_safe
def letter(request: HttpRequest, id: UUID) -> HttpResponse:
    """A letter of a demonstration. Elsewhere only its addressee reads it: it may hold a key to the house."""
    if not settings.DEMONSTRATION:
        raise Http404
    return render(request, "notices/letter.html", {"letter": get_object_or_404(Letter, pk=id)})


@require_POST
def send(request: HttpRequest, id: UUID) -> HttpResponse:
    """Try a letter again now."""
    viewer = viewer_of(request)
    access(viewer, "send", "letter")
    if send_now(letter=id, at=timezone.now(), by=viewer.agent or ""):
        messages.success(request, _("The letter is tried again within a minute."))
    else:
        messages.success(request, _("The letter has left already."))
    return HttpResponseRedirect(reverse("notices:letters"))
