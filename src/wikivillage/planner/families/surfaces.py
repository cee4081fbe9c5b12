"""Surfaces: sum over processes and stores of footprint x size <= area, for each surface of each place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from wikivillage.planner.sheet import Sheet, Size


def add_surfaces(sheet: Sheet) -> None:
    """One row per surface that somebody stands on."""
    users: dict[tuple[str, str], list[tuple[Size, float]]] = defaultdict(list)
    for place, surface, size, footprint in _footprints(sheet):
        users[place, surface].append((size, footprint))
    for (place, surface), parts in users.items():
        area = sheet.village.places[place].surfaces[surface]
        taken = sum(footprint * size.low for size, footprint in parts if size.column is None)
        row = sheet.blocks.rows(1, upper=area - taken)
        for size, footprint in parts:
            if size.column is not None:
                sheet.blocks.entries(row, size.column, footprint)
        sheet.surface_rows[place, surface] = int(row[0])


def _footprints(sheet: Sheet) -> Iterator[tuple[str, str, Size, float]]:
    """(place, surface, size, m2 per unit of size) of everything that takes room."""
    village = sheet.village
    for process in village.processes.values():
        size = sheet.sizes.get((process.id, "process"))
        if size is not None and process.at is not None:
            for surface, footprint in village.recipes[process.recipe].footprint.items():
                yield process.at, surface, size, footprint.value
    for store in village.stores.values():
        if store.at is not None:
            for surface, footprint in village.store_recipes[store.recipe].footprint.items():
                yield store.at, surface, sheet.sizes[store.id, "store"], footprint.value
