"""The sentences of the building: floors, counts, what happens in a place now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from wikivillage.model.kinds import Name
from wikivillage.report.words import capital, lowered
from wikivillage.web.building.facts import Electricity, Flow
from wikivillage.web.building.inventory import PlaceOf
from wikivillage.web.shell.templatetags.village import language, numbers


def said(name: Name) -> str:
    """A name in the language that is read now."""
    return name.fr if language() == "fr" else name.en


def short_level(floor: int) -> str:
    """What a floor is called beside a drawing."""
    if floor == 0:
        return _("Ground")
    if floor < 0:
        return _("Cellar") if floor == -1 else _("Cellar %(n)s") % {"n": -floor}
    if language() == "fr":
        return "1ᵉʳ" if floor == 1 else f"{floor}ᵉ"
    return f"{floor}"


LEVELS = {
    0: gettext_lazy("Ground floor"),
    1: gettext_lazy("First floor"),
    2: gettext_lazy("Second floor"),
    3: gettext_lazy("Third floor"),
    4: gettext_lazy("Fourth floor"),
    5: gettext_lazy("Fifth floor"),
    6: gettext_lazy("Sixth floor"),
    7: gettext_lazy("Seventh floor"),
    8: gettext_lazy("Eighth floor"),
}
"""What floors are called as headings."""


def long_level(floor: int) -> str:
    """What a floor is called as a heading."""
    if floor < 0:
        return short_level(floor)
    return str(LEVELS[floor]) if floor in LEVELS else _("Floor %(n)s") % {"n": floor}


def kinds_in_words() -> dict[str, tuple[str, str]]:
    """One and several of each kind of machine or store, in a word that fits below it."""
    return {
        "panels": (_("Panels"), _("Panels")),
        "collector": (_("Collector"), _("Collectors")),
        "pump": (_("Heat pump"), _("Heat pumps")),
        "boiler": (_("Boiler"), _("Boilers")),
        "cylinder": (_("Cylinder"), _("Cylinders")),
        "battery": (_("Battery"), _("Batteries")),
        "tank": (_("Tank"), _("Tanks")),
        "filter": (pgettext("machine", "Filter"), pgettext("machine", "Filters")),
        "racks": (_("Indoor beds"), _("Indoor beds")),
        "beds": (_("Beds"), _("Beds")),
        "greenhouse": (_("Greenhouse"), _("Greenhouses")),
        "heap": (_("Compost"), _("Compost")),
        "dome": (_("Biogas"), _("Biogas")),
        "bins": (_("Bins"), _("Bins")),
        "gutter": (_("Rain"), _("Rain")),
        "machine": (_("Machine"), _("Machines")),
    }


USES = {
    "workshop": gettext_lazy("workshop"),
    "restaurant": gettext_lazy("café, restaurant"),
    "creche": gettext_lazy("crèche"),
    "office": gettext_lazy("workspaces"),
    "events": gettext_lazy("events"),
    "laboratory": gettext_lazy("laboratory"),
    "studio": gettext_lazy("studios"),
    "home": gettext_lazy("homes"),
    "common": gettext_lazy("shared rooms"),
    "technical": gettext_lazy("machines"),
    "outdoor": gettext_lazy("outdoors"),
    "farm": gettext_lazy("farm"),
    "facade": gettext_lazy("facade"),
    "roof": gettext_lazy("roof"),
    "school": gettext_lazy("school"),
    "library": gettext_lazy("library"),
    "shop": gettext_lazy("shop"),
    "storage": gettext_lazy("storage"),
    "care": gettext_lazy("care"),
}
"""The uses that have a word in every language."""


def use_in_words(use: str | None) -> str:
    """The use of a place; a word of the file that nobody translated is said as it is."""
    return str(USES[use]) if use in USES else (use or "").replace("_", " ")


LOOPS = {
    "energy": gettext_lazy("Energy"),
    "heat": gettext_lazy("Heat"),
    "water": gettext_lazy("Water"),
    "matter": gettext_lazy("Matter"),
    "food": gettext_lazy("Food"),
    "people": gettext_lazy("Time"),
    "money": gettext_lazy("Money"),
}
"""The names of the loops."""


SURFACES = {
    "roof": gettext_lazy("roof that can carry something"),
    "catchment": gettext_lazy("roof that catches rain"),
    "terrace": gettext_lazy("terrace"),
    "soil": gettext_lazy("open ground"),
    "facade_south": gettext_lazy("south facade"),
    "facade_east": gettext_lazy("east facade"),
    "facade_west": gettext_lazy("west facade"),
    "indoor_growing": gettext_lazy("room to grow indoors"),
}
"""The surfaces of the library, in words."""


def surface_in_words(surface: str) -> str:
    """What a surface is; one that only this village knows is said as its file says it."""
    return str(SURFACES[surface]) if surface in SURFACES else surface.replace("_", " ")


def loop_in_words(loop: str) -> str:
    """The name of a loop."""
    return str(LOOPS.get(loop, loop))


def headline(storeys: int, roofs: int, cellars: int, places: int) -> str:
    """What the building is, counted from the places: storeys above the ground, a roof, a cellar."""
    count = numbers().words.numeral
    parts = []
    if storeys:
        parts.append(_("one floor") if storeys == 1 else _("%(n)s floors") % {"n": count(storeys)})
    if roofs:
        parts.append(_("one roof") if roofs == 1 else _("%(n)s roofs") % {"n": count(roofs)})
    if cellars:
        parts.append(_("one cellar") if cellars == 1 else _("%(n)s cellars") % {"n": count(cellars)})
    if not parts:
        parts.append(_("one place") if places == 1 else _("%(n)s places") % {"n": count(places)})
    return capital(", ".join(parts)) + "."


def label_of_section(levels: int, places: int) -> str:
    """What the drawing is, for those who do not see it."""
    drawn = ngettext("Section of the building: %(n)s level", "Section of the building: %(n)s levels", levels)
    held = ngettext("%(n)s place", "%(n)s places", places)
    return f"{drawn % {'n': levels}}, {held % {'n': places}}. " + _("The same as a list below.")


def now_in_words(
    flows: Sequence[Flow], power: Electricity, stores: Iterable[tuple[str, float, str, float | None]]
) -> str:
    """What a place does now: stores with their level, power made and used, gauges. ``stores``: name, amount, unit,
    share of one when it is known."""
    write = numbers()
    parts = []
    for name, amount, unit, share in stores:
        if amount > 0:
            level = write.percent(round(share, 2)) if share is not None else write.amount(amount, unit)
            parts.append(named(lowered(name), level))
    if power.makes is not None and power.makes >= 0.05:
        parts.insert(0, _("makes %(power)s") % {"power": write.amount(power.makes, "kW", 1)})
    if power.uses is not None and power.uses >= 0.05:
        parts.insert(0, _("uses %(power)s") % {"power": write.amount(power.uses, "kW", 1)})
    gauges = [flow for flow in flows if flow.role == "level" and flow.unit == "degC" and flow.now is not None]
    parts += [write.amount(flow.now, "degC") for flow in gauges[:1]]
    if parts:
        return ", ".join(parts[:2])
    return _("quiet") if any(flow.now is not None for flow in flows if flow.role in ("use", "make")) else ""


def levels_in_words(places: Sequence[PlaceOf], roofs: Mapping[int, str]) -> dict[int, str]:
    """The short name of every floor that has a place, a roof's by what it is."""
    floors = {place.floor for place in places if place.floor is not None} | {0}
    known = range(min(floors), max(floors) + 1) if max(floors) - min(floors) < 200 else sorted(floors)
    return {floor: short_level(floor) for floor in known} | dict(roofs)


def roof_in_words() -> str:
    """What the top is called."""
    return _("Roof")


def outside_in_words() -> str:
    """What is neither a storey nor the roof."""
    return _("Outside")


def named(name: str, says: str) -> str:
    """A name and what there is to say of it."""
    return _("%(name)s: %(level)s") % {"name": name, "level": says}
