"""Published cases of meters, replayed: readings and streams through the connectors, days of a clock change.

Three forms: given ``readings`` of one counter and a ``rule``; a ``stream`` of messages that the steps ingest, again or
shuffled; a constant load over local ``days``. Nothing here decides anything: the connectors do, the case compares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from wikivillage.connectors.differences import differences
from wikivillage.connectors.exact import total
from wikivillage.connectors.intervals import cut, find_gaps
from wikivillage.connectors.kinds import OLDEST, Interval, Key, Reading, Register, RegisterKey, Step
from wikivillage.connectors.local_time import day_span
from wikivillage.connectors.replay_streams import (
    METER,
    ORDERS,
    REGISTER,
    dip_rule,
    range_of,
    read_message,
    read_moment,
    reset_share,
    unknown_order,
)
from wikivillage.connectors.sort_readings import FUTURE_TOLERANCE, sort_batch
from wikivillage.connectors.times import EPOCH
from wikivillage.flows.expectations import Found
from wikivillage.flows.replay import Outcome, outcome_of
from wikivillage.flows.replay_words import NotPlayedError, expected_of, plain_word

INGEST_STEPS = ("ingest", "receive", "import", "read", "send", "store")
LOADS = ("constant_kw", "constant_load", "constant_load_kw", "constant_power_kw", "load_kw", "power_kw", "kw")
METER_GIVEN = frozenset({"readings", "stream", "messages", "batch", "batches", *LOADS})


def is_about_meters(case: Mapping[str, Any]) -> bool:
    """Whether a case gives readings or messages of meters, or ingests some."""
    steps = [key for step in case.get("steps") or () if isinstance(step, Mapping) for key in step]
    named = bool(METER_GIVEN & (case.get("given") or {}).keys()) or "ingest" in steps
    return named or str(case.get("group", "")).startswith("meter")


def replay_meter(case: Mapping[str, Any]) -> Outcome:
    """Play one case of meters. Raises NotPlayedError for a form that is not known."""
    given, found = case.get("given") or {}, Found()
    store = _Store(case)
    if "readings" in given:
        store.ingest(_counted(given["readings"], store))
    elif any(key in given for key in LOADS):
        store.ingest(_constant_load(store))
    elif not case.get("steps"):
        store.play({"ingest": "stream"})
    for number, step in enumerate(case.get("steps") or (), 1):
        here = Found()
        store.play(step)
        _compare(here, expected_of(step), store)
        found.checked += here.checked
        found.lines += [f"step {number}: {line}" for line in here.lines]
    _compare(found, case.get("expect") or {}, store)
    return outcome_of(case, checked=found.checked, differences=tuple(found.lines))


@dataclass(slots=True)
class _Store:
    """What a database does with readings: it keeps what is new and counts the rest."""

    case: Mapping[str, Any]
    known: dict[Key, Reading] = field(default_factory=dict)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("duplicate", "conflicting", "quarantined"), 0)
    )
    reasons: list[str] = field(default_factory=list)

    @property
    def given(self) -> Mapping[str, Any]:
        """What the case gives."""
        return self.case.get("given") or {}

    @property
    def zone(self) -> str:
        """The time zone of local days."""
        return str(next((self.given[key] for key in ("zone", "timezone", "tz") if key in self.given), "UTC"))

    @property
    def every(self) -> timedelta:
        """How far apart readings are."""
        for key, seconds in (("interval_s", 1), ("every_s", 1), ("step_s", 1), ("interval_min", 60)):
            if key in self.given:
                return timedelta(seconds=int(self.given[key]) * seconds)
        return timedelta(minutes=15)

    @property
    def days(self) -> list[str]:
        """The local days that the case is about: given, or those that it expects something of."""
        given = self.given.get("days", self.given.get("day"))
        if given is not None:
            return [str(day) for day in given] if isinstance(given, list | Mapping) else [str(given)]
        expected = [one for one in (self.case.get("expect") or {}).values() if isinstance(one, Mapping)]
        return list(dict.fromkeys(key for one in expected for key in one if re.fullmatch(r"\d{4}-\d\d-\d\d", key)))

    def play(self, step: Mapping[str, Any]) -> None:
        """Ingest what a step names."""
        for key, body in step.items():
            if plain_word(key) in INGEST_STEPS:
                self.ingest(self._named(body))
                return
        if not any(key in step for key in ("expect", "expected")):
            raise NotPlayedError(f"no step of meters is called {' or '.join(step)}")

    def ingest(self, batch: Sequence[Reading]) -> None:
        """Sort a batch against what is there, keep what is new."""
        registers = {reading.key[:2]: self.register(reading.key[:2]) for reading in (*self.known.values(), *batch)}
        values = {key: one.value for key, one in self.known.items()}
        tolerance = self.given.get("future_tolerance_s")
        late = FUTURE_TOLERANCE if tolerance is None else timedelta(seconds=float(tolerance))
        report = sort_batch(batch, values, registers, self._now(batch), late)
        self.known |= {one.key: one for one in report.new}
        for name in self.counts:
            self.counts[name] += report.counts[name]
        self.reasons += [one.problem.code for one in report.quarantined]

    def register(self, key: RegisterKey) -> Register:
        """The register that a case speaks of, by its rule. Where no clock is given, times count from any zero."""
        rule = str(self.given.get("rule", self.case.get("rule", "")))
        return Register(
            *key,
            "electricity",
            "kWh",
            reset_share=reset_share(rule),
            dip=dip_rule(rule),
            rolls_over_at=range_of(rule),
            timezone=self.zone,
            interval_minutes=self.every // timedelta(minutes=1),
            installed=OLDEST if self._clock() is not None else EPOCH,
        )

    def steps(self, key: RegisterKey | None = None) -> list[Step]:
        """What flowed, step by step, by one register or by all."""
        keys = sorted({one[:2] for one in self.known}) if key is None else [key]
        return [step for one in keys for step in differences(self.readings(one), self.register(one))]

    def readings(self, key: RegisterKey) -> list[Reading]:
        """The stored readings of a register in the order of their time."""
        return [self.known[one] for one in sorted(self.known) if one[:2] == key]

    def intervals(self, key: RegisterKey, grid: Any) -> list[Interval]:
        """What flowed, cut into quarters of an hour or days."""
        return list(cut(self.steps(key), self.register(key), grid))

    def registers(self) -> list[RegisterKey]:
        """The registers that have readings."""
        return sorted({one[:2] for one in self.known})

    def _now(self, batch: Sequence[Reading]) -> datetime:
        clock = self._clock()
        return clock if clock is not None else max((one.at for one in batch), default=EPOCH)

    def _clock(self) -> datetime | None:
        now = self.given.get("now", self.given.get("clock"))
        return None if now is None else read_moment(now)

    def _named(self, body: Any) -> list[Reading]:
        """The messages of a step: written there, or a stream of the case by its name, again, shuffled or reversed."""
        if isinstance(body, list):
            return [read_message(one) for one in body]
        name, *words = str(body).replace(",", " ").split()
        rows = self.given.get(name, self.given.get("stream", self.given.get("messages")))
        if rows is None:
            raise NotPlayedError(f"no stream called {name} is given")
        messages = [read_message(one) for one in rows]
        for word in words:
            ORDERS.get(word.rstrip("."), unknown_order(word))(messages)
        return messages


def _counted(values: Sequence[Any], store: _Store) -> list[Reading]:
    """Readings of one counter, a quarter of an hour apart where they have no time of their own."""
    found = []
    for position, value in enumerate(values):
        at, shown = (EPOCH + position * store.every, value)
        if isinstance(value, Mapping):
            at, shown = read_moment(value.get("t", value.get("at"))), value["value"]
        elif isinstance(value, list):
            at, shown = read_moment(value[0]), value[1]
        found.append(Reading(METER, REGISTER, at, Decimal(str(shown)), "readings", at))
    return found


def _constant_load(store: _Store) -> list[Reading]:
    """A counter of a constant load that is read all through each of the days that are asked about."""
    power = Decimal(str(next(store.given[key] for key in LOADS if key in store.given)))
    found = []
    for day in store.days:
        begin, end = day_span(date.fromisoformat(day), store.zone)
        for position in range((end - begin) // store.every + 1):
            elapsed = position * store.every
            hours = Decimal(elapsed // timedelta(seconds=1)) / 3600
            shown = (power * hours).quantize(Decimal("1e-6"))
            found.append(Reading(f"day-{day}", REGISTER, begin + elapsed, shown, "load", begin + elapsed))
    return found


def _compare(found: Found, expected: Mapping[str, Any], store: _Store) -> None:
    for key, wanted in expected.items():
        check = METER_CHECKS.get(plain_word(key))
        if check is None:
            found.unknown(key)
        else:
            check(found, wanted, store)


def _cumulative(found: Found, wanted: Any, store: _Store) -> None:
    amounts = [step.amount for step in store.steps()]
    pairs = enumerate(wanted) if isinstance(wanted, list) else ((int(key), value) for key, value in wanted.items())
    for index, value in pairs:
        found.same(f"the sum at index {index}", value, total(amounts[:index]))


def _deltas(found: Found, wanted: list[Any], store: _Store) -> None:
    found.same("the steps", wanted, [step.amount for step in store.steps()])


def _total(found: Found, wanted: Any, store: _Store) -> None:
    """The sum of all, or of each meter."""
    if isinstance(wanted, Mapping):
        for meter, value in wanted.items():
            found.same(f"the sum of {meter}", value, total(one.amount for one in store.steps() if one.meter == meter))
    else:
        found.same("the sum", wanted, total(step.amount for step in store.steps()))


def _count(name: str) -> Callable[[Found, Any, _Store], None]:
    def check(found: Found, wanted: Any, store: _Store) -> None:
        got: Any = store.reasons if isinstance(wanted, list) else store.counts[name]
        found.same(name, wanted, got)

    return check


def _by_interval(found: Found, wanted: list[list[Any]], store: _Store) -> None:
    """From, to and amount: the steps as they were read, or cut into quarters where these are meant."""
    bounds = [(read_moment(begin), read_moment(end)) for begin, end, _ in wanted]
    cuts: list[Step] | list[Interval] = store.steps()
    if [(one.begin, one.end) for one in cuts] != bounds:
        cuts = [one for key in store.registers() for one in store.intervals(key, "quarter-hour")]
    amounts = [(one.begin, one.end, one.quantity if isinstance(one, Interval) else one.amount) for one in cuts]
    found.same("the intervals", [[*bound, row[2]] for bound, row in zip(bounds, wanted, strict=True)], _lists(amounts))


def _lists(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(row) for row in rows]


def _value_at(found: Found, wanted: Mapping[str, Any], store: _Store) -> None:
    """What is kept at a time, of the one meter or of each."""
    for key, value in wanted.items():
        if isinstance(value, Mapping):
            for at, inner in value.items():
                found.same(f"{key} at {at}", inner, _kept(store, at, key))
        else:
            found.same(f"the value at {key}", value, _kept(store, key))


def _kept(store: _Store, at: str, meter: str | None = None) -> Any:
    moment = read_moment(at)
    values = [one.value for key, one in sorted(store.known.items()) if key[2] == moment and meter in (None, key[0])]
    return values[0] if values else "nothing"


def _gaps(found: Found, wanted: Any, store: _Store) -> None:
    gaps = [gap for key in store.registers() for gap in find_gaps(store.steps(key), store.register(key))]
    if isinstance(wanted, list):
        found.same("the gaps", [[read_moment(begin), read_moment(end)] for begin, end in wanted], _lists(gaps))
    else:
        found.same("the gaps", wanted, len(gaps))


def _days(found: Found, wanted: Mapping[str, Any], store: _Store) -> None:
    for day, said in wanted.items():
        facts = _facts(day, store)
        fields = said if isinstance(said, Mapping) else {"kwh": said}
        for name, value in fields.items():
            got = facts.get(plain_word(name), f"no field {name}")
            found.same(f"{day} {name}", read_moment(value) if isinstance(got, datetime) else value, got)


def _facts(day: str, store: _Store) -> dict[str, Any]:
    """What the connectors make of one local day."""
    begin, end = day_span(date.fromisoformat(day), store.zone)
    days = [one for key in store.registers() for one in store.intervals(key, "day") if one.begin == begin]
    quarters = [one for key in store.registers() for one in store.intervals(key, "quarter-hour")]
    inside = [one for one in quarters if begin <= one.begin < end]
    assert all(one.end == end for one in days), "a whole day ends at its midnight"
    hours = Decimal((end - begin) // timedelta(minutes=1)) / 60
    kwh = total(one.quantity for one in days)
    times = {"fromutc": begin, "toutc": end, "from": begin, "to": end, "begin": begin, "end": end}
    return {**times, "hours": hours, "intervals": len(inside), "kwh": kwh, "total": kwh, "quantity": kwh}


def _of_days(field: str) -> Callable[[Found, Any, _Store], None]:
    def check(found: Found, wanted: Any, store: _Store) -> None:
        listed = dict(zip(store.days, wanted, strict=True)) if isinstance(wanted, list) else wanted
        if not isinstance(listed, Mapping):
            listed = dict.fromkeys(store.days, wanted)
        _days(found, {day: {field: value} for day, value in listed.items()}, store)

    return check


METER_CHECKS: dict[str, Callable[[Found, Any, _Store], None]] = {
    "cumulativeatindex": _cumulative,
    "cumulative": _cumulative,
    "deltas": _deltas,
    "steps": _deltas,
    "total": _total,
    "deltatotal": _total,
    "consumption": _total,
    "stored": lambda found, wanted, store: found.same("stored", wanted, len(store.known)),
    "duplicatescounted": _count("duplicate"),
    "duplicates": _count("duplicate"),
    "conflicts": _count("conflicting"),
    "conflictscounted": _count("conflicting"),
    "quarantined": _count("quarantined"),
    "byinterval": _by_interval,
    "intervals": lambda found, wanted, store: (_of_days("intervals") if store.days else _by_interval)(
        found, wanted, store
    ),
    "valueat": _value_at,
    "values": _value_at,
    "gaps": _gaps,
    "days": _days,
    **dict.fromkeys(("daytotals", "totals", "dailytotals"), _days),
    **dict.fromkeys(("daytotal", "kwh", "kwhperday", "daykwh", "dailykwh"), _of_days("kwh")),
    **dict.fromkeys(("hours", "dayhours", "hoursperday"), _of_days("hours")),
    **dict.fromkeys(("intervalsperday", "dayintervals", "quarters", "quarterhours"), _of_days("intervals")),
}
"""The expectations by the plain words of their keys."""
