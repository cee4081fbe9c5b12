"""The published cases again, played by a program that knows nothing but the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.web.api.client import Caller, caller
from tests.web.ledger.test_replay import ON_THE_LEDGER
from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.kinds import Entry, Held, Pledge, Process, Standing, State, Stock, Work
from wikivillage.flows.replay import replay
from wikivillage.flows.wire import read_entry, write_entry
from wikivillage.web.ledger.batch import agents_of

ADDRESSES = {
    "event": "/events",
    "process": "/processes",
    "commitment": "/commitments",
    "claim": "/claims",
    "intent": "/intents",
    "closing": "/closings",
}
TOLD = {"number", "happenedAt", "recordedAt", "previous", "note", "finished", "ended", "lapsed"}
KEPT = ("fulfilled", "settled", "satisfied")
TOLD |= {*KEPT, *(f"{kept}By" for kept in KEPT), "open", "released", "beyond"}
"""What the API says of an entry beside what was handed in."""


@dataclass
class ApiBook:
    """A book behind the API; the clock of the village is that of the case."""

    who: Caller
    at: datetime = field(default_factory=datetime.now)
    agents: set[str] = field(default_factory=set)
    processes: dict[str, None] = field(default_factory=dict)
    known: tuple[int, State] | None = None

    def write(self, entries: Sequence[Entry], at: datetime) -> str:
        self.at = at
        for name in {name for entry in entries for name in agents_of(entry)} - self.agents:
            assert self.who.post("/agents", {"handle": name, "kind": "organisation"}).status == 201
            self.agents.add(name)
        answer = self._post([_body(entry) for entry in entries])
        if answer.status >= 400:
            raise ProblemError(Problem(**one) for one in answer.body["problems"])
        self.processes |= dict.fromkeys(entry.id for entry in entries if isinstance(entry, Process))
        written = answer.body if isinstance(answer.body, list) else [answer.body]
        return str(written[-1]["result"]) if written else "created"

    def _post(self, bodies: list[dict[str, Any]]) -> Any:
        if len(bodies) == 1 and bodies[0]["kind"] in ADDRESSES:
            return self.who.post(ADDRESSES[bodies[0]["kind"]], bodies[0])
        return self.who.post("/events/batch", {"entries": bodies})

    def state(self) -> State:
        number = self.who.get("/ledger").body["number"]
        if self.known is None or self.known[0] != number:
            self.known = (number, self._state())
        return self.known[1]

    def _state(self) -> State:
        pledges = [_pledge(one) for one in reversed(self.listed_records("/promises"))]
        works = [_work(self.who.get(f"/processes/{id}").body) for id in self.processes]
        stocks = [_stock(one) for one in reversed(self.listed_records("/stocks?elsewhere=true"))]
        return State(
            stocks={one.id: one for one in stocks},
            works={one.process.id: one for one in works},
            pledges={one.promise.id: one for one in pledges},
            events=_standings(reversed(self.listed_records("/events"))),
        )

    def listed(self, what: str) -> list[str]:
        records = self.listed_records("/events" if what == "events" else "/stocks")
        return [one["id"] for one in records if not one["id"].startswith("open-")]

    def listed_records(self, path: str) -> list[dict[str, Any]]:
        return list(self._pages(path))

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        mark, before = "&" if "?" in path else "?", ""
        while True:
            page = self.who.get(f"{path}{mark}limit=25{before}").body
            yield from page["items"]
            if page["next"] is None:
                return
            before = f"&before={page['next']}"


def _body(entry: Entry) -> dict[str, Any]:
    """An entry as a client sends it; that a new record is of no kind is said with a null."""
    body = write_entry(entry)
    new = getattr(entry, "new_resource", None)
    if new is not None and new.spec == "":
        body["newResource"]["spec"] = None
    return body


def _standings(records: Iterator[Mapping[str, Any]]) -> dict[str, Standing]:
    """Events with what their corrections left of them."""
    found: dict[str, Standing] = {}
    for record in records:
        event: Any = _entry(record)
        quantity, effort = (measure.value if measure else None for measure in (event.quantity, event.effort))
        found[event.id] = Standing(event, record["previous"], quantity, effort)
        if event.corrects:
            first = found[event.corrects]
            left = {"quantity": _sum(first.quantity, quantity), "effort": _sum(first.effort, effort)}
            found[event.corrects] = replace(first, **left, corrected_by=(*first.corrected_by, event.id))
    return found


def _sum(total: Decimal | None, change: Decimal | None) -> Decimal | None:
    return total if change is None else (total or Decimal(0)) + change


def _entry(record: Mapping[str, Any]) -> Entry:
    return read_entry({key: value for key, value in record.items() if key not in TOLD})


def _pledge(record: Mapping[str, Any]) -> Pledge:
    kept = next(key for key in KEPT if key in record)
    delivered = Decimal(record[kept]["value"]) + Decimal(record["beyond"]["value"])
    promise: Any = _entry(record)
    return Pledge(promise, delivered, tuple(record[f"{kept}By"]), record["ended"])


def _work(record: Mapping[str, Any]) -> Work:
    held = {id: Held(one["action"], Decimal(one["value"])) for id, one in record["inHand"].items()}
    return Work(Process(record["id"], record["basedOn"], record["name"], record["at"]), held)


def _stock(record: Mapping[str, Any]) -> Stock:
    return Stock(
        id=record["id"],
        unit=record["unit"],
        spec=record["spec"],
        accounting=Decimal(record["accounting"]),
        onhand=Decimal(record["onhand"]),
        primary_accountable=record["primaryAccountable"],
        custodian=record["custodian"],
        location=record["location"],
        stage=record["stage"],
        state=record["state"],
        contained_in=record["containedIn"],
        classified_as=tuple(record["classifiedAs"]),
        effort_unit=record["effortUnit"],
        allow_negative=record["allowNegative"],
        elsewhere=record["elsewhere"],
        sequence=record["sequence"],
        last_event=record["previousEvent"],
    )


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("case", ON_THE_LEDGER, ids=lambda case: case["id"])
@pytest.mark.usefixtures("ledger")
def test_case_comes_out_as_printed_for_a_client(case: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    book = ApiBook(caller("a-steward", "steward"))
    monkeypatch.setattr("wikivillage.web.ledger.api.now", lambda: book.at)
    outcome = replay(case, book)
    assert outcome.differences == ()
    assert outcome.checked > 0
