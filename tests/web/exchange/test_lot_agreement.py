"""``ledger check`` compares lots, reservations, runs and the waste register with the ledger."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.web.exchange.yards import AT, dropped, key, member, yard
from wikivillage.web.exchange import reservation_actions as reservations
from wikivillage.web.exchange.models import Lot, Reservation, Transformation, WasteExit
from wikivillage.web.exchange.transform_actions import Made, Run, Taken, transform
from wikivillage.web.exchange.waste_actions import throw_away
from wikivillage.web.ledger.check import check_ledger

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture(autouse=True)
def _lived(ledger: None) -> None:
    yard()
    ben, late = member("ben"), AT + timedelta(days=40)
    lot, other = dropped("40", id="lot-one"), dropped("12", id="lot-two")
    said = {"lot": lot.pk, "agent": ben.pk, "purpose": "art", "at": AT}
    for number in range(5):
        reservations.reserve_lot(id=f"r-{number}", kg=Decimal(4), **said)
    reservations.cancel_reservation(id="r-0", at=AT)
    reservations.take_lot(id=key(), lot=lot.pk, agent=ben.pk, kg=Decimal(4), at=AT, reservation="r-1")
    reservations.take_lot(id=key(), lot=lot.pk, agent=ben.pk, kg=Decimal(1), at=AT, reservation="r-2")
    reservations.lapse_reservations(at=late)
    made = (Made("boards", Decimal("11.9"), "fablab"),)
    transform(run=Run("run-1", "", "fablab", (Taken(other.pk, Decimal(12)),), made), at=AT)
    throw_away(id="waste-1", lot=lot.pk, kg=Decimal(3), exchange="wood", channel="energy", at=late)


def test_a_life_of_lots_agrees_with_the_ledger() -> None:
    audit = check_ledger()
    assert audit.differences == []


CHANGES: dict[str, tuple[Any, dict[str, Any], str]] = {
    "another place": (Lot, {"place": "fablab"}, "lot lot-one is ('wood_offcuts', 'kg', 'fablab')"),
    "said to be gone": (Lot, {"state": "gone"}, "lot lot-one is gone, and 32 kg are there"),
    "another promise": (Reservation, {"amount": 5}, "reservation r-1 of 5 kg is taken"),
    "promised nowhere": (Reservation, {"commitment": "none"}, "promised nowhere"),
    "another sum": (Transformation, {"taken": 13, "loss": Decimal("1.1")}, "run run-1 took 13 kg"),
    "another weight": (WasteExit, {"kg": 4}, "waste waste-1 is 4 kg in the register and 3 in the ledger"),
}
ROWS = {Lot: "lot-one", Reservation: "r-1", Transformation: "run-1", WasteExit: "waste-1"}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_is_changed_behind_its_back_is_told(what: str) -> None:
    table, change, words = CHANGES[what]
    table.objects.filter(pk=ROWS[table]).update(**change)
    found = check_ledger().differences
    assert len(found) == 1
    assert found[0].startswith("exchange: ")
    assert words in found[0]


def test_a_lot_that_is_only_in_the_ledger_is_told() -> None:
    Reservation.objects.all().delete()
    WasteExit.objects.all().delete()
    Lot.objects.filter(pk="lot-one").delete()
    assert check_ledger().differences == ["exchange: stock lot-one has the number of a lot, and there is no such lot"]
