"""Files and messages on their way to the readings: in batches, each stored whole before the next is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.connectors.csv_files import read_csv
from wikivillage.connectors.csv_mapping import CsvMapping
from wikivillage.connectors.kinds import BatchReport, Reading
from wikivillage.connectors.messages import Message, read_message
from wikivillage.connectors.topics import TopicRule
from wikivillage.web.meters.actions import ingest
from wikivillage.web.meters.incoming import Refused

ROWS = 2000
"""Readings that are stored at once."""
WHOLE_FILE = {"csv-file", "csv-column"}
"""Problems of a file or its mapping, not of one of its rows: nothing of it is read."""

Say = Callable[[int], None]
"""Told after each batch how many lines of a file have been read."""


@dataclass(slots=True)
class Taken:
    """What became of everything that a feed brought. ``reasons``: by code, how often and for instance."""

    new: int = 0
    duplicate: int = 0
    conflicting: int = 0
    quarantined: int = 0
    reasons: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(self, report: BatchReport, refused: Iterable[Refused]) -> None:
        """Count a batch."""
        self.new += len(report.new)
        self.duplicate += len(report.duplicate)
        self.conflicting += len(report.conflicting)
        for one in report.conflicting:
            name = f"{one.reading.meter}/{one.reading.register}"
            self._reason("conflicting", f"{one.reading.source}  {name}: {one.reading.value}, and {one.kept} is kept.")
        for problem in [*(one.problem for one in report.quarantined), *(one.problem for one in refused)]:
            self.quarantined += 1
            self._reason(problem.code, str(problem))

    def _reason(self, code: str, example: str) -> None:
        times, first = self.reasons.get(code, (0, example))
        self.reasons[code] = (times + 1, first)


def ingest_csv(*, path: Path, mapping: CsvMapping, at: datetime, say: Say) -> Taken:
    """Take in a CSV file. Rows that give no reading go into quarantine as they stand there.

    Raises ProblemError when the file cannot be opened or has not the columns of its mapping; then nothing is written.
    """
    taken, read = Taken(), read_csv(path, mapping, at)
    for batch in iter(lambda: list(islice(read, ROWS)), []):
        whole = [one for one in batch if isinstance(one, Problem) and one.code in WHOLE_FILE]
        if whole:
            raise ProblemError(whole)
        readings = [one for one in batch if isinstance(one, Reading)]
        refused = list(_with_lines(path, mapping, [one for one in batch if isinstance(one, Problem)]))
        taken.add(ingest(readings=readings, at=at, source=f"file {path.name}", refused=refused), refused)
        last = batch[-1]
        say(_line(last.source if isinstance(last, Reading) else last.where))
    return taken


def _with_lines(path: Path, mapping: CsvMapping, problems: Sequence[Problem]) -> Iterator[Refused]:
    """Problems with the lines of the file that they point at, read in one go."""
    if not problems:
        return
    wanted = {_line(one.where) for one in problems}
    with path.open("r", encoding=mapping.encoding, errors="backslashreplace", newline="") as file:
        ahead = enumerate(islice(file, max(wanted)), 1)
        lines = {number: line.rstrip("\r\n") for number, line in ahead if number in wanted}
    for one in problems:
        yield Refused(lines.get(_line(one.where), ""), one, same_as=f"{one.where} {lines.get(_line(one.where), '')}")


def _line(where: str) -> int:
    return int(where.rpartition(":")[2])


def ingest_messages(*, messages: Sequence[Message], rules: Sequence[TopicRule], at: datetime, source: str) -> Taken:
    """Take in a batch of MQTT messages; when it returns, they are on disk and may be acknowledged."""
    readings: list[Reading] = []
    refused: list[Refused] = []
    for message in messages:
        for one in read_message(message, rules):
            if isinstance(one, Reading):
                readings.append(one)
            else:
                refused.append(Refused(message.payload.decode("utf-8", "replace"), one, same_as=_same(message)))
    taken = Taken()
    taken.add(ingest(readings=readings, at=at, source=source, refused=refused), refused)
    return taken


def _same(message: Message) -> str:
    return f"{message.topic} {message.payload.decode('utf-8', 'backslashreplace')}"
