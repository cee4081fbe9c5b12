"""How a machine or a store of the village file is drawn: by its recipe, else by what goes in and comes out."""

from __future__ import annotations

from collections.abc import Mapping

from wikivillage.model.kinds import Recipe, Resource, StoreRecipe

KIND_OF_RECIPE = {
    "pv_roof": "panels",
    "pv_roof_south": "panels",
    "pv_facade_south": "panels",
    "heat_pump_air_water": "pump",
    "heat_pump_dhw": "pump",
    "heat_pump_ground": "pump",
    "solar_thermal": "collector",
    "electric_boiler": "boiler",
    "biogas_boiler": "boiler",
    "shower": "shower",
    "hand_basin": "basin",
    "rooftop_bed": "beds",
    "ground_bed": "beds",
    "greenhouse": "greenhouse",
    "vertical_farm": "racks",
    "mushroom_cellar": "racks",
    "kitchen": "stove",
    "plastic_shred": "machine",
    "plastic_extrude": "press",
    "print_3d": "nozzle",
    "wood_to_boards": "saw",
    "paper_to_cellulose": "machine",
    "compost": "heap",
    "compost_garden": "heap",
    "digestate_to_compost": "heap",
    "micro_digester": "dome",
    "rain_capture": "gutter",
    "greywater_mbr": "filter",
    "greywater_mbr_heat": "filter",
}
"""The recipes of the library that have a drawing of their own."""

KIND_OF_STORE = {
    "battery": "battery",
    "biogas_holder": "dome",
    "kitchen_bins": "bins",
    "compost_bay": "heap",
    "green_waste_heap": "heap",
    "brown_heap": "heap",
    "cold_room": "cold",
    "plastic_shelf": "bins",
    "paper_shelf": "bins",
    "sawdust_bin": "bins",
}
"""The stores of the library that are not drawn as their loop says."""

STORE_OF_LOOP = {"energy": "battery", "heat": "cylinder", "water": "tank", "food": "cold", "matter": "shelf"}
HIDDEN = "hidden"
"""What is only a pipe, a tap or a chore: it serves its room and is not drawn."""


def kind_of_process(recipe: Recipe, resources: Mapping[str, Resource]) -> str:
    """The drawing of a recipe at work."""
    if recipe.id in KIND_OF_RECIPE:
        return KIND_OF_RECIPE[recipe.id]
    outputs = [resources[arc.resource] for arc in recipe.outputs if arc.resource in resources]
    inputs = [resources[arc.resource] for arc in recipe.inputs if arc.resource in resources]
    natural = not inputs or all(one.nature for one in inputs)
    loops = {one.loop for one in outputs if not one.nature}
    surfaces = set(recipe.footprint)
    if "energy" in loops and natural:
        return "panels"
    if "heat" in loops:
        return "collector" if natural else "pump" if any(one.nature for one in inputs) else "boiler"
    if "food" in loops and surfaces:
        return "beds" if surfaces & {"roof", "soil", "land"} else "racks"
    if recipe.loop in ("water", "people", "money") or (recipe.loop == "energy" and not surfaces):
        return HIDDEN
    return "machine"


def kind_of_store(recipe: StoreRecipe) -> str:
    """The drawing of a store."""
    return KIND_OF_STORE.get(recipe.id) or STORE_OF_LOOP.get(recipe.loop, "shelf")
