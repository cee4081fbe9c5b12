"""CSV files of meters, as they are found: French, Enedis, emoncms, Home Assistant, wide, and broken ones."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from tests.connectors.streams import NOW
from wikivillage.base.problems import Problem, ProblemError
from wikivillage.connectors.csv_files import read_csv
from wikivillage.connectors.csv_guess import guess_mapping
from wikivillage.connectors.csv_mapping import load_mapping
from wikivillage.connectors.kinds import Reading

FRENCH = """
delimiter: ";"
encoding: latin-1
decimal: ","
time: {column: Date relevé, format: "%d/%m/%Y %H:%M", timezone: Europe/Paris}
values:
  - {column: Index, meter: {column: Compteur}, register: import, unit: kWh}
"""
PLAIN = """
time: {column: time, timezone: Europe/Paris}
values: [{column: value, meter: m1, register: import}]
"""


def test_a_french_file(tmp_path: Path) -> None:
    text = "Date relevé;Compteur;Index\n01/07/2026 00:00;cave;1 234,5\n01/07/2026 01:00;cave;1 235,25\n"
    first, second = _readings(tmp_path, FRENCH, text.encode("latin-1"))
    assert (first.meter, first.register, first.unit) == ("cave", "import", "kWh")
    assert (first.at, first.value) == (datetime(2026, 6, 30, 22, tzinfo=UTC), Decimal("1234.5"))
    assert (second.value, second.source) == (Decimal("1235.25"), "data.csv:3")


def test_a_load_curve_like_that_of_enedis(tmp_path: Path) -> None:
    """Watts over half an hour that begin at the time written: 0.0005 kWh per watt is the multiplier of the register."""
    mapping = """
delimiter: ";"
skip_rows: 2
time: {column: Horodate, shift_minutes: 30}
values: [{column: Valeur, meter: pdl, register: load}]
"""
    text = "Identifiant PRM;Grandeur\n12345;PA\nHorodate;Valeur\n2026-10-25T02:30:00+02:00;420\n"
    text += "2026-10-25T02:00:00+01:00;410\n2026-10-25T02:30:00+01:00;\n"
    readings = _readings(tmp_path, mapping, text.encode())
    assert [one.at for one in readings] == [
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ]
    assert readings[0].source == "data.csv:4"


def test_a_file_like_those_of_emoncms_has_no_header_and_counts_from_1970(tmp_path: Path) -> None:
    mapping = (
        'header: no\ntime: {column: "1", format: epoch}\nvalues: [{column: "2", meter: m1, register: use, unit: kWh}]'
    )
    first, second = _readings(tmp_path, mapping, b"1790000000,12.5\r\n1790000010.5,12.6\r\n")
    assert first.at == datetime.fromtimestamp(1_790_000_000, UTC)
    assert second.at - first.at == timedelta(seconds=10.5)


def test_a_history_like_that_of_home_assistant(tmp_path: Path) -> None:
    mapping = """
missing: ["", unavailable, unknown]
time: {column: last_changed}
values: [{column: state, meter: {column: entity_id}, register: energy, unit: kWh}]
"""
    text = "entity_id,state,last_changed\nsensor.solar,10.5,2026-03-29T00:59:59.123Z\n"
    text += "sensor.solar,unavailable,2026-03-29T01:00:00.000Z\nsensor.solar,oops,2026-03-29T02:00:00.000Z\n"
    found = list(_read(tmp_path, mapping, text.encode()))
    assert isinstance(found[0], Reading)
    assert found[0].at == datetime(2026, 3, 29, 0, 59, 59, 123000, tzinfo=UTC)
    assert isinstance(found[1], Problem)
    assert (found[1].code, found[1].where) == ("csv-number", "data.csv:4")


def test_a_wide_file_has_a_column_for_each_meter_and_two_for_the_time(tmp_path: Path) -> None:
    mapping = """
time: {column: [day, hour], format: "%Y-%m-%d %H:%M", timezone: UTC}
values:
  - {column: flat 1, meter: flat-1, register: water, unit: {column: unit}}
  - {column: flat 2, meter: flat-2, register: water, unit: L}
