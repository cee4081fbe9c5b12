"""What crossed the boundary of the village: everything bought, sold and given away, with its amount and its euros."""

from __future__ import annotations

from collections import defaultdict

from wikivillage.report.goals_read import period
from wikivillage.report.markup import Child, scrolling, sign, table
from wikivillage.report.reading import Reading
from wikivillage.report.sections.floor import Floor, floor
from wikivillage.report.words import lowered


def boundary(reading: Reading) -> Floor | None:
    """None for a village that trades nothing."""
    words, numbers = reading.words, reading.numbers
    euros: dict[tuple[str, str], float] = defaultdict(float)
    for part in reading.record["objective"]["parts"]:
        if part["kind"] in ("bought", "sold"):
            euros[part["kind"], part["id"]] += part["amount"]
    trades = [flow for flow in reading.of_kind("bought", "sold") if flow["total"] > 1e-3]
    if not trades:
        return None
    trades.sort(key=lambda flow: (flow["kind"], -abs(euros[flow["kind"], flow["id"]]), -flow["total"]))
    rows: list[list[Child]] = [
        [
            [sign(flow["loop"]), " ", reading.flow_name(flow)],
            words(f"boundary.{flow['kind']}", name=lowered(reading.resource(flow["resource"]))),
            numbers.amount(flow["total"], flow["unit"]),
            numbers.money(euros[flow["kind"], flow["id"]]),
        ]
        for flow in trades
    ]
    head: list[Child] = [words("boundary.who"), words("boundary.what"), words("boundary.amount"), "€"]
    foot: list[Child] = [words("costs.sum", period=period(reading)), "", "", numbers.money(sum(euros.values()))]
    body = table(head, rows, caption=words("boundary.title"), foot=foot, numeric={2, 3})
    return floor(
        "porte",
        words("boundary.title"),
        "swap",
        words("boundary.note"),
        scrolling(body, words("table.of", name=words("boundary.title"))),
        side=True,
    )
