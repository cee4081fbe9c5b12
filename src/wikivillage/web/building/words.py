"""The sentences of the building: floors, counts, what happens in a place now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

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


def long_level(floor: int) -> str:
    """What a floor is called as a heading."""
    names = {
        0: _("Ground floor"),
        1: _("First floor"),
        2: _("Second floor"),
        3: _("Third floor"),
        4: _("Fourth floor"),
        5: _("Fifth floor"),
        6: _("Sixth floor"),
        7: _("Seventh floor"),
        8: _("Eighth floor"),
    }
    if floor < 0:
        return short_level(floor)
    return names.get(floor) or _("Floor %(n)s") % {"n": floor}


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


def use_in_words(use: str | None) -> str:
    """The use of a place; a word of the file that nobody translated is said as it is."""
    known = {
        "workshop": _("workshop"),
        "restaurant": _("café, restaurant"),
        "creche": _("crèche"),
        "office": _("workspaces"),
        "events": _("events"),
        "laboratory": _("laboratory"),
        "studio": _("studios"),
        "home": _("homes"),
        "common": _("shared rooms"),
        "technical": _("machines"),
        "outdoor": _("outdoors"),
        "farm": _("farm"),
        "facade": _("facade"),
        "roof": _("roof"),
        "school": _("school"),
        "library": _("library"),
        "shop": _("shop"),
        "storage": _("storage"),
        "care": _("care"),
    }
    return known.get(use or "", (use or "").replace("_", " "))


def loop_in_words(loop: str) -> str:
    """The name of a loop."""
    known = {
        "energy": _("Energy"),
        "heat": _("Heat"),
        "water": _("Water"),
        "matter": _("Matter"),
        "food": _("Food"),
        "people": _("Time"),
        "money": _("Money"),
    }
    return known.get(loop, loop)


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


def now_in_words(flows: Sequence[Flow], power: Electricity, stores: Iterable[tuple[str, float, str, float | None]]) -> str:
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
