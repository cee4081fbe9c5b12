"""A village file that somebody hands in through the site: is it one, and what would it change. Nothing here writes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.climate.resolve import resolve
from wikivillage.model import load_village_text, yaml_source
from wikivillage.model.kinds import SYNTHETIC_PARIS, Village
from wikivillage.web.registry.models import DataFile
from wikivillage.web.registry.village_file import digest, dump_stored_village, stored_trees

LARGEST_UPLOAD = 2_000_000
ENDINGS = (".yaml", ".yml")
PACKED = (b"PK", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"%PDF")
"""How archives and the like begin: they are not opened, whatever is in them."""


def text_of_upload(name: str, content: bytes) -> str:
    """The text of an uploaded file. Raises ProblemError: upload-empty, upload-too-large, upload-type, upload-binary."""
    problems = [*_check_size(name, len(content)), *_check_type(name, content)]
    if problems:
        raise ProblemError(problems)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        what = _("There is a sign here that is not UTF-8.")
        raise ProblemError(
            [Problem("upload-binary", f"{name}:{line}", what, _("Save the file as plain text, UTF-8."))]
        ) from None
    if "\0" in text:
        raise ProblemError(
            [Problem("upload-binary", name, _("This is not a text."), _("Send the village file itself."))]
        )
    return text


def too_large(name: str, size: int | None = None) -> Problem:
    """That a file is larger than any village file."""
    what = _("The file has %(size)s MB.") % {"size": f"{size / 1e6:.1f}"} if size else _("The file is very large.")
    hint = _("A village file has at most %(size)s MB.") % {"size": LARGEST_UPLOAD // 1_000_000}
    return Problem("upload-too-large", name, what, hint)


def _check_size(name: str, size: int) -> list[Problem]:
    if size > LARGEST_UPLOAD:
        return [too_large(name, size)]
    hint = _("Choose the village file on your machine first.")
    return [] if size else [Problem("upload-empty", name, _("The file is empty."), hint)]


def _check_type(name: str, content: bytes) -> list[Problem]:
    hint = _("Send the village file itself, a text that ends with .yaml.")
    if content.startswith(PACKED):
        return [Problem("upload-type", name, _("This is an archive or a document, not a text."), hint)]
    if PurePath(name).suffix.lower() not in ENDINGS:
        return [Problem("upload-type", name, _("This is not called like a village file."), hint)]
    return []


@contextmanager
def village_in(text: str, name: str) -> Iterator[tuple[Village, Path]]:
    """The village of a text, with the folder of its data files: those of the village in the database and no others.

    Raises ProblemError with every problem of the file: those of reading it, and file-not-here.
    """
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        for path, content in DataFile.objects.values_list("path", "content"):
            (base / path).parent.mkdir(parents=True, exist_ok=True)
            (base / path).write_bytes(bytes(content))
        problems = _check_paths(text, name)
        if problems:
            raise ProblemError(problems)
        village = load_village_text(text, base, name)
        resolve(village, base)
        yield village, base


def _check_paths(text: str, name: str) -> list[Problem]:
    """A file from the site reads no file of this machine but those that the village reads already.

    This is looked at before anything is read, for even a refusal would tell what is in such a file.
    """
    stored = set(DataFile.objects.values_list("path", flat=True))
    hint = _("The village reads: %(files)s. New ones come in on the command line: wikivillage village load FILE.")
    known = hint % {"files": ", ".join(sorted(stored)) or "–"}
    return [
        Problem("file-not-here", path.where, _("“%(path)s” is not here.") % {"path": path.text[:200]}, known)
        for path in _paths(yaml_source.parse(text, name, told=[]))
        if path.text not in stored
    ]


def _paths(node: yaml_source.Node) -> Iterator[yaml_source.Text]:
    """Every path that is written in a village file: of a series, or of the weather."""
    if isinstance(node, yaml_source.Sequence):
        for item in node.items:
            yield from _paths(item)
    if isinstance(node, yaml_source.Mapping):
        for key, value in node.values.items():
            if isinstance(value, yaml_source.Text) and (
                key == "file" or (key == "weather" and value.text != SYNTHETIC_PARIS)
            ):
                yield value
            yield from _paths(value)


def village_state() -> str:
    """What the village in the database is, as one word: it changes whenever anything of its file does."""
    files = "".join(DataFile.objects.order_by("path").values_list("sha256", flat=True))
    text = dump_stored_village() if "village" in stored_trees() else ""
    return digest((text + files).encode())
