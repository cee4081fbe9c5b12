"""The sizes that the village has, by the plan that it follows now; empty while there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wikivillage.web.plans.queries import current_plan


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes by the id of a process or store, and the plan that says so; empty without a plan."""

    known: Mapping[str, tuple[float, str]]
    plan: int | None = None

    def of(self, id: str) -> float | None:
        """The size of a process or store, None where the plan says nothing of it."""
        return self.known[id][0] if id in self.known else None

    def unit(self, id: str) -> str:
        """The unit of its size."""
        return self.known[id][1] if id in self.known else ""


def current_sizes() -> Sizes:
    """The sizes of the plan that is followed."""
    plan = current_plan()
    if plan is None:
        return Sizes({})
    return Sizes({id: (float(row["size"]), str(row["unit"])) for id, row in plan.sizes.items()}, plan.id)
