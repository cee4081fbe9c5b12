"""Files that people hand to commands: YAML or JSON, with every number exact."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.flows.wire import read_json

DEEPEST = 50
"""Files of people are not nested deeper."""


def load_tree(path: Path) -> Any:
    """The value of a YAML or JSON file: numbers are ints and decimals, times texts. Raises ProblemError."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemError([Problem("no-file", str(path), f"cannot be read: {error}.", "")]) from error
    if path.suffix == ".json":
        return read_json(text, str(path))
    try:
        _check_depth(text)
        return _value(yaml.compose(text, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, ValueError) as error:
        what = f"is not YAML as it is read here: {' '.join(str(error).split())[:160]}."
        raise ProblemError([Problem("not-yaml", str(path), what, "")]) from error


def _check_depth(text: str) -> None:
    """Refuse what would grow beyond its file: anchors that are used again, and very deep nests."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise ValueError(f"line {event.start_mark.line + 1}: aliases are not read")
        if depth > DEEPEST:
            raise ValueError(f"line {event.start_mark.line + 1}: it is nested too deep")


def _value(node: Any) -> Any:
    match node:
        case None:
            return None
        case yaml.SequenceNode():
            return [_value(each) for each in node.value]
        case yaml.MappingNode():
            return _mapping(node)
        case _:
            return _scalar(node.tag.rpartition(":")[2], node.value, node.start_mark.line + 1)


def _mapping(node: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
        if not name or name in found:
            told = f"{name} is written twice" if name else "a key is a word"
            raise ValueError(f"line {key.start_mark.line + 1}: {told}")
        found[name] = _value(value)
    return found


def _scalar(tag: str, text: str, line: int) -> Any:
    match tag:
        case "null":
            return None
        case "bool":
            return text.lower() in ("true", "yes", "on")
        case "int" | "float":
            try:
                number = Decimal(text)
            except InvalidOperation as error:
                raise ValueError(f"line {line}: {text} is not a number such as 12.5") from error
            return int(number) if tag == "int" else number
        case _:
            return text
