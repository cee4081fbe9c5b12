"""Trees of words -> YAML text that people like to read: one entry a line where it fits."""

from __future__ import annotations

import re
from collections.abc import Mapping

from wikivillage.model.kinds import Name

Tree = str | None | list[str] | Mapping[str, "Tree"]
"""Words, lists of numbers, and keys with trees; None is left out."""

WIDTH = 120

_PLAIN = re.compile(r"(\w|-\d)([\w %€°*/().²³µ'’&;+-]*[\w%€°)/².³])?")


def kept(**trees: Tree) -> dict[str, Tree]:
    """The keys that say something."""
    return {key: tree for key, tree in trees.items() if tree is not None}


def yes(said: bool) -> Tree:
    """``yes``, or nothing: no is the default."""
    return "yes" if said else None


def dump_name(name: Name) -> Tree:
    """One name for both languages, or one for each."""
    return name.en if name.en == name.fr else {"en": name.en, "fr": name.fr}


def write_sections(sections: Mapping[str, Tree]) -> str:
    """The text of a file: every section, its entries below it."""
    lines: list[str] = []
    for key, tree in sections.items():
        lines += _block(key, tree, "", split=key not in ("site", "horizon", "finance"))
    return "\n".join(lines) + "\n"


def _block(key: str, tree: Tree, indent: str, *, split: bool = False) -> list[str]:
    """A key with its tree on one line, or its own keys on lines below."""
    line = f"{indent}{_scalar(key)}: {_flow(tree)}"
    if not isinstance(tree, Mapping) or not tree or (len(line) <= WIDTH and not split):
        return [line]
    lines = [f"{indent}{_scalar(key)}:"]
    for inner, subtree in tree.items():
        lines += _block(inner, subtree, indent + "  ")
    return lines


def _flow(tree: Tree) -> str:
    match tree:
        case None:
            return '""'
        case str():
            return _scalar(tree)
        case list():
            return f"[{', '.join(tree)}]"
        case _:
            return f"{{{', '.join(f'{_scalar(key)}: {_flow(subtree)}' for key, subtree in tree.items())}}}"


def _scalar(text: str) -> str:
    """The text as it is where YAML takes it so, else in double quotes."""
    return text if _PLAIN.fullmatch(text) else f'"{"".join(_escaped(character) for character in text)}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
