"""Payloads of HTTP and MQTT: our own words, those of common devices, and hostile ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.connectors.kinds import Reading
from wikivillage.connectors.messages import LARGEST_PAYLOAD, Message, read_message, read_payload
from wikivillage.connectors.topics import OWN_WORDS, TopicRule, load_topics

ARRIVED = datetime(2026, 11, 22, 9, 0, 30, tzinfo=UTC)
DEVICES = """
topics:
  - topic: village/{meter}/{register}
    unit: kWh
  - topic: tele/{meter}/SENSOR
    time: Time
    timezone: Europe/Paris
    values:
      - {path: ENERGY.Total, register: total, unit: kWh}
      - {path: ENERGY.Power, register: power, unit: W}
  - topic: shelly/{meter}/status/{any}
    time: aenergy.minute_ts
    values: [{path: aenergy.total, register: total, unit: Wh}]
  - topic: zigbee2mqtt/{meter}
    values: [{path: energy, register: total, unit: kWh}]
  - topic: ha/states
    time: last_changed
    values: [{path: state, meter: solar, register: total, unit_path: attributes.unit_of_measurement}]
"""


def test_our_own_words() -> None:
    payload = b"""[
      {"meter": "m1", "register": "import", "at": "2026-11-22T10:00:00+01:00", "value": 0.1, "unit": "kWh"},
      {"meter": "m1", "register": "import", "at": 1795338000, "value": "123456789012.123456789"},
      {"meter": "m1", "register": "import", "at": 1795338000500, "value": 3}
    ]"""
    first, second, third = _readings(read_payload(payload, ARRIVED, "POST"))
    assert (first.value, first.unit, first.at) == (Decimal("0.1"), "kWh", datetime(2026, 11, 22, 9, tzinfo=UTC))
    assert (second.value, second.unit, second.source) == (Decimal("123456789012.123456789"), None, "POST[2]")
    assert (third.at - second.at).total_seconds() == 0.5


def test_a_reading_without_a_time_is_stamped_and_says_so() -> None:
    (stamped,) = _readings(read_payload(b'{"meter": "m1", "register": "r", "value": 1}', ARRIVED, "POST"))
    assert (stamped.at, stamped.stamped_on_arrival) == (ARRIVED, True)
    (timed,) = _readings(
        read_payload(b'{"meter": "m1", "register": "r", "value": 1, "at": 1795338000}', ARRIVED, "POST")
    )
    assert not timed.stamped_on_arrival


@pytest.mark.parametrize(
    ("topic", "payload", "meter", "register", "value", "unit"),
    [
        ("village/flat-1/import", b" 12.5\n", "flat-1", "import", "12.5", "kWh"),
        ("village/flat-1/import", b'"12.5"', "flat-1", "import", "12.5", "kWh"),
        ("village/flat-1/import", b'{"value": "7", "unit": "Wh"}', "flat-1", "import", "7", "Wh"),
        (
            "shelly/pm-3/status/switch:0",
            b'{"aenergy": {"total": 11.679, "minute_ts": 1795338000}}',
            "pm-3",
            "total",
            "11.679",
            "Wh",
        ),
        ("zigbee2mqtt/plug", b'{"energy": 4.21, "linkquality": 90, "power": null}', "plug", "total", "4.21", "kWh"),
        (
            "ha/states",
            b'{"state": "9.5", "last_changed": "2026-11-22T08:00:00Z", "attributes": {"unit_of_measurement": "MWh"}}',
            *("solar", "total", "9.5", "MWh"),
        ),
    ],
)
def test_what_devices_send(
    tmp_path: Path, topic: str, payload: bytes, meter: str, register: str, value: str, unit: str
) -> None:
    (one,) = _readings(read_message(Message(topic, payload, ARRIVED), _rules(tmp_path, DEVICES)))
    assert (one.meter, one.register, one.value, one.unit) == (meter, register, Decimal(value), unit)


def test_a_sensor_message_of_tasmota_has_local_time_and_several_values(tmp_path: Path) -> None:
    payload = b'{"Time": "2026-11-22T10:00:00", "ENERGY": {"TotalStartTime": "x", "Total": 3.185, "Power": 5}}'
    total, power = _readings(read_message(Message("tele/plug/SENSOR", payload, ARRIVED), _rules(tmp_path, DEVICES)))
    assert (total.register, total.value, total.at) == ("total", Decimal("3.185"), datetime(2026, 11, 22, 9, tzinfo=UTC))
    assert (power.register, power.value, power.unit) == ("power", 5, "W")


@pytest.mark.parametrize("hour", [0, 1])
def test_the_hour_that_comes_twice_is_the_one_nearer_to_the_arrival(tmp_path: Path, hour: int) -> None:
    arrived = datetime(2026, 10, 25, hour, 30, 2, tzinfo=UTC)
    payload = b'{"Time": "2026-10-25T02:30:00", "ENERGY": {"Total": 1}}'
    (one,) = _readings(read_message(Message("tele/plug/SENSOR", payload, arrived), _rules(tmp_path, DEVICES)))
    assert one.at == arrived.replace(second=0)


def test_a_retained_message_needs_a_time_of_its_own(tmp_path: Path) -> None:
    (problem,) = read_message(Message("village/m1/r", b"1", ARRIVED, is_retained=True), [OWN_WORDS])
    assert isinstance(problem, Problem)
    assert problem.code == "retained-without-time"
    timed = Message("village/m1/r", b'{"value": 1, "at": 1795338000}', ARRIVED, is_retained=True)
    assert len(_readings(read_message(timed, [OWN_WORDS]))) == 1


@pytest.mark.parametrize(
    ("payload", "code", "said"),
    [
        (b"1" * (LARGEST_PAYLOAD + 1), "payload-too-large", "Send it in parts."),
        (b"\xff\xfe", "payload-encoding", "not UTF-8"),
        (b"", "payload-json", "neither JSON nor a number"),
        (b"ON", "payload-json", "neither JSON nor a number: ON"),
        (b"[" * 100_000, "payload-json", "nested too deeply"),
        (b'{"value": 1, "value": 2}', "payload-json", "written twice"),
        (b"NaN", "payload-number", "not NaN or infinity"),
        (b"-Infinity", "payload-number", "not NaN or infinity"),
        (b"true", "payload-number", "not true or false"),
        (b"null", "payload-number", "not nothing"),
        (b"1e999", "payload-number", "too large"),
        (b"9" * 5000, "payload-number", "is not a number"),
        (b'"12,5"', "payload-number", '"12,5" is not a number'),
        (b'"1_000"', "payload-number", "is not a number"),
        (b'{"value": {"value": 1}}', "payload-number", "not an object"),
        (b'{"value": [1]}', "payload-number", "not a list"),
        (b"[]", "payload-shape", "Between 1 and 10000"),
        (b"[[1]]", "payload-shape", "not a list"),
        (b'{"value": 1, "tiem": 3}', "payload-shape", '"tiem" is not a key'),
        (b'{"at": 1}', "payload-missing", '"value" is missing'),
        (b'{"value": 1, "meter": 7}', "payload-name", '"meter" should be a word'),
        (b'{"value": 1, "meter": ""}', "payload-name", "is missing"),
        (b'{"value": 1, "register": "a\\u0000b"}', "payload-name", '"register" should be a word'),
        (b'{"value": 1, "at": "2026-11-22T10:00:00"}', "payload-time", "in which time zone"),
        (b'{"value": 1, "at": "2026-11-22"}', "payload-time", "is not a time such as"),
        (b'{"value": 1, "at": "2026-02-30T10:00:00Z"}', "payload-time", "does not exist"),
        (b'{"value": 1, "at": "9999-12-31T23:59:59-12:00"}', "payload-time", "in the year 9999"),
        (b'{"value": 1, "at": 1e300}', "payload-time", "is not a time"),
        (b'{"value": 1, "at": true}', "payload-time", "not true or false"),
    ],
)
def test_a_malformed_payload_is_a_problem(payload: bytes, code: str, said: str) -> None:
    (problem,) = read_message(Message("village/m1/r", payload, ARRIVED), [OWN_WORDS])
    assert isinstance(problem, Problem)
    assert (problem.code, problem.where.partition("[")[0]) == (code, "mqtt village/m1/r")
    assert said in str(problem)


def test_one_bad_reading_of_a_list_leaves_the_others() -> None:
    first, second = read_payload(b'[{"value": 1}, {"meter": "m", "register": "r", "value": 1}]', ARRIVED, "POST")
    assert isinstance(first, Problem)
    assert (first.code, first.where) == ("payload-name", "POST[1]")
    assert isinstance(second, Reading)


def test_a_described_object_without_its_fields_is_a_problem(tmp_path: Path) -> None:
    rules = _rules(tmp_path, DEVICES)
    cases = {
        b'{"Time": "2026-11-22T10:00:00"}': ("payload-missing", "None of the described fields"),
        b'{"ENERGY": {"Total": 1}}': ("payload-missing", 'The time "Time" is missing'),
        b"3": ("payload-shape", "An object is expected"),
        b'{"Time": "2026-03-29T02:30:00", "ENERGY": {"Total": 1}}': ("payload-time", "the clocks went forward"),
    }
    for payload, (code, said) in cases.items():
        (problem,) = read_message(Message("tele/plug/SENSOR", payload, ARRIVED), rules)
        assert isinstance(problem, Problem)
        assert (problem.code, said in problem.what) == (code, True)
    (unknown,) = read_message(Message("tele/plug/STATE", b"1", ARRIVED), rules)
    assert isinstance(unknown, Problem)
    assert unknown.code == "topic-unknown"


def test_topics_become_filters_and_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    rules = _rules(tmp_path, DEVICES)
    assert [rule.filter for rule in rules[:3]] == ["village/+/+", "tele/+/SENSOR", "shelly/+/status/+"]
    wrong = """topics:
  - topic: a/{metre}/#
    unit: kwhh
  - topic: "{meter}/{meter}"
    timezone: Europe/Pairs
  - topic: b/{any}
    values: [{path: x, register: r}]
  - just a word
