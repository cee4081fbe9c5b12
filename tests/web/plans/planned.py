"""A village small enough to be planned in an instant, and people who look at its plans."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.test import Client

from wikivillage.model import load_village
from wikivillage.web.plans import downloads, scenario_views, views
from wikivillage.web.plans.actions import plan_now
from wikivillage.web.plans.models import StoredPlan
from wikivillage.web.plans.scenario import Change
from wikivillage.web.registry.viewer import Role, Viewer
from wikivillage.web.registry.village_actions import record_village

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
FILE = Path(__file__).parents[3] / "villages" / "examples" / "02_sun_and_grid.yaml"
LESS_SUN = Change("processes.pv.size", "0..2 kWp")
STEWARD = Viewer("p-1", frozenset({Role("steward"), Role("member")}))
LEAD = Viewer("p-2", frozenset({Role("circle_lead", "energy"), Role("member")}))
MEMBER = Viewer("p-3", frozenset({Role("member")}))
GOALS = """
goals:
  sun: {measure: renewable_share, at_least: 50 %}
agents:
  alice: {name: Alice Martin, kind: person}
  solar: {name: Solar cooperative}
places:
  flat: {run_by: alice}
"""


def load_small_village(folder: Path, more: str = GOALS, **words: str) -> None:
    """Put the example village of sun and grid, with a goal and somebody in it, into the database."""
    text = FILE.read_text("utf-8") + more
    for word, other in words.items():
        text = text.replace(word, other)
    file = folder / "small.yaml"
    file.write_text(text, "utf-8")
    record_village(village=load_village(file), base=folder, at=AT)


def planned(*changes: Change, name: str = "") -> StoredPlan:
    """A plan of it, made at once."""
    return plan_now(at=AT, changes=changes, name=name, choose=not changes)


@contextmanager
def seen_by(viewer: Viewer, lang: str = "en", patch: Any = None) -> Iterator[Client]:
    """A browser in which somebody is signed in."""
    with patch.context() as patched:
        for module in (views, scenario_views, downloads):
            patched.setattr(module, "viewer_of", lambda request: viewer)
        yield Client(headers={"Accept-Language": lang})
