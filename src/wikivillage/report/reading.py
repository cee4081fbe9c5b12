"""Looking things up in a plan record: names, resources, flows by kind. The record itself stays untouched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from wikivillage.report.formats import Numbers, moment_of
from wikivillage.report.words import Words, capital, words_of

Record = Mapping[str, Any]
PAID = frozenset({"capital", "upkeep", "bought", "sold", "running", "carbon", "holding"})
"""Parts of the objective that somebody pays; the others are prices put on what is missing."""

GROUPS = {
    "served": "need",
    "unmet": "need",
    "missing": "need",
    "offered": "offer",
    "stranded": "offer",
    "bought": "exchange",
    "sold": "exchange",
    "process": "thing",
    "store": "thing",
    "power": "thing",
}
"""Whose id it is, by kind of flow, of size or of cost; ids are unique within a group only. All others: a thing."""


@dataclass(frozen=True)
class Reading:
    """A record and its flows, read in one language; ``numbers_at`` is the page of the numbers, this one if empty."""

    record: Record
    flows: pd.DataFrame
    words: Words
    numbers: Numbers
    numbers_at: str = ""

    def name(self, named: Mapping[str, Any] | None, fallback: str = "") -> str:
        """The name of something in this language, else in the other, else its id."""
        names = (named or {}).get("name") or {}
        if isinstance(names, str):
            return names
        return str(names.get(self.words.lang) or next((v for v in names.values() if v), "") or fallback)

    @cached_property
    def names(self) -> dict[tuple[str, str], str]:
        """(group, id) -> name of every thing, need, offer, exchange and place of the record.

        Things of one recipe share its name: they are told apart by their place, or else by their id.
        """
        found: dict[tuple[str, str], str] = {}
        places = {str(each["id"]): self.name(each) for each in self.record.get("places") or ()}
        for each in [*(self.record.get("sizes") or ()), *(self.record.get("flows") or ())]:
            group = GROUPS.get(str(each["kind"]), "thing")
            place = places.get(str(each.get("at")), "")
            own = self.name(each) or (place if group in ("need", "offer") else "")
            found.setdefault((group, each["id"]), own or readable(each["id"]))
        return {
            **_told_apart(found, self._places_of_things(places)),
            **{("place", id): name for id, name in places.items()},
        }

    def _places_of_things(self, places: Mapping[str, str]) -> dict[tuple[str, str], str]:
        rows = [*(self.record.get("sizes") or ()), *(self.record.get("flows") or ())]
        return {
            (GROUPS.get(str(each["kind"]), "thing"), each["id"]): places.get(str(each.get("at")), "") for each in rows
        }

    def called(self, id: str | None, group: str = "thing") -> str:
        """The name of an id in a group, else in any group, else the id made readable."""
        if not id:
            return ""
        found = self.names.get((group, id))
        return found or next((name for (_, each), name in self.names.items() if each == id and name), readable(id))

    def flow_name(self, flow: Mapping[str, Any]) -> str:
        """The name of what a flow belongs to."""
        return self.called(flow["id"], GROUPS.get(str(flow["kind"]), "thing"))

    @cached_property
    def resources(self) -> dict[str, Mapping[str, Any]]:
        """The resources of the record by id; one of several networks where there are several."""
        return {each["id"]: each for each in self.record.get("resources") or ()}

    def resource(self, id: str | None) -> str:
        """The name of a resource."""
        if id in self.resources:
            return self.name(self.resources[id], readable(id))
        return readable(id or "")

    @cached_property
    def totals(self) -> list[Mapping[str, Any]]:
        """The record's flows that carry an amount, without what is nothing at all."""
        return [each for each in self.record.get("flows") or () if abs(each.get("total") or 0.0) > 0.0]

    def of_kind(self, *kinds: str) -> list[Mapping[str, Any]]:
        """The flows of some kinds that carry an amount."""
        return [each for each in self.totals if each["kind"] in kinds]

    @cached_property
    def start(self) -> datetime:
        """The first hour of the plan."""
        return moment_of(self.record["horizon"]["start"])

    @property
    def hours(self) -> int:
        """How many hours the plan covers."""
        return int(self.record["horizon"]["hours"])

    @property
    def whole_year(self) -> bool:
        """Whether it is a calendar year."""
        return self.hours >= 8760 and (self.start.month, self.start.day) == (1, 1)

    @property
    def synthetic(self) -> bool:
        """Whether the weather was made up."""
        return bool(self.weather.get("synthetic"))

    @property
    def weather(self) -> Mapping[str, Any]:
        """The sky of the plan; empty when nothing depended on it."""
        return self.record.get("weather") or {}

    def hourly(self, resource: str, kinds: Iterable[str]) -> dict[tuple[str, str], np.ndarray]:
        """(kind, id) -> values (hours,) of an hourly resource, networks added together."""
        table = self.flows
        chosen = table[(table["resource"] == resource) & table["kind"].isin(list(kinds))]
        if "tempo" in chosen and not (chosen["tempo"] == "hour").all():
            chosen = chosen[chosen["tempo"] == "hour"]
        series: dict[tuple[str, str], np.ndarray] = {}
        for (kind, id), rows in chosen.groupby(["kind", "id"], sort=False, observed=True):
            steps = rows["step"].to_numpy()
            values = np.bincount(steps, weights=rows["amount"].to_numpy(), minlength=self.hours)
            series[str(kind), str(id)] = values[: self.hours]
        return series

    def level(self, id: str) -> np.ndarray:
        """The level of a store at the end of each step of its tempo."""
        return np.asarray(self._levels(id).sort_values("step")["amount"].to_numpy(), dtype=float)

    def level_unit(self, id: str) -> str:
        """The unit of what a store holds."""
        return str(self._levels(id)["unit"].iloc[0])

    def _levels(self, id: str) -> pd.DataFrame:
        return self.flows[(self.flows["kind"] == "level") & (self.flows["id"] == id)]

    def hour_at(self, step: int) -> datetime:
        """When an hour of the plan begins."""
        return self.start + timedelta(hours=step)


def readable(id: str) -> str:
    """An id as words: the villagers wrote it, it may be in any language."""
    return capital(id.replace("_", " "))


def _told_apart(names: dict[tuple[str, str], str], places: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Names made different within a group where several ids share one."""
    shared = Counter((group, name) for (group, _), name in names.items())
    placed = {
        key: f"{name}, {places[key]}" if shared[key[0], name] > 1 and places.get(key) and places[key] != name else name
        for key, name in names.items()
    }
    still = Counter((group, name) for (group, _), name in placed.items())
    return {
        key: f"{name} ({readable(key[1]).lower()})" if still[key[0], name] > 1 else name for key, name in placed.items()
    }


def read(record: Record, flows: pd.DataFrame, lang: str, numbers_at: str = "") -> Reading:
    """Ready to be written in ``lang``. Raises ValueError for a language that the report does not speak."""
    words = words_of(lang)
    return Reading(record, flows, words, Numbers(words), numbers_at)