"""
    readings = _readings(tmp_path, mapping, b"\xef\xbb\xbfday,hour,flat 1,flat 2,unit\n2028-02-29,12:00,7,8.5,m3\n")
    assert [(one.meter, one.value, one.unit) for one in readings] == [
        ("flat-1", 7, "m3"),
        ("flat-2", Decimal("8.5"), "L"),
    ]
    assert {one.at for one in readings} == {datetime(2028, 2, 29, 12, tzinfo=UTC)}


def test_the_hour_that_comes_twice_is_told_apart_by_the_order_of_the_rows(tmp_path: Path) -> None:
    clock = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"]
    rows = [f"2026-10-25 {time},{number}" for number, time in enumerate(clock)]
    forwards = _readings(tmp_path, PLAIN, "\n".join(["time,value", *rows]).encode())
    steps = [after.at - before.at for before, after in pairwise(forwards)]
    assert steps == [timedelta(minutes=30)] * 5
    descending = PLAIN.replace("timezone", "order: descending, timezone")
    backwards = _readings(tmp_path, descending, "\n".join(["time,value", *reversed(rows)]).encode())
    assert {one.at: one.value for one in backwards} == {one.at: one.value for one in forwards}


def test_each_meter_of_a_long_file_has_its_own_twice_told_hour(tmp_path: Path) -> None:
    mapping = PLAIN.replace("meter: m1", "meter: {column: meter}")
    rows = [f"2026-10-25 02:00,{meter},{value}" for value in (1, 2) for meter in ("a", "b")]
    readings = _readings(tmp_path, mapping, "\n".join(["time,meter,value", *rows]).encode())
    assert [one.at.hour for one in readings] == [0, 0, 1, 1]


def test_clock_times_that_no_rule_can_place_are_problems(tmp_path: Path) -> None:
    rows = ["2026-03-29 02:30,1", *["2026-10-25 02:00,2"] * 3]
    found = list(_read(tmp_path, PLAIN, "\n".join(["time,value", *rows]).encode()))
    problems = [one for one in found if isinstance(one, Problem)]
    assert [(one.code, one.where) for one in problems] == [
        ("csv-clock-change", "data.csv:2"),
        ("csv-clock-change", "data.csv:5"),
    ]
    assert "does not exist in Europe/Paris" in problems[0].what
    assert "a third time" in problems[1].what


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        (b"2026-07-01 00:00", "csv-row", "The row has only 1 cells."),
        (b"2026-07-01 00:00,1,5", "csv-row", "the delimiter as their decimal sign"),
        (b"yesterday,1", "csv-time", '"yesterday" is not a time'),
        (b"2026-02-29 00:00,1", "csv-time", "does not exist"),
        (b"0001-01-01 00:00,1", "csv-time", "in the year 1"),
        (b"2026-07-01 00:00,NaN", "csv-number", "not a finite number"),
        (b"2026-07-01 00:00,1e400", "csv-number", "too large"),
        (b"2026-07-01 00:00,\xff", "csv-encoding", "utf-8, latin-1 or cp1252"),
    ],
)
def test_a_bad_row_is_a_problem_at_its_line_and_the_next_row_is_read(
    tmp_path: Path, row: bytes, code: str, said: str
) -> None:
    problem, after = _read(tmp_path, PLAIN, b"time,value\n\n" + row + b"\n2026-07-02 00:00,2\n")
    assert isinstance(problem, Problem)
    assert (problem.code, problem.where) == (code, "data.csv:3")
    assert said in str(problem)
    assert isinstance(after, Reading)


def test_a_file_without_what_the_mapping_needs_says_so_once(tmp_path: Path) -> None:
    (one,) = _read(tmp_path, PLAIN, b"time,vlaue\n2026-07-01 00:00,1\n")
    assert isinstance(one, Problem)
    assert (one.code, str(one)) == ("csv-column", 'data.csv:1  There is no column "value". Did you mean "vlaue"?')
    (two,) = _read(tmp_path, PLAIN, b"time,value,value\n")
    assert isinstance(two, Problem)
    assert "more than once" in two.what
    (zone,) = _read(tmp_path, PLAIN.replace(", timezone: Europe/Paris", ""), b"time,value\n2026-07-01 00:00,1\n")
    assert isinstance(zone, Problem)
    assert (zone.code, "in which time zone" in zone.what) == ("csv-time", True)
    meter = PLAIN.replace("meter: m1", "meter: {column: meter}")
    (nameless,) = _read(tmp_path, meter, b"time,meter,value\n2026-07-01 00:00,,1\n")
    assert isinstance(nameless, Problem)
    assert nameless.code == "csv-name"
    assert [one.code for one in _missing_file(tmp_path)] == ["csv-file"]


@pytest.mark.parametrize("end", [b"2026-07-01 00:00," + b"1" * 200_000, b'"' + b"1\n" * 200_000])
def test_a_file_that_cannot_be_read_on_ends_with_a_problem(tmp_path: Path, end: bytes) -> None:
    first, last = _read(tmp_path, PLAIN, b"time,value\n2026-07-01 00:00,1\n" + end)
    assert isinstance(first, Reading)
    assert isinstance(last, Problem)
    assert (last.code, last.where.split(":")[0]) == ("csv-broken", "data.csv")


def test_a_large_file_is_never_held_in_memory(tmp_path: Path) -> None:
    rows = (f"{1_790_000_000 + second},1,{'x' * 400}" for second in range(2_000))
    mapping = PLAIN.replace("timezone: Europe/Paris", "format: epoch")
    stream = _read(tmp_path, mapping, ("time,value,note\n" + "\n".join(rows)).encode())
    next(stream)
    tracemalloc.start()
    assert sum(1 for _ in stream) == 1_999
    assert tracemalloc.get_traced_memory()[1] < 200_000, "the file alone has 800 000 bytes"
    tracemalloc.stop()


def test_every_mistake_of_a_mapping_is_told_at_once(tmp_path: Path) -> None:
    text = """delimiter: "/"
