"""What the actions on lots share: the lot as it stands, whose it is, where it can leave to, what was done before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.kinds import Event, Measure, NewStock
from wikivillage.web.exchange.lot_rules import KG, kilograms
from wikivillage.web.exchange.lot_words import FREE, GONE, QUARANTINED, RESERVED
from wikivillage.web.exchange.models import Lot, LotMark, Reservation
from wikivillage.web.labels.actions import put_label, retire_label
from wikivillage.web.ledger.models import Event as EventRow
from wikivillage.web.ledger.models import Stock
from wikivillage.web.ledger.stock_names import exchange_stock
from wikivillage.web.registry.models import Agent, Definition, Place, RecipeEntry, ResourceKind
from wikivillage.web.registry.words import ORGANISATION

LABEL = "lot"
"""The kind of the labels of lots."""


def lot_id(key: str) -> str:
    """The id of the lot that a form makes: the same however often it is sent."""
    return f"lot-{sha256(key.encode()).hexdigest()[:12]}"


def lot_path(id: str) -> str:
    """The page of a lot."""
    return reverse("exchange:lot", args=[id])


def locked_lot(id: str) -> Lot:
    """A lot that nobody else changes until the end of the transaction. Raises ProblemError no-lot."""
    return locked_lots([id])[id]


def locked_lots(ids: Iterable[str]) -> dict[str, Lot]:
    """Several, locked in the order of their ids. Raises ProblemError no-lot for all that are not there."""
    wanted = sorted({id for id in ids if "\0" not in id})
    found = {row.pk: row for row in Lot.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")}
    stocks = {row.pk: row for row in Stock.objects.filter(pk__in=wanted)}
    for id, row in found.items():
        row.stock = stocks[id]
    missing = [id for id in ids if id not in found]
    if missing:
        hint = _("Look at its label again, or search for it on the board.")
        raise ProblemError(
            Problem("no-lot", "", _("There is no lot “%(id)s”.") % {"id": id[:40]}, hint) for id in missing
        )
    return found


def was_done(event: str) -> bool:
    """Whether a form did its work before: its event is in the ledger."""
    return bool(EventRow.objects.filter(id=event).exists())


def kept_for_others(lot: str, at: datetime, *, but: str = "") -> Decimal:
    """How many kilograms of a lot are reserved."""
    rows = Reservation.objects.filter(lot=lot, state=RESERVED, until__gt=at).exclude(pk=but)
    return sum((one.amount - one.taken for one in rows), Decimal(0))


def refuse_not_free(lot: Lot) -> list[Problem]:
    """Why nobody may take, reserve or work up a lot now."""
    if lot.state == QUARANTINED:
        what = _("This lot is set aside: %(why)s") % {"why": lot.held_back}
        return [Problem("quarantined", "", what, _("Whoever answers for the place releases it, or throws it away."))]
    if lot.state == GONE:
        return [Problem("lot-gone", "", _("Nothing is left of this lot."), _("Look for others of its kind."))]
    return []


def refuse_gone(lot: Lot) -> list[Problem]:
    """That there is nothing any more to do something with."""
    return [Problem("lot-gone", "", _("Nothing is left of this lot."))] if lot.state == GONE else []


def refuse_short(lot: Lot, kg: Decimal, at: datetime, *, but: str = "") -> list[Problem]:
    """That there is not so much that is nobody's, in words."""
    kept = kept_for_others(lot.pk, at, but=but)
    free = lot.stock.onhand - kept
    if kg <= free:
        return []
    said = {"kg": kilograms(kg), "there": kilograms(lot.stock.onhand), "kept": kilograms(kept)}
    if kept:
        what = _("You want %(kg)s. There are %(there)s, of which %(kept)s are kept for others.") % said
    else:
        what = _("You want %(kg)s, and there are %(there)s.") % said
    way = _("Take %(free)s or less.") % {"free": kilograms(free)} if free > 0 else _("Look for others of its kind.")
    return [Problem("not-so-much", "kg", what, way)]


def after_change(lot: Lot, *, at: datetime, by: str = "") -> None:
    """A lot of which nothing is left is gone, with its label; one that is found again is there again."""
    lot.stock = Stock.objects.get(pk=lot.pk)
    if lot.stock.onhand == 0 and lot.state != GONE:
        lot.state, lot.gone_at = GONE, at
        retire_label(kind=LABEL, thing=lot.pk, at=at, by=by)
    elif lot.stock.onhand > 0 and lot.state == GONE:
        lot.state, lot.gone_at = (QUARANTINED if lot.held_back else FREE), None
        label_lot(lot, at=at, by=by)
    else:
        return
    lot.save(update_fields=["state", "gone_at"])


def label_lot(lot: Lot, *, at: datetime, by: str = "") -> str:
    """The short code of a lot, made where it has none."""
    label = put_label(kind=LABEL, thing=lot.pk, path=lot_path(lot.pk), title=lot.title, at=at, by=by)
    return str(label.code)


def mark(lot: Lot, what: str, text: str, *, at: datetime, by: str) -> None:
    """Write down what moved no kilogram."""
    LotMark.objects.create(lot=lot, at=at, by=by, what=what, text=text)


