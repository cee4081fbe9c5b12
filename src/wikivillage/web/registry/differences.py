"""What a village file would change, line by line: before and after, in the words of the new file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wikivillage.model.dump import village_trees
from wikivillage.model.kinds import Village
from wikivillage.web.registry.as_written import Written, in_words_of_file
from wikivillage.web.registry.village_file import Differences, entries_of, stored_trees, with_files

SECTIONS: dict[str, Promise] = {
    "village": _("The name of the village"),
    "site": _("Where it is, and under which sky"),
    "horizon": _("The hours that are planned"),
    "finance": _("Interest and the price of carbon"),
    "agents": _("Who acts"),
    "resources": _("Own kinds of things"),
    "recipes": _("Own recipes"),
    "store_recipes": _("Own kinds of stores"),
    "profiles": _("Shapes of use"),
    "places": _("Places"),
    "processes": _("What runs"),
    "stores": _("Where things wait"),
    "needs": _("What is needed"),
    "offers": _("What arrives"),
    "exchanges": _("Trade with the outside"),
    "goals": _("Goals"),
    "files": _("Data files"),
}
"""What people call each section of a village file."""

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class Line:
    """One value: where it stands in its entry, before and after; empty where there is none."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that comes, goes or changes, by its id and its name, with its values."""

    id: str
    name: str
    what: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the file in which something differs."""

    title: Promise
    entries: tuple[Entry, ...]

    def count(self, what: str) -> int:
        """How many entries come, go or change."""
        return sum(entry.what == what for entry in self.entries)


def sections_of(
    differences: Differences, village: Village, base: Path, lang: str, written: Written | None = None
) -> list[Section]:
    """Every difference between the village in the database and a new one, whose files lie in ``base``.

    ``written``: the values of the new file in its own words.
    """
    kept, _files = with_files(village, base)
    before, after = entries_of(stored_trees()), entries_of(village_trees(kept))
    changes = {ADDED: differences.added, REMOVED: differences.removed, CHANGED: differences.changed}
    found = []
    for section, title in SECTIONS.items():
        was, will = before.get(section, {}), after.get(section, {})
        entries = [
            _in_words(_entry(id, what, was.get(id), will.get(id), lang), f"{section}.{id}", written or {})
            for what, ids in changes.items()
            for id in ids.get(section, ())
        ]
        if entries:
            found.append(Section(title, tuple(entries)))
    return found


def _entry(id: str, what: str, was: Any, will: Any, lang: str) -> Entry:
    before, after = dict(_leaves(was)), dict(_leaves(will))
    keys = list(dict.fromkeys([*before, *after]))
    lines = [Line(key, before.get(key, ""), after.get(key, "")) for key in keys if before.get(key) != after.get(key)]
    return Entry(id, _name(will if will is not None else was, lang), what, tuple(lines))


def _in_words(entry: Entry, at: str, written: Written) -> Entry:
    """The entry with its amounts in the words of the file."""
    lines = []
    for line in entry.lines:
        before, after = in_words_of_file(line.before, line.after, written.get(f"{at}.{line.key}"))
        lines.append(Line(line.key, before, after))
    return replace(entry, lines=tuple(lines))


def _name(tree: Any, lang: str) -> str:
    name = tree.get("name", "") if isinstance(tree, Mapping) else ""
    return str(name.get(lang, next(iter(name.values()), ""))) if isinstance(name, Mapping) else str(name)


def _leaves(tree: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """The values of a tree by the keys that lead to them; a list is one value."""
    if isinstance(tree, Mapping):
        for word, part in tree.items():
            yield from _leaves(part, f"{key}.{word}" if key else str(word))
    elif tree is not None:
        yield key, _value(tree)


def _value(tree: Any) -> str:
    if isinstance(tree, Mapping):
        return "{" + ", ".join(f"{key}: {_value(part)}" for key, part in tree.items()) + "}"
    if isinstance(tree, list | tuple):
        return ", ".join(_value(part) for part in tree)
    return str(tree)
