"""What happens to a lot: brought, weighed, set aside, moved, split, thrown away; every refusal with its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from tests.web.exchange.yards import AT, dropped, key, kg_in_all, kg_of, member, runs, yard
from tests.web.registry.somebody import codes
from wikivillage.base.problems import ProblemError
from wikivillage.web.exchange import lot_actions, split_actions, waste_actions
from wikivillage.web.exchange.lot_rules import Described
from wikivillage.web.exchange.models import Lot, LotMark, WasteExit
from wikivillage.web.labels.queries import find_label
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.models import Event, Stock
from wikivillage.web.registry.models import Agent, Change, Place

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture(autouse=True)
def _yard(ledger: None) -> Iterator[None]:
    yard()
    with translation.override("en"):
        yield


def test_twelve_kilograms_of_oak_are_there_with_a_number_and_come_from_somebody() -> None:
    ben = member("ben")
    lot = dropped("12", by=ben, pieces=9, size="30 à 70 cm", longest_cm=70, bin="B4")
    assert (kg_of(lot), lot.title, lot.state, lot.bin) == (12, "chêne", "free", "B4")
    stock = Stock.objects.get(pk=lot.pk)
    label = find_label("lot", lot.pk)
    assert label is not None
    assert (stock.lot, label.path) == (label.code, f"/exchange/lots/{lot.pk}/")
    assert stock.primary_accountable_id == runs("r_urban")
    assert kg_in_all() == 0, "what came is missing where it came from"
    event = Event.objects.get(to_resource=lot.pk)
    assert (event.action, event.provider_id, event.quantity) == ("transfer", ben.pk, 12)
    assert Change.objects.filter(verb="drop_lot", subject=lot.pk).count() == 1
    assert check_ledger().ok


def test_the_same_form_twice_is_one_lot() -> None:
    first = dropped("12", id="lot-same")
    again = dropped("99", id="lot-same")
    assert first == again
    assert (kg_of("lot-same"), Lot.objects.count()) == (12, 1)


def test_a_lot_can_be_taken_from_a_shelf_of_the_village() -> None:
    shelf = dropped("40", id="lot-shelf")
    lot = dropped("15", source=shelf.pk)
    assert (kg_of(shelf), kg_of(lot)) == (25, 15)
    assert codes(dropped, kg="26", source=shelf.pk) == ["shelf-short"]
    assert codes(dropped, kg="1", source="nowhere") == ["no-such-shelf"]
    assert codes(dropped, kg="1", source="now\0here") == ["no-such-shelf"]


def test_somebody_answers_for_every_place() -> None:
    Place.objects.update(run_by=None)
    assert Stock.objects.get(pk=dropped("1").pk).primary_accountable_id == runs("r_urban")
    Agent.objects.update(kind="outside")
    assert codes(dropped, kg="1") == ["nobody-answers"]


WEIGHTS = {
    "-3": "weight-negative",
    "0": "weight-zero",
    "5001": "weight-absurd",
    "9e20": "weight-absurd",
    "3e262": "weight-absurd",
    "1501": "weight-heavy",
    "0.0005": "weight-too-fine",
    "nan": "weight-missing",
    "inf": "weight-missing",
}


@pytest.mark.parametrize("kg", WEIGHTS)
def test_a_weight_that_cannot_be_is_refused_in_words(kg: str) -> None:
    with pytest.raises(ProblemError) as refused:
        dropped(kg)
    problem = refused.value.problems[0]
    assert problem.code == WEIGHTS[kg]
    assert problem.what.endswith(".")
    assert problem.hint
    assert Lot.objects.count() == 0


def test_a_heavy_lot_is_taken_once_somebody_looked_twice() -> None:
    assert kg_of(dropped("1501", sure=True)) == 1501


def test_all_reasons_come_at_once() -> None:
    found = codes(dropped, kg="-1", title="x" * 121, origin="moon", pieces=-1, bin="b" * 25, size="\x01")
    assert found == [
        "weight-negative",
        "text-too-long",
        "text-unreadable",
        "text-too-long",
        "unknown-word",
        "bad-count",
    ]
    assert codes(dropped, spec="moon_dust") == ["unknown-kind"]
    assert codes(dropped, spec="electricity") == ["not-weighed"]
    assert codes(dropped, place="moon") == ["unknown-place"]


def test_what_may_be_treated_is_set_aside_until_somebody_has_looked() -> None:
    lot = dropped(treated="unknown")
    assert lot.state == "quarantined"
    assert codes(lot_actions.release_lot, lot=lot.pk, treated="unknown", at=AT) == ["unknown-word"]
    free = lot_actions.release_lot(lot=lot.pk, treated="no", why="raw oak", at=AT)
    assert (free.state, free.treated) == ("free", "no")
    assert lot_actions.release_lot(lot=lot.pk, treated="yes", at=AT).treated == "no"
    held = lot_actions.hold_back(lot=lot.pk, why="smells of solvent", at=AT)
    assert (held.state, held.held_back) == ("quarantined", "smells of solvent")
    lot_actions.hold_back(lot=lot.pk, why="again", at=AT)
    assert list(LotMark.objects.values_list("what", "text")) == [
        ("released", "raw oak"),
        ("held_back", "smells of solvent"),
    ]
    other = dropped()
    assert codes(lot_actions.hold_back, lot=other.pk, why=" ", at=AT) == ["why-missing"]
    assert codes(lot_actions.hold_back, lot="nothing", why="x", at=AT) == ["no-lot"]


def test_weighing_again_counts_the_difference_and_only_that() -> None:
    lot, form = dropped("12"), key()
    lot_actions.weigh_lot(id=form, lot=lot.pk, kg=Decimal("12.4"), at=AT)
    lot_actions.weigh_lot(id=form, lot=lot.pk, kg=Decimal("12.4"), at=AT + timedelta(hours=1))
    assert kg_of(lot) == Decimal("12.4")
    lot_actions.weigh_lot(id=key(), lot=lot.pk, kg=Decimal("11"), at=AT)
    assert kg_of(lot) == 11
    lot_actions.weigh_lot(id=key(), lot=lot.pk, kg=Decimal("11"), at=AT)
    assert [one.action for one in Event.objects.filter(resource=lot.pk)] == ["raise", "lower"]
    weigh = {"lot": lot.pk, "at": AT}
    assert codes(lot_actions.weigh_lot, id=key(), kg=Decimal(-1), **weigh) == ["weight-negative"]
    assert codes(lot_actions.weigh_lot, id=key(), kg=Decimal(0), **weigh) == ["why-missing"]
    assert codes(lot_actions.weigh_lot, id=key(), kg=None, **weigh) == ["weight-missing"]
    gone = lot_actions.weigh_lot(id=key(), kg=Decimal(0), why="rotten", **weigh)
    assert (gone.state, find_label("lot", lot.pk)) == ("gone", None)
    back = lot_actions.weigh_lot(id=key(), kg=Decimal(2), **weigh)
    assert back.state == "free"
    assert find_label("lot", lot.pk) is not None


def test_a_lot_moves_whole_and_stays_whose_it_was() -> None:
    lot, form = dropped("12"), key()
    lot_actions.move_lot(id=form, lot=lot.pk, place="fablab", bin="C1", at=AT)
    lot_actions.move_lot(id=form, lot=lot.pk, place="fablab", bin="C1", at=AT)
    lot.refresh_from_db()
    stock = Stock.objects.get(pk=lot.pk)
    assert (lot.place, lot.bin, stock.location, stock.onhand) == ("fablab", "C1", "fablab", 12)
    assert stock.primary_accountable_id == runs("r_urban")
    lot_actions.move_lot(id=key(), lot=lot.pk, place="fablab", bin="C2", at=AT)
    assert Event.objects.filter(action="move").count() == 1
    assert codes(lot_actions.move_lot, id=key(), lot=lot.pk, place="moon", at=AT) == ["unknown-place"]
    assert check_ledger().ok


def test_parts_of_a_lot_are_lots_with_numbers_of_their_own() -> None:
    lot, form = dropped("12", treated="no"), key()
    parts = (Decimal("5"), Decimal("2.5"))
    first = split_actions.split_lot(id=form, lot=lot.pk, parts=parts, at=AT)
    again = split_actions.split_lot(id=form, lot=lot.pk, parts=parts, at=AT)
    assert [one.pk for one in first] == [one.pk for one in again] == [f"{form}-1", f"{form}-2"]
    assert [kg_of(one) for one in (lot, *first)] == [Decimal("4.5"), 5, Decimal("2.5")]
    numbers = {Stock.objects.get(pk=one.pk).lot for one in (lot, *first)}
    assert len(numbers) == 3
    split = {"lot": lot.pk, "at": AT}
    assert codes(split_actions.split_lot, id=key(), parts=(), **split) == ["no-parts"]
    assert codes(split_actions.split_lot, id=key(), parts=(Decimal(4), Decimal(1)), **split) == ["not-so-much"]
    assert codes(split_actions.split_lot, id=key(), parts=(Decimal(0),), **split) == ["weight-zero"]
    split_actions.split_lot(id=key(), parts=(Decimal("4.5"),), **split)
    assert Lot.objects.get(pk=lot.pk).state == "gone"
    assert codes(split_actions.split_lot, id=key(), parts=(Decimal(1),), **split) == ["lot-gone"]


def throw(lot: Lot, **more: Any) -> Any:
    """Throw it away."""
    said = {"id": key(), "lot": lot.pk, "kg": Decimal(4), "exchange": "wood", "channel": "energy", "at": AT, **more}
    return waste_actions.throw_away(**said)


def test_nothing_is_thrown_away_before_it_was_offered_long_enough() -> None:
    lot = dropped("12")
    with pytest.raises(ProblemError) as refused:
        throw(lot)
    assert [one.code for one in refused.value.problems] == ["still-offered"]
    assert "12 December 2026" in refused.value.problems[0].what
    later, form = AT + timedelta(days=30), key()
    gone = throw(lot, id=form, at=later, certificate="BSD 2026-118")
    assert throw(lot, id=form, at=later) == gone
    assert (kg_of(lot), gone.kg, gone.carrier_id) == (8, 4, runs("collectors"))
    assert WasteExit.objects.count() == 1
    assert kg_of("wood") == 4
    throw(lot, at=later)
    assert (kg_of(lot), kg_of("wood"), kg_in_all()) == (4, 8, 0)
    assert codes(throw, lot=lot, at=later, exchange="moon", channel="sea") == ["unknown-word", "no-way-out"]
    assert codes(throw, lot=lot, at=later, kg=Decimal(5)) == ["not-so-much"]
    throw(lot, at=later)
    assert codes(throw, lot=lot, at=later) == ["lot-gone"]
    assert check_ledger().ok


def test_what_is_known_to_be_treated_and_set_aside_need_not_be_offered() -> None:
    lot = dropped("12", treated="yes")
    assert throw(lot).kg == 4


def test_other_words_for_a_lot() -> None:
    lot = dropped("12")
    said = Described(title=" frêne  clair ", pieces=3, condition="worn")
    lot_actions.describe_lot(lot=lot.pk, said=said, at=AT)
    lot_actions.describe_lot(lot=lot.pk, said=Described(title="frêne clair", pieces=3, condition="worn"), at=AT)
    lot.refresh_from_db()
    assert (lot.title, lot.pieces, lot.condition) == ("frêne clair", 3, "worn")
    assert LotMark.objects.filter(what="told").count() == 1
    label = find_label("lot", lot.pk)
    assert label is not None
    assert label.title == "frêne clair"
    assert codes(lot_actions.describe_lot, lot=lot.pk, said=Described(condition="x"), at=AT) == ["unknown-word"]
