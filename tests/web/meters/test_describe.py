"""Meters described in files and in JSON: what is read, and every way to get it wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.connectors.streams import NOW
from wikivillage.base.problems import ProblemError
from wikivillage.connectors.kinds import Register
from wikivillage.web.meters.actions import add_meters
from wikivillage.web.meters.describe import DescribedMeter, Link, load_meters, meters_in
from wikivillage.web.meters.models import Meter
from wikivillage.web.meters.models import Register as Row
from wikivillage.web.registry.actions import add_agent

METERS = """meters:
  - meter: flat-12
    name: Flat 12
    place: building
    agent: alice
    registers:
      - register: import
        resource: electricity
        unit: kWh
        rolls_over_at: 100000
        largest_step_per_hour: 20
        installed: 2026-03-01
        close: quarter-hour
        ledger: {action: consume, provider: grid, receiver: alice, stock: mains, allow_negative: yes}
      - {register: hot, resource: warmth, unit: degC, kind: gauge}
"""


def test_a_file_describes_meters(tmp_path: Path) -> None:
    (meter,) = _read(tmp_path, METERS)
    assert (meter.id, meter.name, meter.place, meter.agent) == ("flat-12", "Flat 12", "building", "alice")
    first, second = meter.registers
    plain = Register("flat-12", "import", "electricity", "kWh")
    assert first.kind == replace(
        plain,
        rolls_over_at=Decimal(100_000),
        largest_step_per_hour=Decimal(20),
        installed=datetime(2026, 2, 28, 23, tzinfo=UTC),
    )
    assert first.grid == "quarter-hour"
    assert first.link == Link("consume", "grid", "alice", "mains", allow_negative=True)
    assert (second.kind.kind, second.grid, second.link) == ("gauge", "hour", None)
    assert first.where == "meters.yaml:7"


def test_json_says_the_same_as_a_file(tmp_path: Path) -> None:
    link = {"action": "consume", "provider": "grid", "receiver": "alice", "stock": "mains", "allow_negative": True}
    register = {"register": "import", "resource": "electricity", "unit": "kWh", "rolls_over_at": 100000}
    more = {"largest_step_per_hour": 20, "installed": "2026-03-01", "close": "quarter-hour", "ledger": link}
    gauge = {"register": "hot", "resource": "warmth", "unit": "degC", "kind": "gauge", "ledger": None}
    body = {"meter": "flat-12", "name": "Flat 12", "place": "building", "agent": "alice"}
    (told,) = meters_in({"meters": [{**body, "registers": [{**register, **more}, gauge]}]})
    (read,) = _read(tmp_path, METERS)
    assert [(one.kind, one.grid, one.link) for one in told.registers] == [
        (one.kind, one.grid, one.link) for one in read.registers
    ]


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (("meter: flat-12", "meter: flat 12"), "meter-name", 'meters.yaml:2  "flat 12" cannot be a name here.'),
        (("register: import", f"register: {'x' * 25}"), "meter-name", "at most 24 characters"),
        (("register: hot", "register: import"), "described-twice", '"import" is described twice.'),
        (("unit: kWh", "unit: kWhh"), "register-unit", "meters.yaml:7"),
        (("        unit: kWh\n", ""), "mapping-value", "meters[1].registers[1].unit is missing."),
        (("close: quarter-hour", "close: fortnight"), "mapping-value", "fortnight"),
        (("rolls_over_at: 100000", "rolls_over_at: -5"), "register-number", "rolls_over_at is -5"),
        (("rolls_over_at: 100000", "rolls_over_at: many"), "mapping-value", '"many" is not a number.'),
        (("largest_step_per_hour: 20", "multiplier: 0.0000000001"), "mapping-value", "more than 9 decimals"),
        (("installed: 2026-03-01", "installed: March"), "mapping-value", '"March" is no date.'),
        (("rolls_over_at", "rolls_over"), "mapping-key", 'Did you mean "rolls_over_at"?'),
        (("resource: electricity", "resource: elec tricity"), "mapping-value", "cannot be an id"),
        (("stock: mains,", ""), "mapping-value", "ledger.stock is missing."),
        (("action: consume", "action: eat"), "mapping-value", "eat"),
        (("action: consume", "action: transfer"), "meter-ledger", "A transfer needs to_stock"),
        (("action: consume", "to_stock: other, action: consume"), "meter-ledger", "consume has no to_stock."),
        (("action: consume", "to_stock: mains, action: transfer"), "meter-ledger", "from one stock to another"),
        (("kind: gauge", "kind: gauge, ledger: {provider: a, receiver: a, stock: s}"), "meter-ledger", "no flow"),
        (("unit: degC", "unit: degC, timezone: Mars/Base"), "unknown-timezone", '"Mars/Base" is not a time zone.'),
        (("meters:", "metres:"), "mapping-key", 'Did you mean "meters"?'),
    ],
)
def test_whatever_is_wrong_is_told_with_its_line(tmp_path: Path, change: tuple[str, str], code: str, said: str) -> None:
    with pytest.raises(ProblemError) as refused:
        _read(tmp_path, METERS.replace(*change, 1))
    assert code in {one.code for one in refused.value.problems}
    assert said in str(refused.value)


@pytest.mark.usefixtures("ledger")
def test_meters_are_added_all_or_none_and_again_they_exist(tmp_path: Path) -> None:
    described = _read(tmp_path, METERS)
    with pytest.raises(ProblemError) as refused:
        add_meters(meters=described, at=NOW)
    assert [(one.code, one.where) for one in refused.value.problems] == [
        *(("unknown-agent", "meters.yaml:7"), ("unknown-agent", "meters.yaml:7"), ("unknown-agent", "meters.yaml:2")),
    ]
    assert Meter.objects.count() == 0
    alice = add_agent(handle="alice", kind="person", at=NOW)
    add_agent(handle="grid", kind="outside", at=NOW)
    assert add_meters(meters=described, at=NOW) == {"flat-12": "new"}
    assert add_meters(meters=described, at=NOW) == {"flat-12": "exists"}
    assert add_meters(meters=_read(tmp_path, METERS.replace("Flat 12", "Flat XII")), at=NOW) == {"flat-12": "changed"}
    row = Row.objects.get(name="import")
    assert (row.receiver_id, row.meter.agent_id, row.meter.name) == (alice.pk, alice.pk, "Flat XII")


def _read(folder: Path, text: str) -> tuple[DescribedMeter, ...]:
    (folder / "meters.yaml").write_text(text, "utf-8")
    return load_meters(folder / "meters.yaml")
