"""Published races, replayed: many takers at once, each on a connection of its own, round after round.

They are played on an empty SQLite file, and the ledger is checked at the end of each. Takers are threads: what must
hold them apart is the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from threading import Barrier
from typing import Any

from django.db import Error, connections

from wikivillage.base.problems import ProblemError
from wikivillage.flows.expectations import Found
from wikivillage.flows.kinds import Entry, State
from wikivillage.flows.replay import Outcome, outcome_of
from wikivillage.flows.replay_opening import resource_record
from wikivillage.flows.replay_steps import WRITERS, Scene
from wikivillage.flows.replay_words import NotPlayedError, each, measure, named_step, plain_word
from wikivillage.flows.wire import read_entry
from wikivillage.web.ledger import queries
from wikivillage.web.ledger.actions import record
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.scratch import NOW, empty_database, write_scene

MOST_ROUNDS = 50
DEADLINE_S = 60.0
LOST = "lost: "
"""How the answer of a taker begins whom the database turned away."""

RACE_WORDS = frozenset({"concurrent", "concurrently", "parallel", "race", "atonce", "simultaneous"})
SLOT = {"from": "2030-01-02T10:00:00Z", "to": "2030-01-02T11:00:00Z"}


def is_about_races(case: Mapping[str, Any]) -> bool:
    """Whether something in a case happens at once."""
    steps = [step for step in case.get("steps") or () if isinstance(step, Mapping)]
    return any(plain_word(key) in RACE_WORDS for step in steps for key in step)


def replay_race(case: Mapping[str, Any]) -> Outcome:
    """Play one race, as many rounds as the case asks for, at most 50. Raises NotPlayedError for an unknown form."""
    race = _read_race(case)
    expect = case.get("expect") or {}
    rounds = max(1, min(int(expect.get("repeat_at_least", 1)), MOST_ROUNDS))
    found = Found()
    with empty_database():
        opening = [entry for round in range(rounds) for entry in race.opening(round)]
        write_scene(opening, [*race.take(0, 0), *race.take(1, 0)])
        answers = _run(race, rounds)
        for round, told in enumerate(answers):
            here = _Round(race, round, told)
            found.lines += [f"round {round + 1}: {answer}" for answer in told if answer.startswith(LOST)]
            for key, wanted in expect.items():
                _check(found, key, wanted, here)
        found.lines += [f"check: {line}" for line in check_ledger().differences]
    return outcome_of(case, checked=found.checked, differences=tuple(dict.fromkeys(found.lines)))


@dataclass(frozen=True, slots=True)
class _Race:
    """A race: what there is in each round, and what each taker writes."""

    stock: Decimal
    unit: str
    takers: int
    take: Callable[[int, int], list[Entry]]
    negative: bool = False

    def opening(self, round: int) -> list[Entry]:
        """What there is in a round."""
        new = {"id": f"shelf-{round}", "unit": self.unit, "allowNegative": self.negative}
        body = {
            "id": f"open-{round}",
            "action": "raise",
            "provider": "owner",
            "receiver": "owner",
            "newResource": new,
            "quantity": {"value": str(self.stock), "unit": self.unit},
        }
        return [read_entry(body)]


@dataclass(frozen=True, slots=True)
class _Round:
    """What came of one round: an answer for each taker, ``created`` or the codes of its refusal."""

    race: _Race
    number: int
    told: list[str]

    @property
    def accepted(self) -> int:
        """How many were let through."""
        return sum(answer == "created" for answer in self.told)

    def left(self) -> Decimal:
        """What is left, on hand and not reserved."""
        stock = queries.find_stock(f"shelf-{self.number}")
        assert stock is not None, "the round began with it"
        return stock.onhand - queries.reserved(stock.id, NOW)

    def bookings(self) -> int:
        """How many promises stand on it."""
        return queries.promises(kind="commitment", resource=f"shelf-{self.number}").filter(ended=None).count()


def _check(found: Found, key: str, wanted: Any, round: _Round) -> None:
    word = plain_word(key)
    if word in ("repeatatleast", "repeat", "rounds"):
        return
    got: Any
    match word:
        case "accepted" | "succeeded" | "successes" | "created":
            got = round.accepted
        case "refused" | "rejected" | "failed" | "failures":
            got = len(round.told) - round.accepted
        case "finalstock" | "left" | "available" | "stock":
            got = round.left()
        case "confirmed" | "reserved" | "bookings" | "reservations":
            got = round.bookings()
        case "overlaps" | "negative" | "oversold":
            got = max(0, round.accepted - int(round.race.stock))
        case "resources":
            _check_fields(found, wanted, round)
            return
        case _:
            found.unknown(key)
            return
    found.same(f"round {round.number + 1}: {key}", wanted, got)


def _check_fields(found: Found, wanted: Mapping[str, Mapping[str, Any]], round: _Round) -> None:
    """The counts of the one record that a race is about, whatever the case calls it."""
    stock = queries.find_stock(f"shelf-{round.number}")
    for id, fields in wanted.items():
        for name, value in fields.items():
            got = round.left() if name == "available" else getattr(stock, name, f"no field {name}")
            found.same(f"round {round.number + 1}: {id} {name}", value, got)


def _read_race(case: Mapping[str, Any]) -> _Race:
    """A race out of a case: so many takers of one stock, of one bookable slot, or of what a step describes."""
    given = case.get("given") or {}
    step = next(step for step in case["steps"] if any(plain_word(key) in RACE_WORDS for key in step))
    body = next(value for key, value in step.items() if plain_word(key) in RACE_WORDS)
    takers, template = _takers(body, step, given)
    amount = Decimal(str(given.get("quantity_each", given.get("each", 1))))
    bookable = next(iter(each(given, "bookable")), None)
    resource = next((resource_record(one) for one in each(given, "resources")), None)
    amounts = [given.get("stock"), (resource or {}).get("accounting"), (bookable or {}).get("value"), 1]
    units = Decimal(str(next(one for one in amounts if one is not None)))
    unit = _unit(template, bookable is not None, resource or given)
    if template is None and bookable:
        template = ("book", {**SLOT})
    if "stock" not in given and template is None and resource is None:
        raise NotPlayedError("the race says neither how much there is nor what is taken")
    return _Race(units, unit, takers, _taker(template, amount, unit))


def _unit(template: Template | None, books: bool, given: Mapping[str, Any]) -> str:
    """What the stock is counted in: things that are booked by pieces, others as the step or the case says."""
    name, body = template or ("", {})
    if books or name == "book":
        return "one"
    asked = measure(body.get("quantity"))
    return str(asked["unit"] if isinstance(asked, Mapping) else given.get("unit", "u"))


Template = tuple[str, Mapping[str, Any]]
"""The kind of a step and what it says."""


def _takers(body: Any, step: Mapping[str, Any], given: Mapping[str, Any]) -> tuple[int, Template | None]:
    """How many there are, and the step that each of them plays where the case has one."""
    numbers = [given.get("attempts"), given.get("takers")]
    template = None
    if isinstance(body, Mapping):
        numbers = [body.get(key) for key in ("attempts", "n", "count", "times", "takers")] + numbers
        inner = {key: value for key, value in body.items() if key not in ("attempts", "n", "count", "times", "takers")}
        template = _template(inner.get("step", inner)) if inner else None
    elif isinstance(body, list):
        numbers, template = [len(body)], _template(body[0])
    else:
        numbers = [body, *numbers]
        beside = {key: value for key, value in step.items() if plain_word(key) not in RACE_WORDS and key != "expect"}
        template = _template(beside) if beside else None
    count = next((number for number in numbers if number is not None), None)
    if count is None:
        raise NotPlayedError("the race does not say how many take part")
    return int(count), template


def _template(step: Mapping[str, Any]) -> Template:
    name, body = named_step(step)
    if name not in ("event", "book", "reserve", "commitment"):
        raise NotPlayedError(f"a race of {name} is not played here")
    return name, body


def _taker(template: Template | None, amount: Decimal, unit: str) -> Callable[[int, int], list[Entry]]:
    """What the nth taker of a round writes; takers of stock consume it or, every second round, reserve it."""

    def take(round: int, number: int) -> list[Entry]:
        id, shelf = f"take-{round}-{number}", f"shelf-{round}"
        if template:
            name, body = template
            own = {**body, "id": id, ("what" if name == "book" else "resource"): shelf}
            if "quantity" in own and name != "book":
                own["quantity"] = measure(own["quantity"], unit)
            scene = Scene(State(), NOW)
            return [read_entry(written, kind) for kind, written in WRITERS[name](own, scene)]
        body = {
            "id": id,
            "action": "consume",
            "provider": "owner",
            "receiver": "owner",
            "resource": shelf,
            "quantity": {"value": str(amount), "unit": unit},
        }
        reserves = {"action": "transfer", "receiver": "guest", "reserves": True}
        return [read_entry({**body, **reserves}, "commitment") if round % 2 else read_entry(body)]

    return take


def _run(race: _Race, rounds: int) -> list[list[str]]:
    """The answers of every round; all takers of a round start together, each on its connection."""
    start = Barrier(race.takers)

    def play(number: int) -> list[str]:
        try:
            return [_answer(start, race.take(round, number)) for round in range(rounds)]
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(race.takers) as pool:
        columns = list(pool.map(play, range(race.takers)))
    return [list(answers) for answers in zip(*columns, strict=True)]


def _answer(start: Barrier, entries: Sequence[Entry]) -> str:
    start.wait(DEADLINE_S)
    try:
        return record(entries=entries, at=NOW)[-1].result
    except ProblemError as error:
        return ", ".join(problem.code for problem in error.problems)
    except Error as error:
        return f"{LOST}{error}"
