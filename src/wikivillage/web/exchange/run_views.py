"""A run of a workshop: choose the lots that go in, write what came out; the sum is shown before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.exchange import lot_shown as shown
from wikivillage.web.exchange.gesture_views import form_problems, named
from wikivillage.web.exchange.helping_pages import Looker, looker, place_names
from wikivillage.web.exchange.lot_forms import RunForm, read_kg
from wikivillage.web.exchange.lot_rules import Balance, balance_of, exact, kilograms
from wikivillage.web.exchange.lot_stocks import kept_for_others, lot_path, shelf_places, weighed_kinds
from wikivillage.web.exchange.models import Lot
from wikivillage.web.exchange.transform_actions import Made, Run, Taken, transform
from wikivillage.web.exchange.ways import ways
from wikivillage.web.registry.models import RecipeEntry
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import access

LINES = 4
"""How many outputs the form has."""
INPUTS = 6


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: HttpRequest) -> HttpResponse:
    """The form with its sum; sent with its last button, it is written."""
    seen = looker(request)
    access(seen.viewer, "transform", "lot")
    sent = request.POST if request.method == "POST" else request.GET
    lots = _lots(sent)
    initial = {"key": new_key(), **_proposed(lots)}
    form = _form(seen.lang, sent if request.method == "POST" else None, initial)
    if request.method != "POST":
        return _page(request, seen, form, lots, sent)
    if not form.is_valid():
        return _page(request, seen, form, lots, sent, problems=form_problems(form))
    if request.POST.get("do") != "write":
        return _page(request, seen, form, lots, sent, summed=True)
    try:
        made = _write(form, lots, sent, seen)
    except ProblemError as error:
        return _page(request, seen, form, lots, sent, problems=named(form, error.problems), summed=True)
    messages.success(request, _("The run is written down, and what came out has its numbers."))
    return HttpResponseRedirect(lot_path(f"{made}-1"))


def _write(form: RunForm, lots: Sequence[Lot], sent: QueryDict, seen: Looker) -> str:
    words = form.cleaned_data
    taken = tuple(Taken(lot.pk, _weight(sent, f"in-{lot.pk}")) for lot in lots if sent.get(f"in-{lot.pk}", "").strip())
    id = f"run-{(words['key'] or new_key())[:48]}"
    wanted = Run(id, words["work"], words["place"], taken, tuple(_made(sent, words["place"])))
    transform(run=wanted, at=seen.now, by=seen.me, lost_as=words["lost_as"], why=words["why"])
    return id


def _made(sent: QueryDict, place: str) -> Iterator[Made]:
    for number in range(LINES):
        if sent.get(f"out-{number}-kg", "").strip():
            spec, title = (sent.get(f"out-{number}-{name}", "")[:120].replace("\0", "") for name in ("kind", "title"))
            where = sent.get(f"out-{number}-place", "")[:64].replace("\0", "") or place
            yield Made(spec, _weight(sent, f"out-{number}-kg"), where, title=title)


def _weight(sent: QueryDict, name: str) -> Decimal:
    found = read_kg(sent.get(name, "")[:24])
    return Decimal("NaN") if found is None else found


def _lots(sent: QueryDict) -> list[Lot]:
    """The lots that an address or a form names, by id or by the number on their label."""
    wanted = [*sent.getlist("lot"), *sent.get("more", "").split()][:INPUTS]
    clean = [one[:64].replace("\0", "").strip() for one in wanted]
    rows = Lot.objects.select_related("stock")
    by_id = rows.in_bulk(clean)
    by_code = {row.stock.lot: row for row in rows.filter(stock__lot__in=[one.upper() for one in clean])}
    found = [by_id.get(one) or by_code.get(one.upper()) for one in clean]
    return list({row.pk: row for row in found if row is not None}.values())


def _proposed(lots: Sequence[Lot]) -> dict[str, str]:
    """The recipe that takes what is chosen, and a workshop that has shelves."""
    specs = {lot.spec for lot in lots}
    work = next((row.pk for row in _works() if specs & set(row.tree.get("inputs") or {})), "")
    return {"work": work, "place": next(iter(shelf_places()), "")}


def _works() -> list[RecipeEntry]:
    """The recipes that make something that is weighed out of something that is weighed."""
    kinds = {row.pk for row in weighed_kinds()}
    rows = RecipeEntry.objects.filter(loop__in=("matter", "food")).order_by("position")
    return [
        row for row in rows if kinds & set(row.tree.get("inputs") or {}) and kinds & set(row.tree.get("outputs") or {})
    ]


def _form(lang: str, data: Any, initial: dict[str, str]) -> RunForm:
    form = RunForm(data, initial=initial)
    names = [(row.pk, row.name_fr if lang == "fr" else row.name_en) for row in _works()]
    form.fields["work"].choices = [("", _("something else")), *names]
    form.fields["place"].choices = list(place_names(lang).items())
    return form


def _page(
    request: HttpRequest,
    seen: Looker,
    form: RunForm,
    lots: Sequence[Lot],
    sent: QueryDict,
    *,
    problems: Sequence[Problem] = (),
    summed: bool = False,
) -> HttpResponse:
    cards = shown.cards_of(lots, seen.lang, seen.now)
    kinds = [(row.pk, getattr(row, f"name_{seen.lang}")) for row in weighed_kinds()]
    context = {
        "form": form,
        "inputs": [(card, sent.get(f"in-{card.lot.pk}") or _free(card.lot, seen)) for card in cards],
        "outputs": [_line(sent, number, _after(form, kinds)) for number in range(LINES)],
        "kinds": kinds,
        "places": [("", _("there too")), *place_names(seen.lang).items()],
        "problems": problems,
        "balance": _balance(lots, sent) if summed else None,
        "ways": ways(seen.viewer),
    }
    return render(request, "exchange/run.html", context, status=422 if problems else 200)


def _after(form: RunForm, kinds: Sequence[tuple[str, str]]) -> list[str]:
    """The kinds that the chosen recipe makes, in their order."""
    work = form["work"].value()
    row = RecipeEntry.objects.filter(pk=work).first() if work and "\0" not in work else None
    known = dict(kinds)
    return [spec for spec in (row.tree.get("outputs") or {}) if spec in known] if row else []


def _line(sent: QueryDict, number: int, proposed: Sequence[str]) -> dict[str, Any]:
    said = {name: sent.get(f"out-{number}-{name}", "")[:120] for name in ("kind", "kg", "title", "place")}
    return {"number": number, **said, "kind": said["kind"] or (proposed[number] if number < len(proposed) else "")}


def _free(lot: Lot, seen: Looker) -> str:
    return exact(lot.stock.onhand - kept_for_others(lot.pk, seen.now))


def _balance(lots: Sequence[Lot], sent: QueryDict) -> dict[str, Any]:
    """What went in, what came out and what is missing, in words, as far as it is numbers."""
    taken = [read_kg(sent.get(f"in-{lot.pk}", "")) for lot in lots]
    made = [read_kg(sent.get(f"out-{number}-kg", "")) for number in range(LINES)]
    found: Balance = balance_of([one for one in taken if one], [one for one in made if one])
    return {
        "taken": kilograms(found.taken),
        "made": kilograms(found.made),
        "loss": kilograms(abs(found.loss)),
        "missing": found.loss > 0,
        "closes": found.loss == 0,
        "small": found.is_small,
    }