def keeper_of(place: str) -> str:
    """Who answers for what lies in a place: who runs it, or what it is in, else the first organisation of the village.

    Raises ProblemError: unknown-place, nobody-answers.
    """
    rows = {row.pk: row for row in Place.objects.all()}
    if place not in rows:
        what = _("There is no place “%(place)s”.") % {"place": place[:40]}
        raise ProblemError([Problem("unknown-place", "place", what, _("Choose one of the list."))])
    step, seen = rows.get(place), set()
    while step is not None and step.pk not in seen:
        if step.run_by_id:
            return str(step.run_by_id)
        seen.add(step.pk)
        step = rows.get(step.inside_id)
    first = Agent.objects.filter(kind=ORGANISATION, erased_at=None).order_by("-listed", "position", "pk").first()
    if first is None:
        what = _("Nobody answers for this place, and the village has no organisation that could.")
        raise ProblemError([Problem("nobody-answers", "place", what, _("A steward adds one."))])
    return str(first.pk)


def kind_of(spec: str) -> ResourceKind:
    """A kind of matter that is weighed. Raises ProblemError: unknown-kind, not-weighed."""
    row = ResourceKind.objects.filter(pk=spec).first() if "\0" not in spec else None
    if row is None:
        what = _("There is no kind of matter “%(kind)s”.") % {"kind": spec[:40]}
        raise ProblemError([Problem("unknown-kind", "spec", what, _("Choose one of the list."))])
    if row.unit != KG or row.nature:
        what = _("This kind is counted in %(unit)s, and lots are weighed.") % {"unit": row.unit}
        raise ProblemError([Problem("not-weighed", "spec", what, _("Choose a kind that is counted in kilograms."))])
    return row


def weighed_kinds() -> list[ResourceKind]:
    """The kinds of matter of which there can be lots: those of which there are the most first, then what arrives."""
    rows = ResourceKind.objects.filter(unit=KG, loop="matter", nature=False).order_by("position")
    counted = dict(Lot.objects.values_list("spec").annotate(number=Count("pk")))
    arriving = {str(tree.get("resource", "")) for tree in _trees("offers").values()}
    return sorted(rows, key=lambda row: (-counted.get(row.pk, 0), row.pk not in arriving, row.position))


def shelf_places() -> list[str]:
    """The places that have shelves and bins for matter, the most first."""
    kinds = {row.pk for row in weighed_kinds()}
    found: dict[str, int] = {}
    for tree in _trees("stores").values():
        shelf = str(tree.get("at", "")), str(tree.get("recipe", ""))
        if shelf[0] and any(word in shelf[1] for word in ("shelf", "bin")):
            found[shelf[0]] = found.get(shelf[0], 0) + 1
    for tree in _trees("processes").values():
        recipe = RecipeEntry.objects.filter(pk=str(tree.get("recipe", ""))).first() if not found else None
        if recipe and tree.get("at") and kinds & set(recipe.tree.get("outputs") or {}):
            found.setdefault(str(tree["at"]), 0)
    return sorted(found, key=lambda place: -found[place])


@dataclass(frozen=True, slots=True)
class WayOut:
    """An exchange through which waste leaves: its stock, who takes it, what usually becomes of it."""

    id: str
    stock: str
    resource: str
    partner: str
    name_en: str
    name_fr: str
    channel: str


def ways_out(spec: str) -> list[WayOut]:
    """Where matter of a kind can leave as waste: what is for its kind first, then what takes the rest."""
    found = [_way_out(id, tree) for id, tree in _trees("exchanges").items() if "sell" in tree and tree.get("partner")]
    exact = [one for one in found if one.resource == spec]
    return exact + [one for one in found if one.resource == "residual_waste"]


def _way_out(id: str, tree: dict[str, Any]) -> WayOut:
    resource, name = str(tree.get("resource", id)), tree.get("name") or {}
    names = name if isinstance(name, dict) else {"en": name, "fr": name}
    burnt = str(tree.get("waste", "no")) in ("yes", "True")
    words = (str(names.get("en", id)), str(names.get("fr", id)))
    channel = "energy" if burnt else "recycling"
    return WayOut(id, exchange_stock(id, resource), resource, str(tree["partner"]), *words, channel)


def _trees(section: str) -> dict[str, Any]:
    return dict(Definition.objects.filter(section=section).order_by("position").values_list("entry", "tree"))


def new_lot_stock(id: str, *, spec: str, owner: str, place: str, code: str) -> NewStock:
    """The record of a lot in the ledger; ``code`` is the number on its label."""
    return NewStock(id, KG, spec=spec, primary_accountable=owner, custodian=owner, location=place, lot=code)


def weight(amount: Decimal) -> Measure:
    """A weight for the ledger."""
    return Measure(amount, KG)


def labelled_stock(id: str, *, spec: str, owner: str, place: str, title: str, at: datetime, by: str) -> NewStock:
    """The same, with a label that is made for it."""
    label = put_label(kind=LABEL, thing=id, path=lot_path(id), title=title, at=at, by=by)
    return new_lot_stock(id, spec=spec, owner=owner, place=place, code=str(label.code))


def own_event(id: str, action: str, lot: Lot, amount: Decimal, *, at: datetime, **more: Any) -> Event:
    """Something that whoever answers for a lot does with it themselves."""
    owner = lot.stock.primary_accountable_id
    said: dict[str, Any] = {"resource": lot.pk, "spec": lot.spec, **more}
    return Event(id=id, action=action, provider=owner, receiver=owner, quantity=weight(amount), at=at, **said)


def open_reservations(lot: str, at: datetime) -> list[Reservation]:
    """Those that count now."""
    return list(Reservation.objects.filter(lot=lot, state=RESERVED, until__gt=at).order_by("made_at", "pk"))
