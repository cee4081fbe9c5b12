"""How faults of many pages are told: a line for each."""

from __future__ import annotations

from collections.abc import Iterable


def nothing_of(faults: Iterable[object]) -> None:
    """Fail with a line for each fault."""
    told = [fault if isinstance(fault, str) else repr(fault) for fault in faults]
    assert not told, "\n".join([f"{len(told)} faults:", *told])
