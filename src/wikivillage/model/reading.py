"""What is shared while one file is read: its problems so far, its horizon, its folder, and what it may refer to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from wikivillage.base.problems import Problem, nearest
from wikivillage.base.units import UnitError
from wikivillage.model.kinds import Horizon, Origin
from wikivillage.model.yaml_source import Node

if TYPE_CHECKING:
    from wikivillage.model.shelves import Shelves

T = TypeVar("T")


class EntryError(Exception):
    """One thing to mend in somebody's file, raised where it is seen and written down where reading goes on."""

    def __init__(self, code: str, node: Node, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.problem = Problem(code, node.where, what, hint)


class ToldError(Exception):
    """This refers to something whose own problem is written down already; there is nothing to add."""


@dataclass
class Reading:
    """The reading of one village file, or of the library."""

    shelves: Shelves
    folder: Path | None = None
    origin: Origin = "village"
    horizon: Horizon | None = None
    problems: list[Problem] = field(default_factory=list)
    dropped: bool = False
    places: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    tables: dict[Path, object] = field(default_factory=dict)

    def refuse(self, code: str, node: Node, what: str, hint: str = "") -> None:
        """Write a problem down and read on."""
        self.problems.append(Problem(code, node.where, what, hint))

    def attempt(self, node: Node, read: Callable[[Node], T]) -> T | None:
        """What ``read`` makes of the node, or None after its mistake is written down."""
        try:
            return read(node)
        except EntryError as mistake:
            self.problems.append(mistake.problem)
        except UnitError as problem:
            self.refuse("unit", node, problem.what, problem.hint)
        except ToldError:
            pass
        return None


MOST_SUGGESTED = 2000
"""Among how many words the nearest one is looked for: enough for people, and no trap for a server."""


def suggestion(word: str, known: Iterable[str], what: str = "") -> str:
    """``Did you mean "electricity"?``, or what there is to choose from when nothing is near."""
    names = sorted(known)[:MOST_SUGGESTED]
    close = nearest(word, names)
    if close:
        return f'Did you mean "{close}"?'
    return f"{what or 'There is'}: {', '.join(names)}." if 0 < len(names) <= 15 else ""
