"""Fields of the village language: a table of keys, each with its parser, and the shapes that YAML nodes can have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wikivillage.model.reading import EntryError, Reading, suggestion
from wikivillage.model.yaml_source import Mapping, Node, Sequence, Text

Parser = Callable[[Node, Reading], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One key of an entry: how it is read, whether it must be there, and what it says."""

    key: str
    parse: Parser
    says: str
    required: bool = False
    default: Any = None


class Record(dict[str, Any]):
    """The values of an entry by key. ``whole`` is False when a required key is missing or could not be read."""

    whole: bool = True


def read_record(node: Node, fields: tuple[Field, ...], reading: Reading) -> Record:
    """The values of a mapping, each read by its field; unknown and missing keys are written down."""
    mapping = as_mapping(node)
    known = {field.key: field for field in fields}
    for key, key_node in mapping.keys.items():
        if key not in known:
            reading.refuse("unknown_key", key_node, f'"{key}" is not a key here.', suggestion(key, known, "Keys"))
    record = Record()
    for field in fields:
        record[field.key] = _read_field(mapping, field, reading)
        if field.required and record[field.key] is None:
            record.whole = False
    return record


def _read_field(mapping: Mapping, field: Field, reading: Reading) -> Any:
    value = mapping.find(field.key)
    if value is None:
        if field.required:
            reading.refuse("missing_key", mapping, f'"{field.key}" is missing: {field.says}.')
        elif field.key in mapping.values:
            what = f'"{field.key}" has nothing behind it.'
            reading.refuse("blank", mapping.keys[field.key], what, "Fill it or drop it.")
        return field.default
    read = reading.attempt(value, lambda node: field.parse(node, reading))
    return field.default if read is None else read


def as_mapping(node: Node) -> Mapping:
    """The node as a mapping, or an EntryError."""
    if not isinstance(node, Mapping):
        what = f"Keys with values are expected here, not {_shape(node)}."
        raise EntryError("shape", node, what, "Write {key: value}.")
    return node


def as_text(node: Node) -> str:
    """The node as a single value, or an EntryError."""
    if not isinstance(node, Text):
        raise EntryError("shape", node, f"A single value is expected here, not {_shape(node)}.")
    return node.text.strip()


def as_list(node: Node) -> tuple[Node, ...]:
    """The items of a list, also of one that was quoted with its unit, or an EntryError."""
    if isinstance(node, Text) and node.text.startswith("[") and node.text.endswith("]"):
        cells = node.text[1:-1].split(",") if node.text[1:-1].strip() else []
        return tuple(Text(cell.strip(), node.file, node.line) for cell in cells)
    if not isinstance(node, Sequence):
        raise EntryError("shape", node, f"A list such as [1, 2, 3] is expected here, not {_shape(node)}.")
    return node.items


def _shape(node: Node) -> str:
    match node:
        case Mapping():
            return "keys with values"
        case Sequence():
            return "a list"
        case Text(text=""):
            return "nothing"
        case Text(text=text):
            return f'"{text[:40]}"'
