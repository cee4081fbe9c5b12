"""What a lot is now and what may come of it: who keeps how much, what happens to what nobody wants."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from wikivillage.web.exchange.lot_rules import COMPOST, kilograms
from wikivillage.web.exchange.lot_stocks import open_reservations, ways_out
from wikivillage.web.exchange.lot_story import Stop
from wikivillage.web.exchange.lot_words import FREE, GONE, PURPOSES, QUARANTINED, RAW
from wikivillage.web.exchange.models import Lot
from wikivillage.web.registry.models import RecipeEntry
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.shell.templatetags.village import day, language


def now_of(lot: Lot, viewer: Viewer, lang: str, at: datetime) -> Stop:
    """The stop of today."""
    kept = open_reservations(lot.pk, at)
    names = names_for(viewer, [one.agent_id for one in kept], lang)
    branch = [
        _("%(kg)s: %(purpose)s, %(who)s, until %(day)s")
        % {
            "kg": kilograms(one.amount),
            "purpose": str(PURPOSES[one.purpose])[:1].lower() + str(PURPOSES[one.purpose])[1:],
            "who": names[one.agent_id],
            "day": day(one.until),
        }
        for one in kept
    ]
    free = lot.stock.onhand - sum((one.amount for one in kept), Decimal(0))
    title, text = _state(lot, free, kept=bool(kept))
    return Stop(at, title, text, tuple(branch))


def _state(lot: Lot, free: Decimal, *, kept: bool) -> tuple[str, str]:
    if lot.state == GONE:
        return _("Nothing is left"), _("All of it went where the thread says.")
    if lot.state == QUARANTINED:
        return pgettext("a lot", "Set aside"), held_back_words(lot)
    if free == 0:
        return _("All of it is reserved"), _("What is not fetched in time becomes free again by itself.")
    if kept:
        return _("%(kg)s are free") % {"kg": kilograms(free)}, _("The rest is kept for others:")
    return _("Free"), _("Nobody has reserved it yet.")


def held_back_words(lot: Lot) -> str:
    """Why a lot is set aside; what nobody said was told by its giver: it may be treated."""
    return lot.held_back or _("It is painted, glued or treated, or may be. Somebody has to look at it first.")


def next_of(lot: Lot, at: datetime) -> list[Stop]:
    """What comes if nobody wants the rest."""
    if lot.state != FREE or lot.stock.onhand == 0:
        return []
    recipe = compost_recipe(lot) if lot.treated == RAW else None
    if recipe is not None:
        name, share = recipe
        made = kilograms((lot.stock.onhand * share).quantize(Decimal("0.1")))
        text = _("%(kg)s give %(made)s of dry matter for the compost.")
        first = Stop(lot.free_until, name, text % {"kg": kilograms(lot.stock.onhand), "made": made}, grade="C")
        garden = _("It is raw: the rule of the compost takes it.")
        return [first, Stop(lot.free_until, _("Feeds the gardens"), garden, grade="B", loop="food")]
    ways = ways_out(lot.spec)
    if not ways:
        return []
    offered = at < lot.free_until
    text = _("It is offered until then, and not thrown away before.") if offered else _("It was offered long enough.")
    return [Stop(lot.free_until, _("Leaves as waste"), text, grade="C")]


def compost_recipe(lot: Lot) -> tuple[str, Decimal] | None:
    """How a kind of matter becomes dry matter for the compost: the name of the recipe, and what share."""
    for row in RecipeEntry.objects.order_by("position"):
        inputs, outputs = row.tree.get("inputs") or {}, row.tree.get("outputs") or {}
        made = next((spec for spec in outputs if spec in COMPOST), None)
        if made and lot.spec in inputs and _value(outputs[made]):
            name = row.name_fr if language() == "fr" else row.name_en
            return str(name), _value(outputs[made]) / (_value(inputs[lot.spec]) or Decimal(1))
    return None


def _value(arc: Any) -> Decimal:
    text = str(arc.get("value", "0") if isinstance(arc, dict) else arc).split()[0]
    return Decimal(text)
