"""What the page of a lot is told, also where a gesture was refused: then with every reason and what would work."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wikivillage.base.problems import Problem
from wikivillage.web.exchange import lot_forms as forms
from wikivillage.web.exchange import lot_queries as queries
from wikivillage.web.exchange import lot_shown as shown
from wikivillage.web.exchange.helping_pages import Looker, looker, place_names
from wikivillage.web.exchange.lot_ahead import held_back_words, next_of, now_of
from wikivillage.web.exchange.lot_carbon import carbon_of
from wikivillage.web.exchange.lot_family import family_of
from wikivillage.web.exchange.lot_rules import exact
from wikivillage.web.exchange.lot_stocks import LABEL, kept_for_others, open_reservations, ways_out
from wikivillage.web.exchange.lot_story import story_of
from wikivillage.web.exchange.lot_words import FREE, GONE, QUARANTINED
from wikivillage.web.exchange.models import Lot, LotPhoto
from wikivillage.web.exchange.ways import ways
from wikivillage.web.labels.queries import find_label
from wikivillage.web.ledger.models import Stock
from wikivillage.web.registry.models import ResourceKind
from wikivillage.web.registry.once import new_key
from wikivillage.web.registry.permits import may


def lot_context(request: HttpRequest, lot: Lot) -> dict[str, Any]:
    """Everything that the page shows."""
    seen = looker(request)
    kept = kept_for_others(lot.pk, seen.now)
    card = shown.card_of(lot, shown.names_in(seen.lang), {lot.pk: kept}, queries.pictured([lot.pk]))
    carbon = carbon_of(ResourceKind.objects.filter(pk=lot.spec).first(), lot.stock.onhand)
    return {
        "lot": lot,
        "card": card,
        "headline": shown.headline(card, seen.lang),
        "state": lot.state,
        "is_free": lot.state == FREE,
        "is_held": lot.state == QUARANTINED,
        "is_gone": lot.state == GONE,
        "held_back": held_back_words(lot),
        "label": find_label(LABEL, lot.pk),
        "photos": LotPhoto.objects.filter(lot=lot).order_by("position").only("position", "width", "height", "lot_id"),
        "carbon": carbon,
        "ways": ways(seen.viewer),
        "now": seen.now,
        "in_offer": seen.now < lot.free_until,
        **_story(lot, seen),
        **_balance(lot, seen),
        **_gestures(lot, seen, card.free),
    }


def _story(lot: Lot, seen: Looker) -> dict[str, Any]:
    return {
        "stops": story_of(lot, seen.viewer, seen.lang),
        "now_stop": now_of(lot, seen.viewer, seen.lang, seen.now),
        "next_stops": next_of(lot, seen.now),
    }


def _balance(lot: Lot, seen: Looker) -> dict[str, Any]:
    family = family_of(lot.pk)
    names = shown.names_of_ends(family, seen.viewer, seen.lang)
    return {
        "family": family,
        "figure": shown.draw(family, lot, names),
        "entered": shown.table_of(family.entered, lot, names),
        "found_again": shown.table_of(family.found_again, lot, names),
    }


def _gestures(lot: Lot, seen: Looker, free: Decimal) -> dict[str, Any]:
    """The forms that open to whoever looks; one key for all of them, for each has an id of its own."""
    viewer, key = seen.viewer, new_key()
    mine = [one for one in open_reservations(lot.pk, seen.now) if viewer.owns(one.agent_id)]
    scope = lot.place
    allowed = {
        verb: may(viewer, verb, "lot", scope=scope)
        for verb in ("take", "weigh", "move", "hold_back", "clear", "transform", "throw_away")
    }
    return {
        "key": key,
        "mine": mine,
        "may": allowed,
        "anything": any(allowed.values()) and (lot.state != GONE or allowed["weigh"]),
        "visitor": viewer.agent is None,
        "free_text": exact(free),
        "take_form": forms.TakeForm(initial={"key": key, "kg": exact(free)}),
        "weigh_form": forms.WeighForm(initial={"key": key, "kg": exact(lot.stock.onhand)}, auto_id="weigh_%s"),
        "hold_form": forms.HoldForm(initial={"key": key}, auto_id="hold_%s"),
        "release_form": forms.ReleaseForm(initial={"key": key}, auto_id="release_%s"),
        "move_form": move_form(lot, seen.lang, key),
        "split_form": forms.SplitForm(initial={"key": key}, auto_id="split_%s"),
        "describe_form": describe_form(lot, key),
        "throw_form": throw_form(lot, seen.lang, key),
        "photo_form": forms.PhotoField(),
    }


def move_form(lot: Lot, lang: str, key: str, data: Any = None) -> forms.MoveForm:
    """Where a lot can be carried."""
    initial = {"key": key, "place": lot.place, "bin": lot.bin}
    form = forms.MoveForm(data, initial=initial, auto_id="move_%s")
    form.fields["place"].choices = sorted(place_names(lang).items(), key=lambda pair: pair[1].casefold())
    return form


def describe_form(lot: Lot, key: str, data: Any = None) -> forms.DescribeForm:
    """What is said of a lot now."""
    names = ("title", "pieces", "size", "longest_cm", "condition", "origin", "times_used")
    initial = {"key": key, **{name: getattr(lot, name) for name in names}}
    return forms.DescribeForm(data, initial=initial, auto_id="describe_%s")


def throw_form(lot: Lot, lang: str, key: str, data: Any = None) -> forms.ThrowForm:
    """With whom it can leave."""
    outs = ways_out(lot.spec)
    initial = {"key": key, "kg": exact(lot.stock.onhand), "channel": outs[0].channel if outs else "energy"}
    form = forms.ThrowForm(data, initial=initial, auto_id="throw_%s")
    form.fields["exchange"].choices = [(one.id, one.name_fr if lang == "fr" else one.name_en) for one in outs]
    return form


def refused_at_lot(
    request: HttpRequest, lot: Lot, problems: Sequence[Problem], *, title: str, wanted: dict[str, Any] | None = None
) -> HttpResponse:
    """The page of a lot with every reason why something was not done, and with what would work."""
    lot.stock = Stock.objects.get(pk=lot.pk)
    context = lot_context(request, lot)
    short = any(one.code == "not-so-much" for one in problems)
    way = context["free_text"] if short and wanted and lot.state == FREE and context["card"].free > 0 else ""
    context |= {"problems": problems, "refusal": title, "way_out": way, "wanted": wanted or {}}
    return render(request, "exchange/lot.html", context, status=422)
