"""What the plan could not do: needs unmet, things stranded, uses refused by law. Every reason is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wikivillage.report.formats import moment_of
from wikivillage.report.markup import Child, Html, tag, web_address
from wikivillage.report.reading import Reading
from wikivillage.report.sections.floor import Floor, floor
from wikivillage.report.sections.parts import refusal
from wikivillage.report.words import capital, lowered

Row = Mapping[str, Any]


def trouble(reading: Reading) -> Floor | None:
    """Nothing when nothing is missing, stranded or refused."""
    blocks = [block for block in (_unmet(reading), _stranded(reading), _refused(reading)) if block]
    if not blocks:
        return None
    words = reading.words
    return floor("manques", words("trouble.title"), "cross", words("trouble.note"), *blocks)


def _unmet(reading: Reading) -> Html | None:
    rows = reading.record.get("unmet") or []
    if not rows:
        return None
    words = reading.words
    return refusal(
        capital(words.count("unmet.head", len(rows))),
        [_unmet_reason(reading, row) for row in rows],
        (words("unmet.out"), words("unmet.out.text")),
    )


def unmet_words(reading: Reading, row: Row) -> tuple[str, str, str]:
    """What is missing, how much of it and since when, and why it was left out."""
    words, numbers = reading.words, reading.numbers
    forced = row["priority"] == "forced"
    what = words(
        "unmet.what",
        need=reading.called(row["need"], "thing" if forced else "need"),
        amount=numbers.amount(row["amount"], row["unit"]),
    )
    steps = words.count(f"{row['tempo']}s", row["steps"], n=numbers.number(row["steps"]))
    fact = words(
        "unmet.fact", share=numbers.percent(row["share"]), steps=steps, first=numbers.moment(moment_of(row["first"]))
    )
    if forced or row.get("price") is None:
        why = words("unmet.forced", resource=lowered(reading.resource(row["resource"])))
    else:
        why = words(
            "unmet.priority",
            priority=words(f"priority.{row['priority']}"),
            price=numbers.money_per(row["price"], row["unit"]),
        )
    return what, fact, why


def _unmet_reason(reading: Reading, row: Row) -> Child:
    what, fact, why = unmet_words(reading, row)
    return [tag("b", what), tag("br"), fact, " ", why]


def stranded_words(reading: Reading, row: Row) -> tuple[str, str]:
    """What found no use, and since when."""
    words, numbers = reading.words, reading.numbers
    what = words(
        "stranded.what",
        offer=reading.called(row["offer"], "offer"),
        amount=numbers.amount(row["amount"], row["unit"]),
    )
    return what, words("stranded.fact", first=numbers.moment(moment_of(row["first"])))


def _stranded(reading: Reading) -> Html | None:
    rows = reading.record.get("stranded") or []
    if not rows:
        return None
    words = reading.words
    told = [stranded_words(reading, row) for row in rows]
    reasons: list[Child] = [[tag("b", what), tag("br"), fact] for what, fact in told]
    resources = words.list(sorted({lowered(reading.resource(row["resource"])) for row in rows}))
    return refusal(
        capital(words.count("stranded.head", len(rows))),
        reasons,
        (words("stranded.out"), words("stranded.out.text", resources=resources)),
    )


def _refused(reading: Reading) -> Html | None:
    rows = reading.record.get("refused") or []
    if not rows:
        return None
    words = reading.words
    return refusal(
        capital(words.count("refused.head", len(rows))),
        [_refused_reason(reading, row) for row in rows],
        (words("refused.out"), words("refused.out.text")),
    )


def refused_words(reading: Reading, row: Row) -> tuple[str, str]:
    """Which use is refused, and what the law says."""
    text = row.get("text") or {}
    said = text.get(reading.words.lang) or next((each for each in text.values() if each), "")
    what = reading.words(
        "refused.what",
        recipe=reading.name(row) or reading.called(row["id"]),
        resource=lowered(reading.resource(row["resource"])),
    )
    return what, said


def _refused_reason(reading: Reading, row: Row) -> Child:
    words, numbers = reading.words, reading.numbers
    what, said = refused_words(reading, row)
    date = numbers.date(moment_of(row["date"])) if row.get("date") else ""
    address = web_address(row.get("source") or "")
    link = tag("a", words("refused.source"), href=address, rel="noreferrer") if address else (row.get("source") or None)
    return [tag("b", what), tag("br"), said, " ", words("refused.rule", date=date), " ", link]
