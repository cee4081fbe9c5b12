"""Shelves: what a village may refer to by id, its own entries before the library's, each read when first asked for.

Whatever is taken from a shelf is what the village uses; the rest of the library is never parsed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from wikivillage.model import yaml_source as yaml
from wikivillage.model.kinds import Profile, Recipe, Resource, StoreRecipe
from wikivillage.model.reading import EntryError, Reading, ToldError, suggestion

T = TypeVar("T")

LeafReader = Callable[[str, yaml.Mapping, Reading], T | None]

MERGED_KEYS = ("inputs", "outputs", "costs", "power_costs")
"""Keys of which a fork changes single entries; every other key of a fork replaces the original's."""

LONGEST_TRAIL = 20
"""How many forks of forks of forks are followed."""

NOTHING = "none"
"""What a fork writes behind an input, output or cost that it leaves out."""


@dataclass
class Shelf(Generic[T]):
    """One kind of entry: ``own`` nodes of the village, ``common`` entries of the library."""

    kind: str
    common: Mapping[str, Callable[[], yaml.Node]]
    read: LeafReader[T]
    own: Mapping[str, yaml.Node] = field(default_factory=dict)
    taken: dict[str, T | None] = field(default_factory=dict)

    def take(self, node: yaml.Node, reading: Reading) -> T:
        """The entry whose id the node writes. Raises EntryError when there is none."""
        id = node.text.strip() if isinstance(node, yaml.Text) else ""
        return self.take_id(id, node, reading)

    def take_id(self, id: str, node: yaml.Node, reading: Reading) -> T:
        """The entry of that id, asked for by ``node``."""
        if id not in self.own and id not in self.common:
            what = f'"{id[:40]}" is no {self.kind}.' if id else f"The id of a {self.kind} is expected here."
            raise EntryError(f"unknown_{self.kind.replace(' ', '_')}", node, what, suggestion(id, self.known()))
        if id not in self.taken:
            self.taken[id] = self._read(id, reading)
        entry = self.taken[id]
        if entry is None:
            raise ToldError(id)
        return entry

    def known(self) -> set[str]:
        """Every id on the shelf."""
        return {*self.own, *self.common}

    def take_own(self, reading: Reading) -> None:
        """Read every own entry, used or not."""
        for id, node in self.own.items():
            reading.attempt(node, lambda node, id=id: self.take_id(id, node, reading))  # type: ignore[misc]

    def entries(self) -> dict[str, T]:
        """What was taken and could be read, by id."""
        return {id: entry for id, entry in self.taken.items() if entry is not None}

    def _read(self, id: str, reading: Reading) -> T | None:
        origin = reading.origin
        reading.origin = "village" if id in self.own else "library"
        try:
            return reading.attempt(self._node(id), lambda node: self._whole(id, node, reading))
        finally:
            reading.origin = origin

    def _whole(self, id: str, node: yaml.Node, reading: Reading) -> T | None:
        if not isinstance(node, yaml.Mapping):
            raise EntryError("shape", node, f'The {self.kind} "{id}" needs keys with values.', "Write {key: value}.")
        return self.read(id, self._forked(node, (id,) if id in self.own else ()), reading)

    def _node(self, id: str) -> yaml.Node:
        return self.own[id] if id in self.own else self.common[id]()

    def _forked(self, node: yaml.Mapping, trail: tuple[str, ...]) -> yaml.Mapping:
        """The entry with what it does not change taken from the one it is ``from``."""
        origin = node.find("from")
        if origin is None:
            return node
        base = origin.text.strip() if isinstance(origin, yaml.Text) else ""
        own = base in self.own and base not in trail[-1:]
        if len(trail) > LONGEST_TRAIL:
            raise EntryError("cycle", origin, f"This is a fork of a fork, more than {LONGEST_TRAIL} times over.")
        if own and base in trail:
            raise EntryError("cycle", origin, f"This goes round in a circle: {' from '.join((*trail, base))}.")
        if not own and base not in self.common:
            what = f'"{base[:40]}" is no {self.kind} to start from.'
            raise EntryError(f"unknown_{self.kind.replace(' ', '_')}", origin, what, suggestion(base, self.known()))
        original = self.own[base] if own else self.common[base]()
        if not isinstance(original, yaml.Mapping):
            raise ToldError(base)
        return merge(self._forked(original, (*trail, base) if own else ()), node)


def merge(original: yaml.Mapping, changes: yaml.Mapping) -> yaml.Mapping:
    """The original with the keys of the changes; single inputs, outputs and costs are changed one by one."""
    keys, values = {**original.keys}, {**original.values}
    for key, node in changes.values.items():
        before = values.get(key)
        if key in MERGED_KEYS and isinstance(node, yaml.Mapping) and isinstance(before, yaml.Mapping):
            both = yaml.Mapping({**before.keys, **node.keys}, {**before.values, **node.values}, node.file, node.line)
            node = _without_nothing(both)
        keys[key], values[key] = changes.keys[key], node
    keys.pop("from", None)
    values.pop("from", None)
    return yaml.Mapping(keys, values, changes.file, changes.line)


def _without_nothing(mapping: yaml.Mapping) -> yaml.Mapping:
    kept = {key: node for key, node in mapping.values.items() if not _is_nothing(node)}
    return yaml.Mapping({key: mapping.keys[key] for key in kept}, kept, mapping.file, mapping.line)


def _is_nothing(node: yaml.Node) -> bool:
    return isinstance(node, yaml.Text) and node.text == NOTHING


@dataclass
class Shelves:
    """The four shelves of a village."""

    resources: Shelf[Resource]
    recipes: Shelf[Recipe]
    store_recipes: Shelf[StoreRecipe]
    profiles: Shelf[Profile]


def no_shelves() -> Shelves:
    """Empty shelves, for tables of the library that refer to nothing."""
    nothing: Mapping[str, Callable[[], yaml.Node]] = {}
    return Shelves(
        Shelf("resource", nothing, _read_nothing),
        Shelf("recipe", nothing, _read_nothing),
        Shelf("store recipe", nothing, _read_nothing),
        Shelf("profile", nothing, _read_nothing),
    )


def _read_nothing(id: str, mapping: yaml.Mapping, reading: Reading) -> None:
    raise AssertionError(f"nothing is taken from empty shelves, not even {id}")