encoding: utf-7
decimal: "."
skip_rows: many
tmie: now
time:
  column: t
  format: "%H:%M"
  timezone: Europe/Pairs
values:
  - {column: v, meter: m1, unit: kwhh}
  - {colum: v, meter: m1, register: [a]}
"""
    with pytest.raises(ProblemError) as raised:
        load_mapping(_write(tmp_path / "mapping.yaml", text.encode()))
    found = [(one.code, one.where) for one in raised.value.problems]
    assert found == [
        ("mapping-value", "mapping.yaml:1"),
        ("mapping-value", "mapping.yaml:2"),
        ("mapping-value", "mapping.yaml:4"),
        ("mapping-key", "mapping.yaml:5"),
        ("mapping-value", "mapping.yaml:8"),
        ("mapping-value", "mapping.yaml:9"),
        ("mapping-value", "mapping.yaml:11"),
        ("mapping-value", "mapping.yaml:11"),
        ("mapping-key", "mapping.yaml:12"),
        ("mapping-value", "mapping.yaml:12"),
        ("mapping-value", "mapping.yaml:12"),
    ]
    assert 'Did you mean "time"?' in str(raised.value)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (b"", "mapping-shape", "should be keys with values"),
        (b"[1]", "mapping-shape", "should be keys with values"),
        (b"time: x\nvalues: []", "mapping-shape", "time should be keys with values"),
        (b"time: {column: t}\nvalues: []", "mapping-shape", "a list with at least one item"),
        (b"a: [", "mapping-file", "not YAML"),
        (b"\xff", "mapping-file", "not UTF-8"),
        (b"[" * 5000, "mapping-file", "nested too deeply"),
        (b"a: &x 1\nb: *x", "mapping-file", "References"),
        (b"#" * 200_001, "mapping-file", "no mapping"),
        (b"time: {column: t}\ntime: {column: t}\nvalues: [{column: v, meter: m, register: r}]", "mapping-key", "twice"),
        (
            b'decimal: ","\ntime: {column: t}\nvalues: [{column: v, meter: m, register: r}]',
            "mapping-value",
            "delimiter",
        ),
        (b"header: no\ntime: {column: t}\nvalues: [{column: 0, meter: m, register: r}]", "mapping-value", "from 1"),
    ],
)
def test_a_file_that_is_no_mapping(tmp_path: Path, text: bytes, code: str, said: str) -> None:
    with pytest.raises(ProblemError) as raised:
        load_mapping(_write(tmp_path / "mapping.yaml", text))
    assert {one.code for one in raised.value.problems} == {code}
    assert said in str(raised.value)
    with pytest.raises(ProblemError, match="cannot be opened"):
        load_mapping(tmp_path / "other.yaml")


def test_a_mapping_may_be_json(tmp_path: Path) -> None:
    text = b'{"time": {"column": "t", "format": "epoch"}, "values": [{"column": "v", "meter": "m", "register": "r"}]}'
    assert load_mapping(_write(tmp_path / "mapping.json", text)).time_format == "epoch"


def test_a_proposal_asks_what_it_cannot_know_and_reads_the_file_once_that_is_answered(tmp_path: Path) -> None:
    data = "Site;X\nDate;Index\n13/07/2026 00:00;1 234,5\n14/07/2026 00:00;1 240\n".encode("latin-1")
    proposal = guess_mapping(_write(tmp_path / "data.csv", data))
    assert "Check every line" in proposal
    assert '- {column: "Index", meter: ?, register: ?, unit: ?}' in proposal
    with pytest.raises(ProblemError):
        load_mapping(_write(tmp_path / "mapping.yaml", proposal.encode()))
    answered = proposal.replace("meter: ?, register: ?, unit: ?", "meter: m1, register: import, unit: kWh")
    assert [one.value for one in _readings(tmp_path, answered, data)] == [Decimal("1234.5"), 1240]


def test_a_proposal_for_a_file_without_header_or_without_times(tmp_path: Path) -> None:
    proposal = guess_mapping(_write(tmp_path / "data.csv", b"1790000000,12.5\n1790000010,12.6\n"))
    assert 'time: {column: "1", format: "epoch"}' in proposal
    assert 'delimiter: ","' in proposal
    assert "by hand" in guess_mapping(_write(tmp_path / "data.csv", b"\xe9t\xe9;1\n"))


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _read(folder: Path, mapping: str, content: bytes) -> Iterator[Reading | Problem]:
    described = load_mapping(_write(folder / "mapping.yaml", mapping.encode()))
    return read_csv(_write(folder / "data.csv", content), described, NOW)


def _missing_file(folder: Path) -> list[Problem]:
    mapping = load_mapping(_write(folder / "mapping.yaml", PLAIN.encode()))
    return [one for one in read_csv(folder / "nothing.csv", mapping, NOW) if isinstance(one, Problem)]


def _readings(folder: Path, mapping: str, content: bytes) -> list[Reading]:
    found = list(_read(folder, mapping, content))
    assert all(isinstance(one, Reading) for one in found), found
    return [one for one in found if isinstance(one, Reading)]
