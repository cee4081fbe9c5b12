"""A plan for the village that has lived: that of its week, as if it had been made on the site."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pandas as pd

from wikivillage.report.reading import read
from wikivillage.web.plans.actions import store_plan
from wikivillage.web.plans.hours import pack
from wikivillage.web.plans.making import MadePlan, summary_of
from wikivillage.web.plans.models import StoredPlan


def store_week(planned: tuple[dict[str, Any], pd.DataFrame], at: datetime) -> StoredPlan:
    """Store the plan of a week as the current one."""
    record, flows = planned
    parts = {"plan.json": json.dumps(record, default=str).encode(), "hours": pack(read(record, flows, "en"))}
    made = MadePlan(summary=summary_of(record), sound=True, parts=parts)
    return store_plan(made=made, digest="0" * 64, changes=(), name="", at=at, by="", choose=True)
