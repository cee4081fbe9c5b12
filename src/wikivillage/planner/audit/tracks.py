"""flows.parquet -> tracks: one series per kind, owner, resource and network, as it was written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.base.time import TEMPOS, Tempo
from wikivillage.planner.audit.findings import Floats

KINDS = (
    "activity", "input", "output", "bought", "sold", "served", "unmet", "offered", "stranded",
    "charged", "discharged", "level", "price",
)  # fmt: skip
WORDS = ("flow", "kind", "id", "resource", "network", "unit", "tempo")
NUMBERS = ("step", "time", "amount")


class Key(NamedTuple):
    """Which series: an activity has neither resource nor network."""

    kind: str
    id: str
    resource: str
    network: str


@dataclass(frozen=True, slots=True)
class Track:
    """The rows of one series in the order of their steps: (rows,) steps, starts of steps, amounts."""

    flow: str
    key: Key
    unit: str
    tempo: Tempo
    steps: NDArray[np.int64]
    times: NDArray[np.datetime64]
    amounts: Floats


def read_tracks(file: Path) -> list[Track]:
    """Every series of a flow table.

    Raises ProblemError when the file is missing, is no parquet file, or lacks a column or a value.
    """
    if not file.is_file():
        raise ProblemError([Problem("missing_file", str(file), "This file is not there.")])
    try:
        table = pq.read_table(file, columns=[*WORDS, *NUMBERS], read_dictionary=list(WORDS), partitioning=None)
        table.validate(full=True)
    except (pa.ArrowException, OSError, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise ProblemError([_broken(file, f"It cannot be read as a table of flows: {reason}.")]) from None
    problems = _column_problems(file, table)
    if problems:
        raise ProblemError(problems)
    return _split(file, table)


def _broken(file: Path, what: str) -> Problem:
    return Problem("broken_flows", str(file), what, f"It must have the columns {', '.join((*WORDS, *NUMBERS))}.")


def _column_problems(file: Path, table: Any) -> list[Problem]:
    names = table.column_names
    lost = [name for name in (*WORDS, *NUMBERS) if name not in names]
    if lost:
        return [_broken(file, f"Columns are missing: {', '.join(lost)}.")]
    wrong = [name for name in (*WORDS, *NUMBERS) if not FITS[name](_plain(table.schema.field(name).type))]
    empty = [name for name in (*WORDS, "step", "time") if table.column(name).null_count]
    return [
        *(_broken(file, f"Column {name} holds {table.schema.field(name).type}.") for name in wrong),
        *(_broken(file, f"Column {name} has rows without a value.") for name in empty),
    ]


def _plain(type: Any) -> Any:
    return type.value_type if pa.types.is_dictionary(type) else type


def _is_text(type: Any) -> bool:
    return bool(pa.types.is_string(type) or pa.types.is_large_string(type))


FITS = {
    **dict.fromkeys(WORDS, _is_text), "step": pa.types.is_integer, "time": pa.types.is_timestamp,
    "amount": pa.types.is_floating,
}  # fmt: skip


def _split(file: Path, table: Any) -> list[Track]:
    """Rows that share all their words are one series."""
    words = {name: table.column(name).combine_chunks() for name in WORDS}
    if math.prod(max(1, len(column.dictionary)) for column in words.values()) >= 2**63:
        raise ProblemError([_broken(file, "It has more different words than any village.")])
    code = np.zeros(table.num_rows, dtype=np.int64)
    for column in words.values():
        code = code * max(1, len(column.dictionary)) + column.indices.to_numpy(zero_copy_only=False)
    steps = table.column("step").to_numpy().astype(np.int64)
    order = np.lexsort((steps, code)) if _scattered(code, steps) else np.arange(len(code))
    begins = np.flatnonzero(np.diff(code[order], prepend=-1))
    rows = {name: _numbers(table, name)[order] for name in NUMBERS}
    tracks = []
    for begin, end in zip(begins, np.append(begins, len(code))[1:], strict=True):
        first = int(order[begin])
        said = {name: cast(str, column[first].as_py()) for name, column in words.items()}
        tracks.append(_track(file, said, {name: values[begin:end] for name, values in rows.items()}))
    return tracks


def _scattered(code: NDArray[np.int64], steps: NDArray[np.int64]) -> bool:
    """Whether some series is not written in one piece, step after step."""
    starts = np.flatnonzero(np.diff(code, prepend=-1))
    whole = len(np.unique(code[starts])) == len(starts)
    onward = np.diff(steps) > 0
    onward[starts[1:] - 1] = True
    return not (whole and onward.all())


def _numbers(table: Any, name: str) -> NDArray[Any]:
    column = table.column(name)
    if name == "time":
        return cast(NDArray[Any], column.cast(pa.timestamp("s"), safe=False).to_numpy())
    return cast(NDArray[Any], column.to_numpy())


def _track(file: Path, said: dict[str, str], rows: dict[str, NDArray[Any]]) -> Track:
    if said["kind"] not in KINDS:
        raise ProblemError([_broken(file, f"{said['flow']} is of the kind {said['kind']}, which no plan has.")])
    if said["tempo"] not in TEMPOS:
        raise ProblemError([_broken(file, f"{said['flow']} has the tempo {said['tempo']}, which no plan has.")])
    process_own = said["kind"] == "activity"
    key = Key(
        said["kind"],
        said["id"],
        "" if process_own else said["resource"],
        "" if process_own else said["network"],
    )
    return Track(
        said["flow"], key, said["unit"], said["tempo"],
        rows["step"].astype(np.int64), rows["time"], rows["amount"].astype(float),
    )  # fmt: skip
