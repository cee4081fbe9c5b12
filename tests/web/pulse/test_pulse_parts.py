"""Sums of the ledger as parts of the life of the village."""

from __future__ import annotations

import pytest

from tests.web.pulse.small_village import DAY, FLOWS, flow, made, moved, small_village, used, worked
from wikivillage.web.ledger.day_sums import DayFlow
from wikivillage.web.pulse.links import events_of
from wikivillage.web.pulse.parts import Part, kind_of, parts_of, total
from wikivillage.web.pulse.periods import Period


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        (made("pv", "electricity", 1), ("output", "pv")),
        (made("rubbish", "residual_waste", 1), ("offered", "rubbish")),
        (used("pump", "electricity", 1), ("input", "pump")),
        (used("light", "electricity", 1), ("served", "light")),
        (moved("electricity", 1, "grid", "electricity"), ("bought", "grid")),
        (moved("electricity", 1, "electricity", "grid"), ("sold", "grid")),
        (moved("vegetables", 1, "vegetables_outside", "vegetables"), ("bought", "vegetables")),
        (moved("electricity", 1, "battery", "electricity"), ("discharged", "battery")),
        (moved("electricity", 1, "electricity", "battery"), ("charged", "battery")),
        (worked(1, "beds"), ("worked", "beds")),
        (flow("raise", "vegetables", 1), ("put", "raise")),
        (flow("lower", "vegetables", 1), ("drawn", "lower")),
        (made("somewhere", "vegetables", 1), ("put", "produce")),
        (moved("vegetables", 1, "vegetables", "my_basket"), ("drawn", "transfer")),
        (moved("vegetables", 1, "my_basket", "vegetables"), ("put", "transfer")),
        (moved("apples", 1, "my_apples", "your_apples"), None),
        (flow("use", "electricity", 1), None),
        (flow("lower", "electricity", 1, resource="battery"), None),
    ],
)
def test_every_sum_has_its_place_or_none(what: DayFlow, kind: tuple[str, str] | None) -> None:
    assert kind_of(what, small_village()) == kind


def test_alike_sums_are_one_part_and_keep_their_events() -> None:
    flows = [made("pv", "electricity", 1), made("pv", "electricity", 2), made("pv", "electricity", 0)]
    assert parts_of(flows, small_village()) == (Part("output", "pv", "electricity", "kWh", 3.0, 3),)
    assert parts_of([made("pv", "electricity", 0)], small_village()) == ()


def test_totals_are_of_kinds_resources_and_things() -> None:
    parts = parts_of(FLOWS, small_village())
    assert total(parts, "served") == pytest.approx(68 + 88 + 0.8 + 8)
    assert total(parts, "served", resource="heat") == 88
    assert total(parts, "input", "output", ids=["pump"]) == 120
    assert total(parts, "worked") == 4


@pytest.mark.parametrize(
    ("part", "address"),
    [
        (Part("output", "pv", "electricity", "kWh", 1, 1), "output_of=pv&spec=electricity"),
        (Part("bought", "vegetables", "vegetables", "kg", 1, 1), "resource=vegetables_outside&spec=vegetables"),
        (Part("sold", "grid", "electricity", "kWh", 1, 1), "to_resource=grid&spec=electricity"),
        (Part("charged", "battery", "electricity", "kWh", 1, 1), "to_resource=battery&spec=electricity"),
        (Part("worked", "", "labour", "h", 1, 1), "action=work"),
        (Part("worked", "beds", "labour", "h", 1, 1), "action=work&input_of=beds"),
        (Part("put", "raise", "vegetables", "kg", 1, 1), "action=raise&spec=vegetables"),
    ],
)
def test_a_part_leads_to_its_events(part: Part, address: str) -> None:
    days = "first=2026-11-25&last=2026-11-25"
    assert events_of(part, Period("day", DAY, DAY)) == f"/ledger/events/?{address}&{days}"
