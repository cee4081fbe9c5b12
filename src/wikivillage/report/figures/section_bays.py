"""Technical rooms and cellars: a bay for each kind of machine or store."""

from __future__ import annotations

from wikivillage.report.figures.section_layout import Layout, Placed
from wikivillage.report.figures.section_scene import Box, Group, groups

FIRST = ("battery", "tank", "pump", "cylinder", "filter", "racks", "heap", "dome", "boiler")
"""What is shown before other things where there is not room for all."""


def has_bays(placed: Placed) -> bool:
    """Whether a room is shown by its machines: one below the ground, or a technical one."""
    some = groups(placed.room.things)
    below = (placed.room.floor or 0) < 0 or placed.room.use == "technical"
    return bool(some) and below


def bays(layout: Layout, placed: Placed) -> list[tuple[Group, Box]]:
    """The groups of things of a technical room with the bay of each, as many as there is room for."""
    found: list[tuple[Group, Box]] = []
    rest = sorted(groups(placed.room.things), key=lambda group: FIRST.index(group.kind) if group.kind in FIRST else 99)
    free = sum(part.w for part in placed.parts)
    for part in placed.parts:
        share = len(rest) if part is placed.parts[-1] else round(len(rest) * part.w / free)
        count = min(share, max(int(part.w / layout.measures.bay), 1), len(rest))
        some, rest = rest[:count], rest[count:]
        free -= part.w
        each = part.w / max(len(some), 1)
        found += [(group, Box(part.x + at * each, part.y, each, part.h)) for at, group in enumerate(some)]
    return found
