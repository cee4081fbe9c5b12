"""What a sceptic needs: every number used with its grade and source, the certificate, how to check it oneself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from wikivillage.report.markup import Child, Html, details, icon, render, scrolling, slug, table, tag, web_address
from wikivillage.report.reading import Reading, readable
from wikivillage.report.sections.floor import Floor, floor
from wikivillage.report.sections.parts import grade
from wikivillage.report.words import lowered

Row = Mapping[str, Any]


def anchor_of(reading: Reading, of: str, what: str) -> str | None:
    """The anchor of an assumption in the table of all numbers, None when the record does not quote it."""
    rows = reading.record.get("assumptions") or []
    return slug("a", of, what) if any(row["of"] == of and row["what"] == what for row in rows) else None


def evidence(reading: Reading) -> Floor:
    """All the numbers, folded; the weakest are counted first."""
    words = reading.words
    rows = reading.record.get("assumptions") or []
    if not rows:
        return floor("nombres", words("evidence.title"), "book", "", tag("p", words("evidence.none")), side=True)
    weak = sum(1 for row in rows if row["grade"] == "C")
    warning = words("evidence.weak.one" if weak == 1 else "evidence.weak", n=str(weak)) if weak else ""
    summary = tag("p", grades(reading, explained=True))
    body = details(words("evidence.all", n=str(len(rows))), _table(reading, rows))
    return floor(
        "nombres",
        words("evidence.title"),
        "book",
        words("evidence.note"),
        summary,
        tag("p", warning) if warning else None,
        body,
        _losses(reading),
        side=True,
    )


def evidence_page(reading: Reading) -> Html:
    """All the numbers on a page of their own: open, and each source explained once, below."""
    words = reading.words
    rows = reading.record.get("assumptions") or []
    if not rows:
        return tag("p", words("evidence.none"))
    shown = tag("p", grades(reading, explained=True))
    known = reading.record.get("sources") or {}
    used = [id for id in dict.fromkeys(str(row.get("source") or "") for row in rows) if id in known]
    places = {id: place for place, id in enumerate(used, 1)}
    sources = [tag("li", _explained(known[id]), id=f"source-{place}") for id, place in places.items()]
    below = tag("section", tag("h2", reading.words("evidence.source")), tag("ol", sources), class_="stack")
    return render([shown, _table(reading, rows, places), below, _losses(reading)])


def grades(reading: Reading, *, explained: bool = False) -> Child:
    """How many numbers of each grade, with what the grade means where it is ``explained``."""
    counts = Counter(row["grade"] for row in reading.record.get("assumptions") or [])
    words = reading.words

    def one(letter: str) -> Html:
        meaning = f" {words.grades[letter]}" if explained else None
        return tag("span", str(counts[letter]), grade(words, letter), meaning, class_="nb")

    return [[one(letter), ", " if explained and letter < max(counts) else " "] for letter in "ABC" if counts[letter]]


def _table(reading: Reading, rows: list[Row], places: Mapping[str, int] | None = None) -> Html:
    """All numbers; each source in its row, or where there are ``places`` its place in the list below."""
    words = reading.words
    seen: Counter[str] = Counter()
    body: list[list[Child]] = []
    anchors: list[str | None] = []
    for row in rows:
        anchor = slug("a", row["of"], row["what"])
        seen[anchor] += 1
        anchors.append(anchor if seen[anchor] == 1 else f"{anchor}-{seen[anchor]}")
        body.append([_what(reading, row), _value(reading, row), _source(reading, row, places or {})])
    head: list[Child] = [words("evidence.of"), words("evidence.value"), words("evidence.source")]
    return scrolling(
        table(head, body, caption=words("evidence.title"), numeric={1}, anchors=anchors),
        words("table.of", name=words("evidence.title")),
    )


def _what(reading: Reading, row: Row) -> Child:
    return [reading.name(row) or readable(row["of"]), tag("div", said_of(reading, str(row["what"])), class_="note")]


def said_of(reading: Reading, path: str) -> str:
    """What a number is, from its path in the recipe: ``inputs.electricity.amount`` -> ``entrée : électricité``."""
    words = reading.words
    first, *rest = [part for part in path.split(".") if part != "amount"]
    if first == "power_costs":
        return f"{said_of(reading, '.'.join(rest))}, {words('what.power')}"
    if first == "costs" and rest:
        first, *rest = rest
    key = f"what.{first}"
    thing = lowered(reading.resource(rest[0])) if rest else ""
    if words.has(f"component.{thing}"):
        thing = words(f"component.{thing}")
    return words(key, thing=thing) if words.has(key) else readable(path.replace(".", ", "))


def _value(reading: Reading, row: Row) -> Child:
    numbers = reading.numbers
    low, high = row.get("low"), row.get("high")
    span = None
    if low is not None and high is not None:
        span = tag(
            "div", reading.words("evidence.range", low=numbers.number(low), high=numbers.number(high)), class_="note"
        )
    unit = numbers.unit(str(row["unit"]), float(row["value"]))
    return [f"{numbers.number(row['value'])}\u00a0{unit}".rstrip("\u00a0"), grade(reading.words, row["grade"]), span]


def _source(reading: Reading, row: Row, places: Mapping[str, int]) -> Child:
    """Title and address of the source where the record explains it, else what the number says of itself."""
    id = str(row.get("source") or "")
    if id in places:
        return tag("a", f"{reading.words('evidence.source')} {places[id]}", href=f"#source-{places[id]}")
    known = (reading.record.get("sources") or {}).get(id)
    return _explained(known or {"title": id, "link": id})


def _explained(source: Mapping[str, Any]) -> Child:
    """A source in the words of the library, which are English."""
    said, note = str(source["title"]), str(source.get("note") or "")
    address = web_address(str(source.get("link") or ""))
    shown = tag("a", said, href=address, rel="noreferrer", lang="en") if address else tag("span", said, lang="en")
    return [shown, tag("div", note, class_="note", lang="en") if note else None]


def _losses(reading: Reading) -> Html | None:
    rows = reading.record.get("losses") or []
    if not rows:
        return None
    words, numbers = reading.words, reading.numbers
    units = {"mass": "kg", "energy": "kWh", "water": "kg", "carbon": "kg", "nitrogen": "kg", "phosphorus": "kg"}
    items = [
        tag(
            "li",
            words(
                "evidence.loss",
                recipe=reading.called(row["recipe"]),
                amount=numbers.amount(row["amount"], units.get(row["component"], "")),
                component=words(f"component.{row['component']}"),
                per=numbers.unit(str(row["per"]), 1.0),
            ),
        )
        for row in rows
    ]
    return details(words("evidence.losses"), tag("ul", items))


def certificate(reading: Reading) -> Floor:
    """What was verified, by whom, how closely, and the command to do it again."""
    words = reading.words
    how = tag(
        "div",
        tag("h3", words("certificate.how")),
        tag("p", words("certificate.how.text")),
        tag("pre", tag("code", "wikivillage check-plan ."), class_="command", tabindex="0"),
        class_="stack-s",
    )
    return floor(
        "certificat",
        words("certificate.title"),
        "check",
        words("certificate.note"),
        _notice(reading),
        _certificate_table(reading),
        how,
        side=True,
    )


def problems_found(reading: Reading) -> list[Any] | None:
    """What the independent program found; None when it has not run."""
    checked = (reading.record.get("certificate") or {}).get("checked")
    if checked is None:
        return None
    return list(checked.get("problems") or []) if isinstance(checked, Mapping) else []


def _notice(reading: Reading) -> Html:
    words, found = reading.words, problems_found(reading)
    if found is None:
        return tag("div", tag("p", tag("b", words("certificate.unchecked"))), class_="notice offline")
    if found:
        items = tag("ul", [tag("li", str(each)) for each in found[:20]])
        return tag(
            "div", tag("p", tag("b", words.count("certificate.failed", len(found)))), items, class_="notice warn"
        )
    return tag(
        "div",
        tag("p", tag("b", icon("check"), " ", words("certificate.checked"))),
        tag("p", words("certificate.checked.note"), class_="small"),
        class_="notice done",
    )


def _certificate_table(reading: Reading) -> Html:
    words, numbers, record = reading.words, reading.numbers, reading.record
    proof = record.get("certificate") or {}
    solver, versions = record.get("solver") or {}, record.get("versions") or {}
    sha = str(record["village"].get("sha256") or "")[:12]
    resource, _, network = str(proof.get("worst_residual_where") or "").partition("@")
    place = reading.resource(resource) + (
        f", {reading.called(network, 'place')}" if network not in ("", "village") else ""
    )
    unit = str((reading.resources.get(resource) or {}).get("unit") or "")
    where = tag("div", place, class_="note")
    rows: list[tuple[str, Child]] = [
        (
            "certificate.residual",
            [numbers.amount(proof.get("worst_residual"), unit), where if proof.get("worst_residual_where") else None],
        ),
        ("certificate.cost", numbers.money(proof.get("primal_objective"))),
        ("certificate.bound", numbers.money(proof.get("dual_objective"))),
        ("certificate.gap", numbers.number(proof.get("relative_gap"))),
        ("certificate.balances", numbers.number(proof.get("balances"), 0)),
        ("certificate.numbers", grades(reading)),
        ("certificate.hash", tag("span", " ".join(sha[i : i + 4] for i in range(0, len(sha), 4)), class_="code")),
        ("certificate.program", ", ".join(f"{name} {version}" for name, version in versions.items())),
        (
            "certificate.size",
            words(
                "certificate.size.value",
                columns=numbers.number(solver.get("columns"), 0),
                rows=numbers.number(solver.get("rows"), 0),
            ),
        ),
        ("certificate.time", numbers.amount((record.get("timings") or {}).get("total"), "s")),
    ]
    body = [tag("tr", tag("th", words(key), scope="row"), tag("td", value, class_="r wrap")) for key, value in rows]
    return tag("table", tag("caption", words("certificate.title"), class_="vh"), tag("tbody", body), class_="data")
