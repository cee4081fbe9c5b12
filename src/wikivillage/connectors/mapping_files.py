"""Small YAML or JSON files that describe how files and messages of others are read.

Every value stays the text that was written, every problem knows its line. Anchors, deep nesting and large files are
refused before anything is built of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from wikivillage.base.problems import Problem, ProblemError, nearest

LARGEST_FILE = 200_000
DEEPEST = 6

Keys = tuple[str | int, ...]
"""The way to a value: ``("values", 0, "unit")``."""


@dataclass(slots=True)
class Document:
    """The values of a file and their lines, and what was found wrong while they were read."""

    name: str
    data: Any
    lines: dict[Keys, int]
    problems: list[Problem] = field(default_factory=list)

    def where(self, keys: Keys) -> str:
        """``file:line`` of a value, or of the nearest thing around it."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return f"{self.name}:{self.lines.get(keys, 1)}"

    def refuse(self, code: str, keys: Keys, what: str, hint: str = "") -> None:
        """Write a problem down."""
        self.problems.append(Problem(code, self.where(keys), what, hint))

    def find(self, keys: Keys) -> Any:
        """The value, or None where there is none."""
        value = self.data
        for key in keys:
            is_there = key in value if isinstance(value, dict) else isinstance(value, list) and isinstance(key, int)
            if not is_there:
                return None
            value = value[key]
        return value

    def check_keys(self, keys: Keys, known: Collection[str]) -> bool:
        """Whether there are keys with values, with a problem for each that is not known."""
        value = self.find(keys)
        if not isinstance(value, dict):
            self.refuse("mapping-shape", keys, f"{_name(keys)} should be keys with values.")
            return False
        for key in value:
            if key not in known:
                close = nearest(key, known)
                hint = f'Did you mean "{close}"?' if close else f"Keys are {', '.join(known)}."
                self.refuse("mapping-key", (*keys, key), f'"{key}" is not a key here.', hint)
        return True

    def text(self, keys: Keys, default: str | None = None) -> str:
        """A single value; without a default it must be there."""
        value = self.find(keys)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and value:
            return value
        what = f"{_name(keys)} is missing." if value in (None, "") else f"{_name(keys)} should be a single value."
        self.refuse("mapping-value", keys, what)
        return ""

    def choice(self, keys: Keys, among: Collection[str], default: str) -> str:
        """One of some words."""
        value = self.text(keys, default)
        if value and value not in among:
            hint = f"It is one of {', '.join(repr(one) for one in among)}."
            self.refuse("mapping-value", keys, f'{_name(keys)} cannot be "{value}".', hint)
        return value

    def whole(self, keys: Keys, default: int, low: int, high: int) -> int:
        """A whole number between two others."""
        value = self.text(keys, str(default))
        digits = value.removeprefix("-")
        if digits.isascii() and digits.isdigit() and len(digits) <= 9 and low <= int(value) <= high:
            return int(value)
        self.refuse("mapping-value", keys, f'{_name(keys)} is "{value}".', f"Between {low} and {high} is expected.")
        return default

    def items(self, keys: Keys) -> Iterator[Keys]:
        """The way to each item of a list that has some."""
        value = self.find(keys)
        if not isinstance(value, list) or not value:
            self.refuse("mapping-shape", keys, f"{_name(keys)} should be a list with at least one item.")
            return
        yield from ((*keys, position) for position in range(len(value)))

    def finish(self) -> None:
        """Raise every problem that was written down, in the order of the lines, if there is any."""
        if self.problems:
            raise ProblemError(sorted(self.problems, key=lambda one: int(one.where.rpartition(":")[2])))


def read_document(path: Path) -> Document:
    """The values of a YAML or JSON file. Raises ProblemError where it cannot be read at all."""
    text = _read(path)
    try:
        _check_shape(text, path.name)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = f"This is not YAML: {getattr(error, 'problem', None) or 'it cannot be read'}."
        raise ProblemError([Problem("mapping-file", f"{path.name}:{line}", what)]) from error
    document = Document(path.name, {}, {})
    if node is not None:
        document.data = _value(node, (), document)
    return document


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ProblemError([Problem("mapping-file", path.name, f"More than {LARGEST_FILE} bytes is no mapping.")])
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = "The file is not UTF-8 text." if isinstance(error, ValueError) else "The file cannot be opened."
        raise ProblemError([Problem("mapping-file", path.name, what)]) from error


def _check_shape(text: str, name: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST or isinstance(event, yaml.AliasEvent):
            what = "This is nested too deeply." if depth > DEEPEST else "References to other places are not read."
            raise ProblemError([Problem("mapping-file", f"{name}:{event.start_mark.line + 1}", what)])


def _value(node: yaml.Node, keys: Keys, document: Document) -> Any:
    document.lines.setdefault(keys, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            document.lines[*keys, key] = key_node.start_mark.line + 1
            if key in found:
                document.refuse("mapping-key", (*keys, key), f'"{key}" is written twice.')
            found[key] = _value(value_node, (*keys, key), document)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_value(one, (*keys, position), document) for position, one in enumerate(node.value)]
    return node.value


def _name(keys: Keys) -> str:
    """``values[1].unit`` as people write the way to a value; the file itself where there is none."""
    words = "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in keys)
    return words.removeprefix(".") or "The file"
