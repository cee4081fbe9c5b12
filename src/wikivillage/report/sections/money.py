"""The yearly cost with its parts, the prices put on what is missing, and what one more unit of a resource is worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from wikivillage.report.figures.sankey import sankey
from wikivillage.report.goals_read import period, title_of
from wikivillage.report.markup import Child, Html, details, scrolling, sign, table, tag
from wikivillage.report.nets import money_net
from wikivillage.report.reading import GROUPS, PAID, Reading
from wikivillage.report.sections.floor import Floor, figure, floor
from wikivillage.report.sections.parts import named

SHOWN_PRICES = 10
"""Prices shown at once: those of the resources of which most euros' worth passes."""
COLUMNS = {"capital": 0, "upkeep": 1, "holding": 1, "bought": 2, "sold": 2, "running": 2, "carbon": 2}


def costs(reading: Reading) -> Floor:
    """Where the yearly cost comes from."""
    words = reading.words
    return floor("argent", words("costs.title"), "coins", words("costs.note"), _figure(reading), _penalties(reading))


def _figure(reading: Reading) -> Html:
    words, numbers = reading.words, reading.numbers
    title: list[Child] = [
        sign("money"),
        " ",
        words("costs.sum", period=period(reading)),
        words("colon"),
        " ",
        numbers.money(reading.record["yearly_cost"]),
    ]
    drawn = money_net(reading)
    parts = details(words("costs.table"), parts_table(reading))
    if drawn is None:
        return figure(title, Html(""), parts_table(reading))
    decimals = cents(reading)
    return figure(
        title,
        sankey(drawn, lambda value: numbers.number(value, decimals)),
        tag("p", words("net.unit", unit="€"), "."),
        parts,
    )


def cents(reading: Reading) -> int:
    """Decimals of sums in euros: none in a plan that costs hundreds."""
    return 0 if abs(reading.record["yearly_cost"]) >= 100 else 2


def parts_table(reading: Reading) -> Html:
    """One row per thing: invest, maintain, buy or sell, total."""
    words, numbers = reading.words, reading.numbers
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for part in reading.record["objective"]["parts"]:
        if part["kind"] in PAID:
            sums[GROUPS.get(part["kind"], "thing"), part["id"]][COLUMNS[part["kind"]]] += part["amount"]
    ordered = sorted(sums.items(), key=lambda each: -sum(each[1]))

    decimals = cents(reading)

    def cell(value: float) -> str:
        return numbers.number(value, decimals) if abs(value) >= 0.5 * 10**-decimals else ""

    rows: list[list[Child]] = [
        [reading.called(id, group), *(cell(v) for v in values), cell(sum(values)) or "0"]
        for (group, id), values in ordered
    ]
    columns = [sum(values[i] for values in sums.values()) for i in range(3)]
    foot: list[Child] = [
        words("costs.sum", period=period(reading)),
        *(cell(v) for v in columns),
        numbers.money(sum(columns)),
    ]
    head: list[Child] = [
        words("costs.what"),
        words("costs.capital"),
        words("costs.upkeep"),
        words("costs.trade"),
        words("costs.total"),
    ]
    return scrolling(
        table(head, rows, caption=words("costs.title"), foot=foot, numeric={1, 2, 3, 4}),
        words("table.of", name=words("costs.title")),
    )


def _penalties(reading: Reading) -> Html | None:
    words, numbers = reading.words, reading.numbers
    parts = [
        part
        for part in reading.record["objective"]["parts"]
        if part["kind"] not in PAID and abs(part["amount"]) >= 0.005
    ]
    if not parts:
        return None
    goals = {goal["id"]: goal for goal in reading.record.get("goals") or []}

    def name(part: Mapping[str, Any]) -> str:
        goal = goals.get(part["id"]) if part["kind"] == "goal" else None
        called = title_of(reading, goal) if goal else reading.called(part["id"], GROUPS.get(part["kind"], "thing"))
        key = f"costs.part.{part['kind']}"
        return words(key, name=called) if words.has(key) else called

    rows: list[list[Child]] = [[name(part), numbers.money(part["amount"])] for part in parts]
    head: list[Child] = [words("costs.penalties"), "€"]
    return table(head, rows, caption=words("costs.penalties"), numeric={1})


def prices(reading: Reading) -> Floor | None:
    """Mean, lowest and highest price of each resource that has one."""
    words, numbers = reading.words, reading.numbers
    priced = [
        r
        for r in reading.record.get("resources") or []
        if r.get("price_mean") is not None and (r.get("turnover") or 0) > 0
    ]
    if not priced:
        return None
    several = {r["id"] for r in priced if sum(1 for other in priced if other["id"] == r["id"]) > 1}

    def name(r: Mapping[str, Any]) -> Child:
        where = f", {reading.called(r['network'], 'place')}" if r["id"] in several else ""
        return [
            named(r["loop"], reading.name(r, r["id"]) + where),
            tag("div", words("prices.unit"), " ", numbers.unit(r["unit"], 1.0), class_="note"),
        ]

    def rows(some: list[Mapping[str, Any]]) -> Html:
        cells: list[list[Child]] = [
            [name(r), *(numbers.price(r[key]) for key in ("price_mean", "price_low", "price_high"))] for r in some
        ]
        head: list[Child] = [words("prices.what"), words("prices.mean"), words("prices.low"), words("prices.high")]
        inner = table(head, cells, caption=words("prices.title"), numeric={1, 2, 3})
        return scrolling(inner, words("table.of", name=f"{words('prices.title')} ({len(some)})"))

    priced.sort(key=lambda r: -abs(r["price_mean"] * r["turnover"]))
    rest = priced[SHOWN_PRICES:]
    more = details(words.count("prices.more", len(rest)), rows(rest)) if rest else None
    return floor(
        "prix", words("prices.title"), "coins", words("prices.note"), rows(priced[:SHOWN_PRICES]), more, side=True
    )
