"""YAML text -> nodes that remember their line. Everything stays text until a field says what it should be.

Reading events rather than letting YAML build objects keeps ``no``, ``1e3`` and ``2025-01-01`` as written, finds a
key that is written twice, and makes hostile files (deep nesting, alias bombs) end quickly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaml import CSafeLoader, MarkedYAMLError, YAMLError
from yaml import parse as read_events

from wikivillage.base.problems import Problem, ProblemError

LARGEST_FILE = 20_000_000
DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Text:
    """A single value as written, without its quotes."""

    text: str
    file: str
    line: int

    @property
    def where(self) -> str:
        """Where it stands, ``file:line``."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    file: str
    line: int

    @property
    def where(self) -> str:
        """Where it stands, ``file:line``."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file; ``keys`` holds each key's own node."""

    keys: dict[str, Text]
    values: dict[str, Node]
    file: str
    line: int

    @property
    def where(self) -> str:
        """Where it stands, ``file:line``."""
        return f"{self.file}:{self.line}"

    def find(self, key: str) -> Node | None:
        """The value of a key, or None where the key is absent or has nothing behind it."""
        node = self.values.get(key)
        return None if isinstance(node, Text) and not node.text else node


Node = Text | Sequence | Mapping


def read_text(path: Path) -> str:
    """The text of a village file. Raises ProblemError: missing, too large, binary, not UTF-8."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            what = f"The file has {size / 1e6:.0f} MB; a village file has at most {LARGEST_FILE // 1_000_000} MB."
            raise ProblemError([Problem("too_large", str(path), what, "Keep long series in CSV files beside it.")])
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"The file is not text in UTF-8 (byte {error.start} cannot be read)."
        raise ProblemError([Problem("not_utf8", str(path), what, "Save it as UTF-8.")]) from error
    except OSError as error:
        what = f"The file cannot be read: {error.strerror or error}."
        raise ProblemError([Problem("no_file", str(path), what)]) from error


def parse(text: str, file: str, first_line: int = 1, *, told: list[Problem] | None = None) -> Node:
    """The nodes of one YAML document.

    What can be read past (a key that is written twice) goes to ``told`` where that is given. Raises ProblemError
    with the line at which reading stopped, or with what nobody wanted to be told.
    """
    if len(text) > LARGEST_FILE:
        what = f"The text has {len(text) / 1e6:.0f} million characters; at most {LARGEST_FILE // 1_000_000} are read."
        raise ProblemError([Problem("too_large", file, what, "Keep long series in CSV files beside it.")])
    _refuse_control_characters(text, file, first_line)
    builder = _Builder(file, first_line)
    try:
        builder.take(read_events(quote_lists(text), Loader=CSafeLoader))
    except MarkedYAMLError as error:
        raise ProblemError([_syntax_problem(error, text, file, first_line)]) from error
    except (YAMLError, ValueError) as error:
        what = f"The file is not YAML: {str(error).splitlines()[0]}."
        raise ProblemError([Problem("yaml", file, what)]) from error
    if builder.problems and (told is None or builder.stopped):
        raise ProblemError(builder.problems)
    if told is not None:
        told.extend(builder.problems)
    if builder.root is None:
        raise ProblemError([Problem("empty", file, "The file is empty.", 'A village begins with "village: Its name".')])
    return builder.root


_LIST = re.compile(
    r"""(?P<skip>(?<![\w.])"(?:\\.|[^"\\])*"|(?<![\w.])'(?:''|[^'])*'|(?:(?<=\s)|^)\#[^\n]*)"""
    r"""|(?<=:)(?P<gap>\s+)(?P<list>\[[^][{}"'#]*\][ \t]+[A-Za-z%€°µ1][^\s,}\]#]*)"""
    r"""|(?<=values:)(?P<space>\s+)(?P<values>\[[^][{}"'#]*\])""",
    re.MULTILINE | re.VERBOSE,
)


def quote_lists(text: str) -> str:
    """Put number lists in quotes, lines unchanged: ``[10, 50, 20] kWh`` is how people write a series, but not
    YAML; and a quoted list of 8760 values is read in one step."""
    return _LIST.sub(_quoted, text)


def _quoted(found: re.Match[str]) -> str:
    if found["skip"]:
        return found["skip"]
    return f'{found["gap"] or found["space"]}"{found["list"] or found["values"]}"'


def _refuse_control_characters(text: str, file: str, first_line: int) -> None:
    found = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    if found:
        line = first_line + text.count("\n", 0, found.start())
        what = f"The file holds the control character {found.group()!r}; it is not a text file."
        raise ProblemError([Problem("binary", f"{file}:{line}", what)])


def _syntax_problem(error: MarkedYAMLError, text: str, file: str, first_line: int) -> Problem:
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines() or [""]
    number = min(mark.line if mark else 0, len(lines) - 1)
    said = str(error.problem or error.context or "unreadable").strip()
    indent = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
    hint = "Indent with spaces, not tabs." if "\t" in indent else "Look at brackets, quotes and indentation here."
    return Problem("yaml", f"{file}:{number + first_line}", f"The file is not YAML here: {said}.", hint)


class _Builder:
    """Folds parser events into nodes with a stack of its own, so that depth is bounded here and not by Python."""

    def __init__(self, file: str, first_line: int) -> None:
        self.file = file
        self.first_line = first_line
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.stopped = False
        self.stack: list[tuple[str, int, list[Node]]] = []

    def take(self, events: Iterator[Any]) -> None:
        documents = 0
        for event in events:
            kind = type(event).__name__
            line = self.first_line + event.start_mark.line if event.start_mark else self.first_line
            if getattr(event, "anchor", None) is not None:
                what = "Anchors and aliases (& and *) are not used."
                return self.stop("alias", line, what, "Write it out, or use from:.")
            documents += kind == "DocumentStartEvent"
            if documents > 1:
                what = "The file holds a second document (---)."
                return self.stop("documents", line, what, "Keep one village per file.")
            if kind == "ScalarEvent":
                self.put(Text(event.value, self.file, line))
            elif kind in ("MappingStartEvent", "SequenceStartEvent"):
                if len(self.stack) >= DEEPEST:
                    return self.stop("deep", line, f"The file is nested more than {DEEPEST} levels deep.")
                self.stack.append((kind, line, []))
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                self.close()
        return None

    def stop(self, code: str, line: int, what: str, hint: str = "") -> None:
        self.stopped = True
        self.refuse(code, line, what, hint)

    def refuse(self, code: str, line: int, what: str, hint: str = "") -> None:
        self.problems.append(Problem(code, f"{self.file}:{line}", what, hint))

    def put(self, node: Node) -> None:
        if self.stack:
            self.stack[-1][2].append(node)
        else:
            self.root = node

    def close(self) -> None:
        kind, line, nodes = self.stack.pop()
        if kind == "SequenceStartEvent":
            self.put(Sequence(tuple(nodes), self.file, line))
        else:
            self.put(self.mapping(line, nodes))

    def mapping(self, line: int, nodes: list[Node]) -> Mapping:
        made = Mapping({}, {}, self.file, line)
        for key, value in zip(nodes[::2], nodes[1::2], strict=True):
            if not isinstance(key, Text):
                self.refuse("key", key.line, "A key must be a word, not a list or a mapping.")
            elif key.text in made.keys:
                first = made.keys[key.text].line
                self.refuse("twice", key.line, f'"{key.text}" is written twice here; first in line {first}.')
            else:
                made.keys[key.text] = key
                made.values[key.text] = value
        return made
