"""What can be booked: added with its stock, the units of Saint-Blaise, other rules, taken out; and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.bookings.booked import EVENING, HOUR, NOW, booked, codes, etic, member, settled, unit
from wikivillage.model import load_village
from wikivillage.web.bookings import unit_actions
from wikivillage.web.bookings.defaults import default_units, put_defaults
from wikivillage.web.bookings.models import Unit, UnitPart
from wikivillage.web.bookings.policies import read_policy
from wikivillage.web.ledger.models import Stock
from wikivillage.web.prices.defaults import default_rules
from wikivillage.web.registry.village_actions import record_village

VILLAGES = Path(__file__).parents[3] / "villages"


@pytest.mark.usefixtures("ledger")
def test_a_unit_has_its_stock_and_the_same_id_again_is_the_same() -> None:
    settled()
    row = unit("desks", kind="desk", size=5, persons=1)
    stock = Stock.objects.get(pk="unit-desks")
    assert (stock.accounting, stock.unit, stock.primary_accountable_id) == (5, "one", etic().pk)
    assert unit("desks", name_fr="Autre").pk == row.pk
    assert Unit.objects.count() == 1


@pytest.mark.usefixtures("ledger")
def test_everything_wrong_with_a_unit_is_told_at_once() -> None:
    settled()
    wrong = {
        "kind": "boat",
        "name_fr": " ",
        "place": "moon",
        "features": ["wings"],
        "circle": "circle-none",
        "persons": 0,
        "power_kw": -1,
        "run_by": "nobody",
    }
    found = codes(unit, id="Bad Id", **wrong)
    assert sorted(found) == [
        "bad-id",
        "bad-number",
        "bad-number",
        "bad-words",
        "unknown-agent",
        "unknown-circle",
        "unknown-place",
        "unknown-word",
        "unknown-word",
    ]
    assert codes(unit, id="hall", parts=["nowhere"]) == ["no-unit"]
    assert codes(unit, id="hall", policy={"max": 1}) == ["unknown-rule"]


@pytest.mark.usefixtures("ledger")
def test_a_village_without_the_places_gets_none_of_the_units() -> None:
    assert codes(put_defaults, at=NOW) == ["no-places"]


@pytest.mark.usefixtures("ledger")
def test_other_rules_leave_what_is_booked_and_list_it() -> None:
    settled()
    unit()
    row = booked(member("alice"))
    changed = unit_actions.change_policy(unit="small-room", policy={"max_minutes": 60}, at=NOW, why="Trop demandée.")
    assert [one.pk for one in changed.touched] == [row.pk]
    assert Unit.objects.get().policy == {"max_minutes": 60}
    assert unit_actions.change_policy(unit="small-room", policy={"max_minutes": 60}, at=NOW).touched == ()
    assert codes(unit_actions.change_policy, unit="small-room", policy={"quota": -1}, at=NOW) == ["bad-rule-value"]
    gone = unit_actions.retire_unit(unit="small-room", at=NOW)
    assert [one.pk for one in gone.touched] == [row.pk]
    later = {"begin": EVENING + 3 * HOUR, "end": EVENING + 4 * HOUR}
    assert codes(booked, agent=member("bob"), **later) == ["retired"]
    assert codes(unit_actions.retire_unit, unit="nothing", at=NOW) == ["no-unit"]
    assert unit_actions.change_unit(unit="small-room", at=NOW, name_fr="Bleue").name_fr == "Bleue"
    assert codes(unit_actions.change_unit, unit="small-room", at=NOW, name_fr="") == ["bad-words"]


@pytest.mark.usefixtures("ledger")
def test_the_units_of_saint_blaise_fit_their_places_and_prices() -> None:
    record_village(village=load_village(VILLAGES / "saint_blaise.yaml"), base=VILLAGES, at=NOW)
    made = put_defaults(at=NOW)
    assert len(made) == len(default_units()) == Unit.objects.count()
    assert put_defaults(at=NOW) == []
    both = set(UnitPart.objects.filter(unit="grande-table").values_list("stock", flat=True))
    assert both == {"unit-grande-table-window", "unit-grande-table-kitchen"}
    assert Stock.objects.get(pk="unit-desks").accounting == 24
    items = {(rule["service"], line["item"]) for rule in default_rules() for line in rule["tree"].get("grid", [])}
    assert {(row.service, row.item) for row in made} <= items


def test_the_rules_of_the_units_of_saint_blaise_are_rules() -> None:
    for facts in default_units():
        assert read_policy(facts["policy"]).max_minutes >= 60
