"""Dropping something off in three taps: what, how heavy, where. Nothing is written before the last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.exchange.gesture_views import form_problems, named
from wikivillage.web.exchange.helping_pages import Looker, looker, place_names
from wikivillage.web.exchange.lot_actions import drop_lot
from wikivillage.web.exchange.lot_forms import DropForm, read_kg
from wikivillage.web.exchange.lot_rules import DOUBTFUL, kilograms, weight_problems
from wikivillage.web.exchange.lot_stocks import lot_id, lot_path, shelf_places, weighed_kinds
from wikivillage.web.exchange.models import Lot
from wikivillage.web.exchange.photo_uploads import photo_of, with_photo
from wikivillage.web.exchange.ways import ways
from wikivillage.web.registry.models import ResourceKind
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import access


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@with_photo
def drop(request: HttpRequest) -> HttpResponse:
    """One of the three steps, by what is known so far; the last is sent."""
    seen = looker(request)
    access(seen.viewer, "drop", "lot")
    if request.method == "POST":
        return _dropped(request, seen)
    kind = _kind(request.GET.get("kind", ""))
    text = request.GET.get("kg", "")[:24]
    if kind is None:
        return _step(request, seen, "drop_what", {"kinds": _kinds(seen.lang)})
    problems = weight_problems(read_kg(text), sure="sure" in request.GET) if "kg" in request.GET else []
    if "kg" not in request.GET or problems:
        heavy = [one.code for one in problems] == ["weight-heavy"]
        said = {"kind": kind, "name": _name(kind, seen.lang), "typed": text, "problems": problems, "heavy": heavy}
        return _step(request, seen, "drop_weight", said, status=422 if problems else 200)
    initial = {"key": new_key(), "kind": kind.pk, "kg": text, "origin": "neighbour", "sure": "sure" in request.GET}
    return _where(request, seen, kind, DropForm(initial=initial), text)


def _where(
    request: HttpRequest,
    seen: Looker,
    kind: ResourceKind,
    form: DropForm,
    text: str,
    *,
    problems: Sequence[Problem] = (),
) -> HttpResponse:
    """The third tap: places to choose from; those with shelves first."""
    kg, names, first = read_kg(text), place_names(seen.lang), shelf_places()
    context = {
        "kind": kind,
        "name": _name(kind, seen.lang),
        "kg": kilograms(kg) if kg is not None else text,
        "form": form,
        "asks_doubt": kind.pk in DOUBTFUL,
        "near": [(id, names[id]) for id in first if id in names],
        "far": [(id, name) for id, name in names.items() if id not in first],
        "problems": problems,
    }
    return _step(request, seen, "drop_where", context, status=422 if problems else 200)


def _dropped(request: HttpRequest, seen: Looker) -> HttpResponse:
    form = DropForm(request.POST)
    form.is_valid()
    kind, text = _kind(request.POST.get("kind", "")), request.POST.get("kg", "")[:24]
    if kind is None:
        return _step(request, seen, "drop_what", {"kinds": _kinds(seen.lang)}, status=422)
    if form.errors:
        return _where(request, seen, kind, form, text, problems=form_problems(form))
    try:
        lot = _drop(request, seen, form)
    except ProblemError as error:
        return _where(request, seen, kind, form, text, problems=named(form, error.problems))
    said = _("%(kg)s are there. Write %(code)s on it, or stick its label on it.")
    messages.success(request, said % {"kg": kilograms(lot.dropped_kg), "code": lot.stock.lot})
    return HttpResponseRedirect(lot_path(lot.pk))


def _drop(request: HttpRequest, seen: Looker, form: DropForm) -> Lot:
    words = form.cleaned_data
    return drop_lot(
        id=lot_id(f"{seen.me} {words['key'] or new_key()}"),
        spec=words["kind"],
        kg=words["kg"],
        place=words["place"],
        given_by=seen.me,
        said=form.said,
        photo=photo_of(request),
        sure=words["sure"],
        at=seen.now,
        by=seen.me,
    )


def _step(request: HttpRequest, seen: Looker, page: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, f"exchange/{page}.html", {"ways": ways(seen.viewer), **context}, status=status)


def _kind(id: str) -> ResourceKind | None:
    return next((row for row in weighed_kinds() if row.pk == id), None)


def _kinds(lang: str) -> list[tuple[str, str]]:
    return [(row.pk, _name(row, lang)) for row in weighed_kinds()]


def _name(row: ResourceKind, lang: str) -> str:
    return str(getattr(row, f"name_{lang}"))