"""
    with pytest.raises(ProblemError) as raised:
        _rules(tmp_path, wrong)
    assert [one.where.rpartition(":")[2] for one in raised.value.problems] == ["2", "2", "3", "4", "5", "6", "8"]
    assert {one.code for one in raised.value.problems} == {"mapping-value", "mapping-shape"}
    assert "Neither the topic nor every value says its meter." in str(raised.value)


@given(payload=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_payload_stops_the_reader(payload: bytes) -> None:
    for rule in (OWN_WORDS, TopicRule("village/{meter}/{register}", timezone="Europe/Paris")):
        assert read_message(Message("village/m1/r", payload, ARRIVED), [rule])
    assert read_payload(payload, ARRIVED, "POST")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["meter", "at", "value", "unit"]), inner)
    ),
    max_leaves=8,
)


@given(parsed=json_values)
def test_no_json_stops_the_reader(parsed: object) -> None:
    assert read_payload(json.dumps(parsed).encode(), ARRIVED, "POST")


def _rules(folder: Path, text: str) -> tuple[TopicRule, ...]:
    path = folder / "topics.yaml"
    path.write_text(text, "utf-8")
    return load_topics(path)


def _readings(found: list[Reading | Problem]) -> list[Reading]:
    assert all(isinstance(one, Reading) for one in found), found
    return [one for one in found if isinstance(one, Reading)]
