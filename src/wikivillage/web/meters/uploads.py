"""Files of readings that somebody hands in by a page: looked at whole before anything of them is written."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.connectors.csv_guess import guess_mapping
from wikivillage.connectors.csv_mapping import CsvMapping, load_mapping
from wikivillage.web.meters.feeds import Taken, ingest_csv
from wikivillage.web.meters.forms import LARGEST, LARGEST_MB
from wikivillage.web.meters.models import Register

OPEN_QUESTION = "?"
"""What stands in a guessed mapping where nothing can be known."""
SAFE = re.compile(r"[^\w.-]+")


class UnsureError(Exception):
    """That a file can only be read once somebody has looked at ``mapping``, which was guessed."""

    def __init__(self, mapping: str) -> None:
        super().__init__("the mapping has open questions")
        self.mapping = mapping


def take_upload(file: Any, *, register: str, mapping: str, at: datetime) -> tuple[Taken, str]:
    """Take in the readings of an uploaded file; what became of them, and by which mapping.

    Without a ``mapping`` it is guessed, with the ``register`` in the place of its open questions. Raises ProblemError
    for a file or a mapping that cannot be read, and UnsureError where somebody has to answer first; then nothing is
    written.
    """
    _check_size(file)
    with _on_disk(file) as path:
        _check_text(path)
        text = mapping.strip() or _with_register(guess_mapping(path), register)
        if not mapping.strip() and (f": {OPEN_QUESTION}" in text or "values:\n  -" not in text):
            raise UnsureError(text)
        return ingest_csv(path=path, mapping=_mapping(path, text), at=at, say=_nobody), text


def _nobody(line: int) -> None:
    """Nobody watches a page while it is made."""


def _check_size(file: Any) -> None:
    if file.size > LARGEST:
        what = _("The file has %(size)s MB; a page takes %(most)s.")
        hint = _("Cut it by months, or use the command wikivillage meters ingest.")
        said = what % {"size": round(file.size / 1_000_000), "most": LARGEST_MB}
        raise ProblemError([Problem("file-too-large", file.name[:100], said, hint)])
    if file.size == 0:
        raise ProblemError([Problem("file-empty", file.name[:100], _("The file is empty."), "")])


@contextmanager
def _on_disk(file: Any) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (SAFE.sub("_", Path(file.name).name)[-80:] or "file.csv")
        with path.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        yield path


def _check_text(path: Path) -> None:
    """Refuse what is no text: a spreadsheet or a picture has NUL bytes near its beginning."""
    with path.open("rb") as file:
        head = file.read(8000)
    if b"\0" in head:
        hint = _("Save it from your spreadsheet as CSV (UTF-8).")
        raise ProblemError([Problem("not-a-table", path.name, _("This is no text: a spreadsheet or a picture?"), hint)])


def _with_register(guess: str, register: str) -> str:
    """A guessed mapping with a register, and its unit, in place of the questions, where it has one column of values."""
    if not register or guess.count("  - {column") != 1:
        return guess
    meter, _slash, name = register.rpartition("/")
    row = Register.objects.filter(meter=meter, name=name).first()
    if row is None:
        return guess
    answers = {"meter": meter, "register": name, "unit": row.unit}
    for key, answer in answers.items():
        guess = guess.replace(f"{key}: {OPEN_QUESTION}", f'{key}: "{answer}"')
    return guess


def _mapping(path: Path, text: str) -> CsvMapping:
    """The mapping in a text, fit for this file. Raises ProblemError."""
    where = path.with_name("mapping.yaml")
    where.write_text(text, "utf-8")
    mapping = load_mapping(where)
    try:
        with path.open("r", encoding=mapping.encoding) as file:
            for _line in file:
                pass
    except UnicodeDecodeError:
        what = _("The file is not written in %(encoding)s.") % {"encoding": mapping.encoding}
        hint = _("Say the encoding of the file: utf-8, latin-1 or cp1252.")
        raise ProblemError([Problem("csv-encoding", path.name, what, hint)]) from None
    return mapping
