"""The typed village: reading, checking and writing the village file; physics and law."""

from wikivillage.model.check import check_village, network_of
from wikivillage.model.conservation import check_recipe, imbalances, named_losses, solve_rests
from wikivillage.model.dump import dump_village
from wikivillage.model.law import Refusal, refusals
from wikivillage.model.library import Library, load_library
from wikivillage.model.load import load_village, load_village_text

__all__ = [
    "Library",
    "Refusal",
    "check_recipe",
    "check_village",
    "dump_village",
    "imbalances",
    "load_library",
    "load_village",
    "load_village_text",
    "named_losses",
    "network_of",
    "refusals",
    "solve_rests",
]
