"""CSV columns: every hour there, every cell a number, the first fault named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.small_village import problems_of
from wikivillage.model import load_village_text
from wikivillage.model.kinds import FromFile

VILLAGE = """\
village: A
horizon: {start: 2025-01-01 22:00, hours: 3}
needs:
  load: {resource: electricity, series: {file: load.csv, column: demand, unit: kW}}
exchanges:
  grid: {resource: electricity, buy: 0.2 EUR/kWh}
"""


def problems(folder: Path, content: str | bytes, village: str = VILLAGE) -> list[tuple[str, str]]:
    """Codes and messages of a village whose load.csv has that content."""
    path = folder / "load.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(problem.code, str(problem)) for problem in problems_of(village, base=folder)]


@pytest.mark.parametrize(
    "content",
    [
        "demand\n1\n2.5\n3e0\n",
        "demand,other\n1,x\n2.5,y\n3,z\n",
        "demand,time\n3,2025-01-02 00:00\n1,2025-01-01 22:00\n2.5,2025-01-01 23:00\n",
        "time;demand\n2025-01-01 22:00;1\n2025-01-01 23:00;2,5\n2025-01-02 00:00;3\n",
        "time\tdemand\n2025-01-02T00:00\t3\n2025-01-01T22:00\t1\n2025-01-01T23:00\t2.5\n2025-01-02T01:00\t9\n",
        "# measured by hand\nhour,demand\n0,1\n1,2.5\n\n2,3\n",
        '"hour","demand"\r\n0,"1"\r\n1,"2.5"\r\n2,"3"\r\n',
    ],
)
def test_what_people_export_reads(tmp_path: Path, content: str) -> None:
    (tmp_path / "load.csv").write_bytes(b"\xef\xbb\xbf" + content.encode())
    series = load_village_text(VILLAGE, base=tmp_path).needs["load"].amount
    assert series == FromFile("load.csv", "demand", (1.0, 2.5, 3.0))


def test_units_and_scales_become_one_factor(tmp_path: Path) -> None:
    (tmp_path / "load.csv").write_text("demand\n1\n2\n3\n")
    text = VILLAGE.replace("unit: kW}", "unit: W, scale: 2}").replace("}}\nex", "}, persons: 5}\nex")
    assert [p.code for p in problems_of(text, base=tmp_path)] == ["unit"]
    text = text.replace("unit: W,", "unit: Wh/person,")
    series = load_village_text(text, base=tmp_path).needs["load"].amount
    assert series == FromFile("load.csv", "demand", (1.0, 2.0, 3.0), 0.01)


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("", "empty", "load.csv is empty."),
        ("demnd\n1\n2\n3\n", "no_column", 'load.csv has no column "demand". Did you mean "demnd"?'),
        ("demand\n1\n2\n", "missing_hour",
         "load.csv ends before line 4: hour 2025-01-02 00:00 is missing. It has 2 rows for 3 hours."),
        ("demand\n", "missing_hour", "load.csv ends before line 2: hour 2025-01-01 22:00 is missing."),
        ("demand\n1\n2\n3\n4\n", "too_many_hours", "load.csv has 4 rows for 3 hours; line 5 is the first too many."),
        ("time,demand\n2025-01-01 22:00,1\n2025-01-02 00:00,3\n", "missing_hour",
         "no row for 2025-01-01 23:00, expected after line 2."),
        ("time,demand\n2025-01-01 22:00,1\n2025-01-01 22:00,1\n", "hour_twice",
         "gives 2025-01-01 22:00 twice, in lines 2 and 3."),
        ("time,demand\nyesterday,1\n", "time", 'load.csv line 2: "yesterday" is not a time'),
        ("time,demand\n2025-01-01T22:00+01:00,1\n", "time", "names a time zone"),
        ("time,demand\n2025-01-01 22:30,1\n", "time", "is not a full hour"),
        ("demand,b\n1,1\n,1\n3,1\n", "blank", 'load.csv line 3: "demand" is blank.'),
        ("demand\n1\nx\n3\n", "number", 'load.csv line 3: "x" is not a number.'),
        ("demand\n1\nNaN\n3\n", "not_finite", 'load.csv line 3: "NaN" is not a finite number.'),
        ("demand\n1\ninf\n3\n", "not_finite", "is not a finite number"),
        ("demand\n1\n-2\n3\n", "negative", 'The column "demand" holds values below 0.'),
        ("demand,demand\n1,2\n", "csv", 'load.csv has two columns called "demand".'),
        ("demand,b\n1,2\n1\n", "csv", "load.csv line 3 has another number of cells than its heading."),
        (b"demand\n\xff\n", "not_utf8", "load.csv is not text in UTF-8."),
    ],
)  # fmt: skip
def test_what_is_not_there_is_named_with_its_line(tmp_path: Path, content: str | bytes, code: str, said: str) -> None:
    ((found, told),) = problems(tmp_path, content)
    assert found == code
    assert told.startswith("small.yaml:4  ")
    assert said in told


def test_a_missing_file(tmp_path: Path) -> None:
    (problem,) = problems_of(VILLAGE, base=tmp_path)
    assert (problem.code, problem.hint) == ("no_file", "Paths start at the village file.")


def test_a_file_that_is_a_folder_or_has_an_impossible_name(tmp_path: Path) -> None:
    (tmp_path / "load.csv").mkdir()
    assert [p.code for p in problems_of(VILLAGE, base=tmp_path)] == ["no_file"]
    assert [p.code for p in problems_of(VILLAGE.replace("load.csv", '"a\\x00b"'), base=tmp_path)] == ["no_file"]


def test_a_huge_data_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "load.csv").open("wb") as file:
        file.truncate(100_000_001)
    assert [p.code for p in problems_of(VILLAGE, base=tmp_path)] == ["too_large"]
