"""The whole ledger out of a database and into another: JSON lines or CSV, sealed record by sealed record.

The first JSON line says what it is and who its agents are (by pseudonym and kind, never by name). A CSV file has a
column for each key, dotted where one holds another; lists are JSON in their cell.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TextIO

from django.db import transaction

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.wire import read_entry, read_json, read_time, utc_text
from wikivillage.web.ledger import models, queries
from wikivillage.web.ledger.actions import write
from wikivillage.web.ledger.batch import Item, agents_of, make_item
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.registry.access import now
from wikivillage.web.registry.models import Agent

FORMAT = "wikivillage-ledger/1"
ENVELOPE = ("number", "recordedAt", "recordedBy", "hash")
AT_ONCE = 1000
"""How many records go into one transaction of an import."""

Say = Callable[[int], None]
Row = tuple[str, dict[str, Any]]
"""Where a record stands in its file, and the record: its envelope and its ``body``."""


def export_jsonl(file: TextIO, say: Say = lambda done: None) -> int:
    """Write every record as a line of JSON, after a line that introduces them. Returns how many."""
    head = models.Head.objects.get(pk=1)
    agents = dict(Agent.objects.order_by("pk").values_list("pk", "kind"))
    first = {"format": FORMAT, "records": head.number, "hash": head.hash, "agents": agents}
    file.write(json.dumps(first, ensure_ascii=False) + "\n")
    return _write_all((json.dumps(one, ensure_ascii=False) + "\n" for one in _records(head.number)), file.write, say)


def export_csv(file: TextIO, say: Say = lambda done: None) -> int:
    """Write every record as a row of a table. Returns how many."""
    head = models.Head.objects.get(pk=1)
    columns = dict.fromkeys(key for one in _records(head.number) for key in _flat(one["body"]))
    table = csv.DictWriter(file, [*ENVELOPE, *columns], restval="")
    table.writeheader()
    rows = ({**{key: one[key] for key in ENVELOPE}, **_flat(one["body"])} for one in _records(head.number))
    return _write_all(rows, table.writerow, say)


def read_jsonl(file: Iterable[str], name: str) -> Iterator[Row]:
    """The records of an export, with their place. Raises ProblemError for what is none."""
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        record = read_json(line, where)
        if not isinstance(record, dict):
            raise ProblemError([Problem("shape", where, "a record is a JSON object.", "")])
        if "format" in record:
            _check_format(record, where)
            yield where, {"agents": record.get("agents", {})}
        else:
            yield where, record


def read_csv(file: Iterable[str], name: str) -> Iterator[Row]:
    """The records of a CSV export, with their place."""
    for number, row in enumerate(csv.DictReader(file), 2):
        body = _deep({key: cell for key, cell in row.items() if key and key not in ENVELOPE and cell})
        yield f"{name}:{number}", {**{key: row.get(key) for key in ENVELOPE}, "body": body}


def import_rows(rows: Iterator[Row], say: Say = lambda done: None) -> int:
    """Write the records of an export into this ledger; those that it has are left alone. Returns how many are new.

    Raises ProblemError where a record breaks a rule, or comes out with another seal than it had: then what came before
    it is there, nothing of its batch is, and the same import can be run again.
    """
    done = new = 0
    while batch := list(islice(rows, AT_ONCE)):
        new += _import(batch)
        done += len(batch)
        say(done)
    return new


@retrying
@transaction.atomic
def _import(batch: list[Row]) -> int:
    for _, record in batch:
        for pseudonym, kind in record.get("agents", {}).items():
            Agent.objects.get_or_create(pseudonym=pseudonym, defaults={"kind": kind, "created_at": now()})
    sealed = [(where, record) for where, record in batch if "body" in record]
    items = [_item(where, record) for where, record in sealed]
    _add_agents(items)
    written = write(items)
    _check_seals(sealed)
    return sum(one.result == "created" for one in written)


def _item(where: str, record: Mapping[str, Any]) -> Item:
    entry = read_entry(record["body"], where=where)
    try:
        at = read_time(record.get("recordedAt"))
    except ValueError as error:
        raise ProblemError([Problem("not-a-time", f"{where} recordedAt", f"{error}", "")]) from error
    return make_item(entry, at, record.get("recordedBy") or None)


def _add_agents(items: list[Item]) -> None:
    """Agents of another village's ledger come without a name."""
    names = {name for item in items for name in (*agents_of(item.entry), item.by) if name}
    for name in sorted(names - set(Agent.objects.filter(pk__in=names).values_list("pk", flat=True))):
        Agent.objects.create(pseudonym=name, kind="person", created_at=now())


def _check_seals(sealed: list[Row]) -> None:
    seals = {row.id: row.hash for row in models.Record.objects.filter(id__in=[str(r["body"]["id"]) for _, r in sealed])}
    for where, record in sealed:
        if record.get("hash") and seals[record["body"]["id"]] != record["hash"]:
            what = "its seal comes out otherwise: the file was changed, or this ledger holds other records before it."
            raise ProblemError([Problem("seal-broken", where, what, "Import into an empty database.")])


def _check_format(first: Mapping[str, Any], where: str) -> None:
    if first["format"] != FORMAT:
        what = f'"{first["format"]}" cannot be read here.'
        raise ProblemError([Problem("unknown-format", where, what, f"It must be {FORMAT}.")])


def _records(until: int) -> Iterator[dict[str, Any]]:
    for row in queries.records(until=until).iterator(queries.CHUNK):
        yield {
            "number": row.number,
            "recordedAt": utc_text(row.recorded_at),
            "recordedBy": row.recorded_by_id,
            "hash": row.hash,
            "body": json.loads(row.body),
        }


def _write_all(rows: Iterable[Any], put: Callable[[Any], Any], say: Say) -> int:
    done = 0
    for row in rows:
        put(row)
        done += 1
        if done % AT_ONCE == 0:
            say(done)
    say(done)
    return done


def _flat(body: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in body.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return found


def _deep(cells: Mapping[str, str]) -> dict[str, Any]:
    """Cells back into an object: what looks like a list or a flag is one, for texts that do are refused elsewhere."""
    found: dict[str, Any] = {}
    for key, cell in cells.items():
        *path, last = key.split(".")
        place = found
        for step in path:
            place = place.setdefault(step, {})
        place[last] = json.loads(cell) if cell.startswith("[") or cell in ("true", "false") else cell
    return found
