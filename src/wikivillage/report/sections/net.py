"""What flows: one Sankey per unit family, each with its table."""

from __future__ import annotations

from collections.abc import Callable

from wikivillage.report.figures.net import Net, check_net, throughput
from wikivillage.report.figures.sankey import sankey
from wikivillage.report.formats import scaled
from wikivillage.report.goals_read import period
from wikivillage.report.markup import Child, Html, details, scrolling, sign, table, tag
from wikivillage.report.nets import TRACE, Family, families, full_net, net_of
from wikivillage.report.reading import Reading
from wikivillage.report.sections.floor import Floor, figure, floor
from wikivillage.report.words import capital, lowered

SIGNS = {"energy": ("energy", "heat")}
FEW = 2
"""Ribbons that a table says better than a drawing."""
USUAL_UNITS = {"energy": "kWh", "water": "m3", "matter": "kg", "food": "kg", "people": "h", "money": "EUR"}


def net(reading: Reading) -> Floor:
    """All the families that flow in this plan."""
    words = reading.words
    drawn = [family_figure(reading, family) for family in families(reading)]
    content: list[Child] = [each for each in drawn if each] or [tag("p", words("net.none"))]
    return floor("flux", words("net.title"), "flow", words("net.note.period", period=period(reading)), *content)


def family_figure(reading: Reading, family: Family, rows: Html | None = None) -> Html | None:
    """The Sankey of one family with its table, None where nothing flows; ``rows``: a table in place of the usual one.

    Raises ValueError if its net does not balance, which the builder of nets sees to.
    """
    whole, drawn = full_net(reading, family), net_of(reading, family)
    if not drawn.links:
        return None
    check_net(whole)
    words = reading.words
    name = _name(reading, family)
    _, leaving = throughput(whole)
    enters = sum(leaving[node.id] for node in whole.nodes if node.role == "source")
    write, unit = writer(reading, enters, family.unit)
    finding = words("net.finding", total=reading.numbers.amount(enters, family.unit))
    thin = sum(link.value for link in whole.links if link.value <= TRACE * max(each.value for each in whole.links))
    title: list[Child] = [[sign(loop), " "] for loop in _loops(family)]
    links = rows or links_table(reading, whole, f"{name}, {reading.numbers.unit(family.unit)}")
    worth_drawing = len(drawn.links) > FEW
    return figure(
        [title, f"{name}{words('colon')} ", finding],
        sankey(drawn, write, left_out=thin) if worth_drawing else links,
        tag(
            "p",
            words("net.unit", unit=unit),
            ". ",
            _grey(reading, whole),
            _services(reading, family),
            words("net.left_out") if thin else None,
        ),
        details(words("net.table"), links) if worth_drawing else None,
    )


def _loops(family: Family) -> tuple[str, ...]:
    """Energy is drawn with heat when it is counted in kWh."""
    return SIGNS[family.name] if family.name in SIGNS and family.unit == "kWh" else (family.name,)


def _name(reading: Reading, family: Family) -> str:
    """The family's name where its unit is the usual one, else the names of what flows."""
    words, key = reading.words, f"net.{family.name}.names"
    if words.has(key) and USUAL_UNITS.get(family.name) == family.unit:
        return words(key)
    resources = {flow["resource"]: float(flow["total"]) for flow in family.flows if not flow.get("nature")}
    largest = sorted(resources, key=lambda id: -resources[id])[:3]
    return capital(words.list([lowered(reading.resource(id)) for id in largest]))


def _services(reading: Reading, family: Family) -> str | None:
    names = [lowered(name) for name in family.services]
    return reading.words("net.services", names=reading.words.list(names)) + " " if names else None


def writer(reading: Reading, largest: float, unit: str) -> tuple[Callable[[float], str], str]:
    """How the drawing's values are written: all in the one unit that suits the largest."""
    ratio, shown = scaled(largest, unit)
    factor = ratio / largest if largest else 1.0
    return (lambda value: reading.numbers.number(value * factor)), reading.numbers.unit(shown)


def _grey(reading: Reading, whole: Net) -> str:
    """What the grey ribbons say."""
    words, (entering, leaving) = reading.words, throughput(whole)
    most = max(link.value for link in whole.links)
    grey = [(node, max(entering[node.id], leaving[node.id])) for node in whole.nodes if node.grey]
    grey = [(node, value) for node, value in grey if value > 1e-4 * most]
    if not grey:
        return words("net.grey.none") + " "
    grey.sort(key=lambda each: -each[1])
    names = [f"{lowered(node.label)} {reading.numbers.amount(value, whole.unit)}" for node, value in grey]
    return words("net.grey", names=words.list(names)) + " "


def links_table(reading: Reading, whole: Net, caption: str) -> Html:
    """Every ribbon as a row, the largest first."""
    words, numbers = reading.words, reading.numbers
    label = {node.id: node.label for node in whole.nodes}
    links = sorted(whole.links, key=lambda link: -link.value)
    rows: list[list[Child]] = [[label[link.source], label[link.target], numbers.number(link.value)] for link in links]
    head: list[Child] = [words("net.from"), words("net.to"), numbers.unit(whole.unit)]
    return scrolling(table(head, rows, caption=caption, numeric={2}), caption)
