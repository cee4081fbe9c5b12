"""What a unit that is not served is worth, where nobody says more."""

from __future__ import annotations

from wikivillage.base.units import conversion, same_dimension
from wikivillage.model.kinds import Resource

DEFAULT_PRICE = 1000.0
"""EUR per kWh, m3, kg, hour or piece of an unmet essential need of a resource that names no price."""

PRIORITY_FACTOR = {"vital": 10.0, "essential": 1.0, "comfort": 0.1}
"""What a need is worth by its priority, against an essential one."""

FORCED_FACTOR = 10 * PRIORITY_FACTOR["vital"]
"""What must draw on a resource goes short last, and what must be taken is stranded last."""


def essential_price(resource: Resource) -> float:
    """EUR per unit of an unmet essential need: the resource's own price, else the default in its unit."""
    if resource.missing_price is not None:
        return resource.missing_price.value
    for base in ("kWh", "m3", "kg", "h"):
        if same_dimension(resource.unit, base):
            return DEFAULT_PRICE * float(conversion(resource.unit, base)[0])
    return DEFAULT_PRICE
