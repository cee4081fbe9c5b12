"""The village in the database as a village file again, and how a new file differs from it."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePath
from typing import Any

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.model import load_village
from wikivillage.model.inputs import INPUTS, with_inputs
from wikivillage.model.kinds import Village
from wikivillage.model.load import VILLAGE
from wikivillage.model.yaml_text import Tree, write_sections
from wikivillage.web.registry.models import Agent, DataFile, Definition, Place, RecipeEntry, ResourceKind
from wikivillage.web.registry.words import ERASED, ERASED_PREFIX

SECTIONS = tuple(field.key for field in VILLAGE)
SINGLE = ("village", "site", "horizon", "finance")
"""The sections that are one thing, without entries."""

REFERENCES = {"places": "run_by", "exchanges": "partner"}
"""The keys of entries that name an agent, by section: kept as pseudonyms, so that erasing a name is enough."""

TABLES: dict[str, Any] = {"resources": ResourceKind, "recipes": RecipeEntry}
"""The sections with a table of their own, which also holds what the village takes from the library."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What a new village file changes, as ids by section; the files that a village reads are the section ``files``."""

    added: Mapping[str, tuple[str, ...]]
    removed: Mapping[str, tuple[str, ...]]
    changed: Mapping[str, tuple[str, ...]]

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.added or self.removed or self.changed)


def file_ids() -> dict[str, str]:
    """How a village file calls each agent, by pseudonym: its handle, or a word that says that it was erased."""
    agents = Agent.objects.values_list("pseudonym", "identity__handle")
    return {pseudonym: handle or erased_id(pseudonym) for pseudonym, handle in agents}


def erased_id(pseudonym: str) -> str:
    """The id of an erased agent in a village file, where ids have no dashes and at most 64 characters."""
    return (ERASED_PREFIX + pseudonym.replace("-", "_"))[:64]


def referring(tree: Tree, key: str | None, words: Mapping[str, str]) -> Tree:
    """The tree with the word of one key replaced, if there is another word for it."""
    if key is None or not isinstance(tree, Mapping) or key not in tree:
        return tree
    return {**tree, key: words.get(str(tree[key]), str(tree[key]))}


def stored_trees() -> dict[str, Tree]:
    """The sections of the village in the database, in the words and the order of its file; nothing before a load."""
    words = file_ids()
    found: dict[str, dict[str, Tree]] = {section: {} for section in SECTIONS}
    for agent in Agent.objects.filter(listed=True).select_related("identity").order_by("position"):
        identity = getattr(agent, "identity", None)
        name = identity.name if identity else ERASED["en"]
        found["agents"][words[agent.pseudonym]] = {"name": name, "kind": agent.kind}
    for section, table in TABLES.items():
        own = table.objects.filter(origin="village").order_by("position")
        found[section] = dict(own.values_list("id", "tree"))
    entries = [("places", *row) for row in Place.objects.order_by("position").values_list("id", "tree")]
    entries += Definition.objects.order_by("position").values_list("section", "entry", "tree")
    for section, entry, tree in entries:
        found[section][entry] = referring(tree, REFERENCES.get(section), words)
    whole: dict[str, Tree] = {key: tree.get("") if key in SINGLE else tree for key, tree in found.items()}
    return {section: tree for section, tree in whole.items() if tree}


def compare(trees: Mapping[str, Tree], files: Mapping[str, bytes]) -> Differences:
    """How a village file and the files that it reads differ from what is in the database."""
    new, old = entries_of(trees), entries_of(stored_trees())
    new["files"] = {path: digest(content) for path, content in files.items()}
    old["files"] = dict(DataFile.objects.order_by("path").values_list("path", "sha256"))
    added, removed, changed = {}, {}, {}
    for section in (*SECTIONS, "files"):
        is_now, was = new.get(section, {}), old.get(section, {})
        added[section] = tuple(id for id in is_now if id not in was)
        removed[section] = tuple(id for id in was if id not in is_now)
        changed[section] = tuple(id for id in is_now if id in was and is_now[id] != was[id])
    return Differences(_said(added), _said(removed), _said(changed))


def entries_of(trees: Mapping[str, Tree]) -> dict[str, dict[str, Any]]:
    """The entries of each section by id; a section that is one thing is its own only entry."""
    return {
        section: {section: tree} if section in SINGLE or not isinstance(tree, Mapping) else dict(tree)
        for section, tree in trees.items()
    }


def _said(ids: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {section: some for section, some in ids.items() if some}


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def with_files(village: Village, base: Path) -> tuple[Village, dict[str, bytes]]:
    """The village, and the content of each file that it reads by the path that it reads it from.

    A path that leaves the folder of the village file (``base``) becomes one inside of it: a dump writes no further.
    """
    paths: dict[str, str] = {}
    with_inputs(village, base, lambda path: paths.setdefault(path, path))
    for path in paths:
        if PurePath(path).is_absolute() or ".." in PurePath(path).parts:
            copies = (f"{INPUTS}/{number}_{PurePath(path).name}" for number in count())
            paths[path] = next(copy for copy in copies if copy not in paths.values())
    files = {kept: (base / path).read_bytes() for path, kept in paths.items()}
    return with_inputs(village, base, lambda path: paths[path]), files


def dump_stored_village() -> str:
    """The text of the village file in the database. Raises ProblemError when there is none."""
    trees = stored_trees()
    if "village" not in trees:
        hint = "Load one with: wikivillage village load FILE"
        raise ProblemError([Problem("no-village", "registry", "No village is in the database yet.", hint)])
    return write_sections(trees)


def write_stored_village(file: Path) -> tuple[Path, ...]:
    """Write the village file and, beside it, the files that it reads; the paths of all that was written.

    A file that it reads is never written over another content: then nothing is written. Raises ProblemError for
    that, and for a folder that cannot be written to.
    """
    text = dump_stored_village()
    stored = {file.parent / path: bytes(content) for path, content in DataFile.objects.values_list("path", "content")}
    other = [path for path, content in stored.items() if path.exists() and _content(path) != content]
    hint = "Choose a folder of its own for --out."
    problems = [Problem("file-differs", str(path), "is there already with another content.", hint) for path in other]
    if problems:
        raise ProblemError(problems)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        for path, content in stored.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        file.write_text(text, "utf-8")
    except OSError as error:
        what = f"cannot be written: {error.strerror}."
        raise ProblemError([Problem("cannot_write", str(error.filename or file), what)]) from None
    return (file, *stored)


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def load_stored_village() -> Village:
    """The village in the database, as the planner takes it. Raises ProblemError when there is none."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "village.yaml"
        write_stored_village(file)
        return load_village(file)
