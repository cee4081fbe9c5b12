"""What is out of order: a list for everybody; for whoever mends, until when, and that it works again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.bookings import use_queries
from wikivillage.web.bookings.models import Outage
from wikivillage.web.bookings.outage_actions import TOLD_AHEAD, end_outage, foresee_end
from wikivillage.web.bookings.shown import floors, unit_name
from wikivillage.web.bookings.use_forms import EndOutageForm
from wikivillage.web.bookings.views import ways
from wikivillage.web.registry.permits import access, may
from wikivillage.web.registry.viewer import viewer_of
from wikivillage.web.shell.templatetags.village import language


@never_cache
@require_safe
def outages(request: HttpRequest) -> HttpResponse:
    """Everything that is out of order."""
    return _list(request)


def _list(request: HttpRequest, *, problems: tuple[Problem, ...] = (), status: int = 200) -> HttpResponse:
    seen, lang, at = viewer_of(request), language(), timezone.now()
    access(seen, "see", "outage")
    rows = use_queries.open_outages()
    where = floors([row.unit for row in rows], lang)
    mended = Outage.objects.exclude(ended_at=None).select_related("unit").order_by("-ended_at")[:20]
    context = {
        "outages": [
            {
                "row": row,
                "name": unit_name(row.unit, lang),
                "where": where.get(row.unit.place, ""),
                "touched": use_queries.troubled(row.unit_id, at, row.until or at + TOLD_AHEAD).count(),
                "said": row.said if may(seen, "report", "outage") else "",
            }
            for row in rows
        ],
        "mended": [(row, unit_name(row.unit, lang)) for row in mended] if may(seen, "report", "outage") else [],
        "may_end": may(seen, "end", "outage"),
        "form": EndOutageForm(),
        "problems": problems,
        "ways": ways(seen),
    }
    return render(request, "bookings/outages.html", context, status=status)


@require_POST
def end(request: HttpRequest, id: int) -> HttpResponse:
    """It works again."""
    seen = viewer_of(request)
    access(seen, "end", "outage")
    mended = request.POST.get("mended", "")
    try:
        row = end_outage(outage=id, at=timezone.now(), by=seen.agent or "", mended=mended)
    except ProblemError as error:
        return _list(request, problems=error.problems, status=422)
    messages.success(request, _("It works again. Who was told that it did not is told so."))
    return HttpResponseRedirect(reverse("bookings:here", args=[row.unit_id]))


@require_POST
def foresee(request: HttpRequest, id: int) -> HttpResponse:
    """Say until when it is out of order."""
    seen = viewer_of(request)
    access(seen, "end", "outage")
    form = EndOutageForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        foresee_end(outage=id, until=form.moment, at=timezone.now(), by=seen.agent or "")
    except ProblemError as error:
        return _list(request, problems=error.problems, status=422)
    messages.success(request, _("It is noted. Who has it booked until then is told."))
    return HttpResponseRedirect(reverse("bookings:outages"))
