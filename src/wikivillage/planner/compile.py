"""Village -> linear program: the list of the families of equations, in the order in which they build on each other."""

from __future__ import annotations

import numpy as np

from wikivillage.base.time import TimeAxis
from wikivillage.climate.resolve import Resolved
from wikivillage.model.law import refusals
from wikivillage.planner.families.exchanges import add_exchanges
from wikivillage.planner.families.goals import add_goals
from wikivillage.planner.families.needs import add_needs
from wikivillage.planner.families.offers import add_offers
from wikivillage.planner.families.processes import add_processes
from wikivillage.planner.families.stores import add_stores
from wikivillage.planner.families.surfaces import add_surfaces
from wikivillage.planner.linear_program import LinearProgram
from wikivillage.planner.sheet import Sheet

FAMILIES = (add_processes, add_stores, add_needs, add_offers, add_exchanges, add_surfaces, add_goals)
"""Needs and offers come after the sizes: what is forced may go short or be stranded."""


def compile_village(resolved: Resolved) -> tuple[LinearProgram, Sheet]:
    """The program of a village, and the sheet that says what its columns and rows mean."""
    horizon = resolved.village.horizon
    refused = frozenset(refusal.id for refusal in refusals(resolved.village))
    sheet = Sheet(resolved, TimeAxis(horizon.start, horizon.hours), refused=refused)
    for add_family in FAMILIES:
        add_family(sheet)
    shift = np.zeros(sheet.blocks.row_count)
    for node, rows in sheet.balance_rows.items():
        shift[rows] = sheet.balance_demand[node]
    return sheet.blocks.finish(row_shift=shift), sheet
