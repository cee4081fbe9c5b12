"""The nets of facts: inputs are outputs, what waits is not unexplained, what no meter counts is known by physics."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.pulse.small_village import DAY, FLOWS, flow, made, moved, small_village, used
from wikivillage.report.figures.net import Net, check_net, throughput
from wikivillage.report.nets import families, full_net
from wikivillage.web.ledger.day_sums import DayFlow
from wikivillage.web.pulse.figures import draw_nets
from wikivillage.web.pulse.nets import reading_of
from wikivillage.web.pulse.parts import parts_of
from wikivillage.web.pulse.periods import Period

AIR, PUMP = "Heat of the outdoor air", "Air-to-water heat pump"
HOLDING = frozenset({"residual_waste", "vegetables"})


def nets(flows: tuple[DayFlow, ...] = FLOWS, holding: frozenset[str] = HOLDING) -> dict[str, Net]:
    """The whole nets of some flows, by family, in English."""
    reading = reading_of(parts_of(flows, small_village()), small_village(), "en", holding=holding)
    return {family.name: full_net(reading, family) for family in families(reading)}


def labels(net: Net) -> dict[tuple[str, str], float]:
    """The ribbons by the names of their ends."""
    return {(net.node(link.source).label, net.node(link.target).label): round(link.value, 6) for link in net.links}


def test_the_net_of_a_day_by_hand() -> None:
    found = labels(nets()["energy"])
    assert found["Grid", "Electricity"] == 50
    assert found["Electricity", "→ Grid"] == 10
    assert found["Electricity", "Light"] == 68
    assert found[AIR, PUMP] == 60, "what the pump took out of the air"
    assert found["Heat for rooms", "Unexplained"] == 2, "a pipe holds nothing: this went nobody knows where"
    assert labels(nets()["food"])["Farm", "Vegetables"] == 6


def test_what_waits_to_be_collected_is_kept_and_not_unexplained() -> None:
    assert labels(nets()["matter"])["Residual waste", "Residual waste, kept"] == 2
    assert labels(nets(holding=frozenset())["matter"])["Residual waste", "Unexplained"] == 2
    emptied = (moved("residual_waste", 7, "residual_waste", "bins"),)
    assert labels(nets(emptied)["matter"])["Residual waste, given back", "Residual waste"] == 7


def test_what_people_write_by_hand_is_drawn() -> None:
    by_hand = (flow("raise", "vegetables", 3), used("soup", "vegetables", 1), flow("lower", "vegetables", 2))
    found = labels(nets(by_hand)["food"])
    assert (found["By hand", "Vegetables"], found["Vegetables", "By hand"]) == (3, 2)


AMOUNTS = st.floats(0.01, 1000)
ANY = st.one_of(
    st.builds(made, st.sampled_from(["pv", "pump", "beds"]), st.sampled_from(["electricity", "heat"]), AMOUNTS),
    st.builds(used, st.sampled_from(["light", "pump", "warmth"]), st.sampled_from(["electricity", "heat"]), AMOUNTS),
    st.builds(moved, st.just("electricity"), AMOUNTS, st.just("grid"), st.just("electricity")),
    st.builds(moved, st.just("electricity"), AMOUNTS, st.just("electricity"), st.sampled_from(["grid", "battery"])),
    st.builds(moved, st.just("residual_waste"), AMOUNTS, st.just("residual_waste"), st.just("bins")),
    st.builds(made, st.just("rubbish"), st.just("residual_waste"), AMOUNTS),
    st.builds(flow, st.sampled_from(["raise", "lower"]), st.sampled_from(["vegetables", "heat"]), AMOUNTS),
)


@given(st.lists(ANY, max_size=12), st.frozensets(st.sampled_from(["residual_waste", "vegetables", "heat"])))
def test_whatever_flows_inputs_are_outputs(flows: list[DayFlow], holding: frozenset[str]) -> None:
    for net in nets(tuple(flows), holding).values():
        check_net(net)
        entering, leaving = throughput(net)
        came = sum(leaving[node.id] for node in net.nodes if node.role == "source")
        went = sum(entering[node.id] for node in net.nodes if node.role == "sink")
        assert came == pytest.approx(went, rel=1e-2)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_drawings_have_both_widths_and_lead_to_their_events(lang: str) -> None:
    reading = reading_of(parts_of(FLOWS, small_village()), small_village(), lang, holding=HOLDING)
    drawn = draw_nets(reading, Period("day", DAY, DAY))
    assert len(drawn) == 4
    energy = drawn[0]
    assert "only-wide" in energy
    assert "only-phone" in energy
    assert '<a class="src" href="/ledger/events/?resource=grid&amp;spec=electricity&amp;first=2026-11-25' in energy
    assert "stocks/residual_waste" in drawn[2], "what waits leads to its stock"
    assert "style=" not in "".join(drawn)
