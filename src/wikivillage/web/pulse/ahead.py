"""What the plan expects of the hours to come, as this room takes it."""

from __future__ import annotations

from datetime import datetime

from wikivillage.model.kinds import Village
from wikivillage.web.pulse.facts import Forecast


def forecast(village: Village, at: datetime) -> Forecast | None:
    """The next hours by the current plan; None without a plan."""
    return None
