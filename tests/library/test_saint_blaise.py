"""The village of the seed: what its founders announced, and the envelope that its needs must meet."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from wikivillage.base.time import finest
from wikivillage.model import load_village
from wikivillage.model.kinds import Constant, FromProfile, Need, Offer, Process

FILE = Path(__file__).resolve().parents[2] / "villages" / "saint_blaise.yaml"
VILLAGE = load_village(FILE)


def per_year(thing: Need | Offer) -> float:
    """What is wanted or comes in a year of 8760 hours."""
    match thing.amount:
        case Constant(value):
            return value * 8760
        case FromProfile(rate_per_hour=rate):
            return rate * 8760
    raise AssertionError(f"{thing.id} follows the weather")


def total(resource: str) -> float:
    """The yearly need of a resource."""
    return sum(per_year(need) for need in VILLAGE.needs.values() if need.resource == resource)


def test_five_storeys_of_1500_m2() -> None:
    floors = Counter[int]()
    for place in VILLAGE.places.values():
        if place.floor is not None and 0 <= place.floor < 5 and place.area_m2:
            floors[place.floor] += int(place.area_m2)
    assert floors == dict.fromkeys(range(5), 1500)


def test_the_fablab_has_2500_m2_and_every_partner_is_there() -> None:
    fablab = [place.area_m2 for place in VILLAGE.places.values() if place.run_by == "ici_montreuil"]
    assert sum(area for area in fablab if area) == 2500
    inside = [agent for agent in VILLAGE.agents.values() if agent.kind == "organisation"]
    assert len(inside) >= 20
    assert {place.run_by for place in VILLAGE.places.values() if place.run_by} <= set(VILLAGE.agents)


def test_water_meets_the_envelope() -> None:
    assert total("wc_flushing") == pytest.approx(924, rel=1e-6)
    assert total("handwashing") == pytest.approx(924, rel=1e-6)
    cooking = total("meals") * 0.00275
    everything = sum(total(id) for id in ("wc_flushing", "handwashing", "showers", "drinking_water")) + cooking
    assert everything == pytest.approx(3080, rel=0.005)


def test_electricity_before_heat_and_machines_is_350_mwh() -> None:
    assert total("electricity") == pytest.approx(349_000, rel=0.01)


def test_kitchen_and_paper_meet_the_envelope() -> None:
    assert total("meals") * 0.12 == pytest.approx(3600)
    paper = sum(per_year(offer) for offer in VILLAGE.offers.values() if offer.resource == "paper_waste")
    assert paper == pytest.approx(26_250)


def test_the_roof_holds_what_the_envelope_says() -> None:
    size = VILLAGE.processes["pv_roof"].size
    assert size is not None
    assert 89 <= size.high <= 150
    modules = size.high * VILLAGE.recipes["pv_roof"].footprint["roof"].value
    farm = VILLAGE.processes["farm"].size
    assert farm is not None
    assert farm.high == 800
    assert modules + farm.high > VILLAGE.places["roof"].surfaces["roof"] >= modules + farm.low


def test_what_must_be_taken_has_a_way_out() -> None:
    sold = {exchange.resource for exchange in VILLAGE.exchanges.values() if exchange.sell is not None}
    for offer in VILLAGE.offers.values():
        assert not offer.must_take or offer.resource in sold, offer.id


def test_few_processes_act_by_the_hour() -> None:
    hourly = [process.id for process in VILLAGE.processes.values() if tempo(process) == "hour"]
    assert len(hourly) <= 12, hourly


def tempo(process: Process) -> str:
    """The tempo at which a process acts."""
    recipe = VILLAGE.recipes[process.recipe]
    touched = [VILLAGE.resources[arc.resource] for arc in (*recipe.inputs, *recipe.outputs)]
    return finest([resource.tempo for resource in touched if not resource.nature])
