"""The YAML files of the library, cut at their top-level keys.

An entry is parsed when a village first uses it, so that loading a village takes the same time however large the
library grows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.resources import files
from importlib.resources.abc import Traversable

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.model import yaml_source as yaml

Entries = Mapping[str, Callable[[], yaml.Node]]

SECTIONS = {
    "resources": "resources.yaml",
    "recipes": "recipes/",
    "store_recipes": "stores.yaml",
    "profiles": "profiles.yaml",
    "goals": "goals.yaml",
    "sources": "sources.yaml",
    "drivers": "drivers.yaml",
    "rules": "rules.yaml",
}
"""Where each kind of entry is kept: a file, or a folder of files."""


@cache
def library_entries(section: str) -> Entries:
    """The entries of one section by id; calling one parses it, once."""
    root = files("wikivillage.library")
    entries: dict[str, Callable[[], yaml.Node]] = {}
    for file in _files(root, SECTIONS[section]):
        for id, line, part in cut(file.read_text(encoding="utf-8")):
            where = f"library/{file.name if file.name == SECTIONS[section] else SECTIONS[section] + file.name}"
            if id in entries:
                raise ProblemError([Problem("twice", f"{where}:{line}", f'"{id}" is in the library twice.')])
            entries[id] = cache(partial(_parse_entry, part, where, line))
    return entries


def _files(root: Traversable, section: str) -> list[Traversable]:
    if not section.endswith("/"):
        return [root / section] if (root / section).is_file() else []
    folder = root / section.removesuffix("/")
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted((file for file in found if file.name.endswith(".yaml")), key=lambda file: file.name)


def cut(text: str) -> list[tuple[str, int, str]]:
    """The top-level entries of a YAML text: (key, its line, its text). Comments between entries stay behind."""
    heads = list(re.finditer(r"^([A-Za-z_]\w*):", text, re.MULTILINE))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return [
        (head[1], text.count("\n", 0, head.start()) + 1, text[head.start() : end])
        for head, end in zip(heads, ends, strict=True)
    ]


def _parse_entry(part: str, where: str, line: int) -> yaml.Node:
    node = yaml.parse(part, where, line)
    assert isinstance(node, yaml.Mapping), "a cut entry begins with its key"
    return next(iter(node.values.values()))
