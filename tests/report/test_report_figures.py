"""Figures: pure functions from numbers to SVG that refuse what does not balance and never write small."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from wikivillage.report.figures.curve import curve, thin
from wikivillage.report.figures.gauge import gauge
from wikivillage.report.figures.net import Link, Net, Node, check_net, fold_small, open_circles, shorten, throughput
from wikivillage.report.figures.sankey import sankey, wrap
from wikivillage.report.figures.scale import band, round_step, stairs
from wikivillage.report.figures.stacked_hours import Layer, stacked_hours

SUN, GRID = Node("source/sun", "Soleil", "energy", "source"), Node("source/grid", "Réseau", "energy", "source")
POWER = Node("bus/power", "Électricité", "energy", "bus")
LIGHT, LOST = Node("sink/light", "Lampes", "energy", "sink"), Node("sink/lost", "Pertes", "", "sink", grey=True)


def net(*links: tuple[str, str, float], nodes: tuple[Node, ...] = (SUN, GRID, POWER, LIGHT, LOST)) -> Net:
    touched = {id for a, b, _ in links for id in (a, b)}
    return Net("kWh", tuple(n for n in nodes if n.id in touched), tuple(Link(a, b, v, "energy") for a, b, v in links))


BALANCED = net(("source/sun", "bus/power", 4.0), ("source/grid", "bus/power", 6.0), ("bus/power", "sink/light", 10.0))


def drawings(markup: str) -> list[ElementTree.Element]:
    """The SVG elements of some markup, parsed."""
    return list(ElementTree.fromstring(f"<div>{markup}</div>".replace("&nbsp;", "\u00a0")).iter("svg"))


def test_a_sankey_names_every_bar_with_its_value() -> None:
    wide, narrow = drawings(sankey(BALANCED, lambda value: f"{value:g}"))
    for drawing in (wide, narrow):
        words = "".join(drawing.itertext())
        assert all(
            word in words for word in ("Soleil\u00a04", "Réseau\u00a06", "Électricité\u00a010", "Lampes\u00a010")
        )


def test_width_is_quantity() -> None:
    wide, _ = drawings(sankey(BALANCED, str))
    heights = [float(bar.attrib["height"]) for bar in wide.iter("rect")]
    sun, grid, power, light = heights
    assert grid / sun == pytest.approx(1.5, abs=0.02)
    assert power == pytest.approx(sun + grid, abs=0.2) == light


def test_an_unbalanced_net_is_refused_with_its_numbers() -> None:
    lossy = net(("source/sun", "bus/power", 10.0), ("bus/power", "sink/light", 9.0))
    with pytest.raises(ValueError, match=r'"Électricité" does not balance: 10 kWh enter and 9 kWh leave'):
        sankey(lossy, str)
    sankey(
        net(("source/sun", "bus/power", 10.0), ("bus/power", "sink/light", 9.0), ("bus/power", "sink/lost", 1.0)), str
    )


@pytest.mark.parametrize(
    "wrong",
    [
        net(("source/sun", "bus/power", 1.0), ("bus/power", "source/sun", 1.0)),
        net(("source/sun", "bus/power", -1.0), ("bus/power", "sink/light", -1.0)),
        Net("kWh", (SUN,), (Link("source/sun", "bus/nowhere", 1.0, "energy"),)),
    ],
)
def test_nonsense_is_refused(wrong: Net) -> None:
    with pytest.raises(ValueError, match=r"balance|drawn"):
        check_net(wrong)


def test_small_ends_are_joined_and_nothing_is_lost() -> None:
    small = tuple(Node(f"sink/{i}", f"Usage {i}", "energy", "sink") for i in range(4))
    links = [("source/sun", "bus/power", 100.0), ("bus/power", "sink/light", 97.0)]
    links += [("bus/power", node.id, value) for node, value in zip(small, (0.5, 0.5, 0.5, 1.5), strict=True)]
    folded = fold_small(net(*links, nodes=(SUN, POWER, LIGHT, *small)), share=0.01, label="Autres ({n})")
    assert [node.label for node in folded.nodes if node.label.startswith("Autres")] == ["Autres (3)"]
    assert throughput(folded)[0]["sink/small/bus/power"] == pytest.approx(1.5)
    check_net(folded)


def test_a_circle_is_opened_on_both_sides() -> None:
    clean, dirty = Node("bus/clean", "Eau propre", "water", "bus"), Node("bus/dirty", "Eau grise", "water", "bus")
    circle = net(
        ("source/sun", "bus/clean", 2.0), ("bus/clean", "bus/dirty", 5.0), ("bus/dirty", "bus/clean", 3.0),
        ("bus/dirty", "sink/light", 2.0), nodes=(SUN, clean, dirty, LIGHT),
    )  # fmt: skip
    opened = open_circles(circle, leaves="Vers {name}", returns="Retour : {name}")
    check_net(opened)
    assert {"Vers Eau propre", "Retour : Eau grise"} <= {node.label for node in opened.nodes}
    sankey(opened, str)


def test_a_machine_that_only_passes_on_becomes_a_named_ribbon() -> None:
    heat, pump = Node("bus/heat", "Chaleur", "heat", "bus"), Node("process/boiler", "Chaudière", "heat", "process")
    chain = net(
        ("source/sun", "bus/power", 5.0), ("bus/power", "process/boiler", 5.0), ("process/boiler", "bus/heat", 5.0),
        ("bus/heat", "sink/light", 5.0), nodes=(SUN, POWER, pump, heat, LIGHT),
    )  # fmt: skip
    short = shorten(chain)
    assert [link.by for link in short.links if link.by] == ["Chaudière"]
    assert "Chaudière" in sankey(short, str)


def test_long_labels_take_two_lines() -> None:
    assert wrap("Fablab", "12", 150) == ["Fablab"]
    assert len(wrap("Traitement des eaux grises avec récupération de chaleur", "12", 150)) == 2


def test_no_figure_writes_below_twelve_pixels() -> None:
    """Texts have the size of their class: 14 px, n is 13 px; xs (12 px) would shrink below on a 1200 px screen."""
    week = Layer("soleil", "energy", "p-energy", np.ones(168))
    figures = [
        sankey(BALANCED, str),
        stacked_hours([week], np.ones(168), [], top=2.0, step=1.0, step_label="1 kW", day_labels=["lun."] * 7),
        curve(np.arange(365.0), full=365.0, loop="water", pattern="r-water", full_label="plein", ticks=[(0.0, "jan.")]),
        gauge(reached=0.4, target=1.0, at_least=True, loop="energy", target_label="objectif"),
    ]
    assert all("font-size" not in each and " xs" not in each for each in figures)


@pytest.mark.parametrize(
    ("reached", "target", "bar", "mark"), [(0.94, 1.0, "94.0%", "100.0%"), (0.64, 0.6, "100.0%", "93.8%")]
)
def test_a_gauge_of_at_least(reached: float, target: float, bar: str, mark: str) -> None:
    drawn = gauge(reached=reached, target=target, at_least=True, loop="energy", target_label="x")
    assert re.findall(r'<rect[^>]*width="([\d.]+%)"', drawn) == [bar]
    assert f'x="{mark}"' in drawn


def test_a_gauge_of_at_most_shows_what_is_too_much_apart() -> None:
    drawn = gauge(reached=30.0, target=20.0, at_least=False, loop="water", target_label="x")
    assert re.findall(r'fill="url\(#([\w-]+)\)"', drawn) == ["p-water", "r-water"]
    zero = gauge(reached=2.4, target=0.0, at_least=False, loop="neutral", target_label="x")
    assert "p-all" in zero
    assert "nan" not in gauge(reached=0.0, target=0.0, at_least=False, loop="water", target_label="x")


def test_stairs_join_flat_runs_and_bands_close() -> None:
    assert stairs([5.0, 5.0, 2.0], 10.0) == "M0 5H20V2H30"
    assert band([1.0, 1.0], [1.0, 1.0], 5.0) == ""
    assert band([1.0, 2.0], [4.0, 4.0], 5.0).endswith("Z")


def test_steps_are_round() -> None:
    assert [round_step(most) for most in (0.0, 0.7, 1.0, 4.9, 60.0, 1234.0)] == [1.0, 0.5, 1.0, 2.0, 50.0, 1000.0]


def test_thinning_keeps_the_mean() -> None:
    values = np.random.default_rng(1).random(8760)
    assert len(thin(values, 450)) == 450
    assert thin(values, 450).mean() == pytest.approx(values.mean(), abs=1e-3)
    assert (thin(values[:10], 450) == values[:10]).all()
