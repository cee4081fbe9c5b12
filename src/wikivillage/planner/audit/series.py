"""Law: every series is whole, finite, not negative, at its tempo, and belongs to something in the village."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from wikivillage.base.time import TEMPOS
from wikivillage.model.kinds import Village
from wikivillage.planner.audit.findings import Finding, shown, tolerance
from wikivillage.planner.audit.result import Result
from wikivillage.planner.audit.tracks import Key, Track

OF_PROCESS = frozenset({"activity", "input", "output"})


def check_series(result: Result) -> Iterator[Finding]:
    """Steps complete and in time, amounts numbers >= 0 (but prices), units and tempos as the village says."""
    known = expected(result)
    twice = [key for key, count in Counter(track.key for track in result.tracks).items() if count > 1]
    for key in twice:
        yield _finding("series.twice", " ".join(key), "is written under two names: what is meant is unclear", 1.0)
    for track in result.tracks:
        yield from _rows(result, track)
        if track.key.kind != "price":
            yield from _belongs(result, track, known)


def _rows(result: Result, track: Track) -> Iterator[Finding]:
    steps = result.axis.steps(track.tempo)
    outside = (track.steps < 0) | (track.steps >= steps)
    written = np.bincount(track.steps[~outside], minlength=steps)
    if outside.any():
        yield _finding("series.outside", track.flow, "has steps that the horizon does not have", float(outside.sum()))
    for code, wrong, what in (
        ("missing", written == 0, "lacks the step of"),
        ("double", written > 1, "has twice the step of"),
    ):
        if wrong.any():
            at = result.when(track.tempo, int(wrong.argmax()))
            yield _finding(f"series.{code}", track.flow, f"{what} {at}, {int(wrong.sum())} in all", float(wrong.sum()))
    starts = result.axis.starts(track.tempo)
    late = track.times[~outside] != starts[track.steps[~outside]]
    if late.any():
        at = result.when(track.tempo, int(track.steps[~outside][late.argmax()]))
        yield _finding("series.time", track.flow, f"gives another time to the step of {at}", float(late.sum()))
    yield from _amounts(result, track)


def _amounts(result: Result, track: Track) -> Iterator[Finding]:
    broken = ~np.isfinite(track.amounts)
    if broken.any():
        at = result.when(track.tempo, int(track.steps[broken.argmax()]))
        yield _finding("series.not_a_number", track.flow, f"holds no number at {at}", float(broken.sum()))
    elif track.key.kind != "price" and len(track.amounts):
        low = int(track.amounts.argmin())
        least, allowed = float(track.amounts[low]), float(tolerance(track.amounts)[low])
        if least < -allowed:
            at = result.when(track.tempo, int(track.steps[low]))
            yield Finding(
                "series.negative",
                f"{track.flow} at {at}",
                f"is below zero: {shown(least)} {track.unit}",
                -least,
                allowed,
            )


def _belongs(result: Result, track: Track, known: frozenset[Key]) -> Iterator[Finding]:
    key = track.key
    if key not in known:
        what = "belongs to nothing that the village has, wants or allows there"
        yield _finding("series.unknown", track.flow, what, float(np.nansum(np.abs(track.amounts))))
        return
    if key.kind in OF_PROCESS:
        wrong = track.tempo != result.process_tempo(key.id)
        wrong |= TEMPOS.index(track.tempo) > TEMPOS.index(result.finest_tempo(result.recipe(key.id)))
        unit = (
            result.recipe(key.id).activity_unit
            if key.kind == "activity"
            else result.village.resources[key.resource].unit
        )
    else:
        resource = result.village.resources[key.resource]
        wrong, unit = track.tempo != resource.tempo, resource.unit
    if wrong:
        yield _finding("series.tempo", track.flow, f"is written by the {track.tempo}, which is not its tempo", 1.0)
    if track.unit != unit:
        yield _finding("series.unit", track.flow, f"is written in {track.unit}, the village counts it in {unit}", 1.0)


def expected(result: Result) -> frozenset[Key]:
    """Every series that the village may have."""
    return frozenset(Key(*key) for key in (*_of_processes(result), *_of_stores(result), *_of_trade(result)))


def _of_processes(result: Result) -> Iterator[tuple[str, str, str, str]]:
    for process, arcs in result.arcs.items():
        yield "activity", process, "", ""
        exactly = result.recipe(process).runs == "exactly"
        for arc in arcs:
            yield arc.side, process, *arc.node
            if exactly and not result.village.resources[arc.node[0]].nature:
                yield "unmet" if arc.side == "input" else "stranded", process, *arc.node


def _of_stores(result: Result) -> Iterator[tuple[str, str, str, str]]:
    for store in result.village.stores.values():
        recipe = result.village.store_recipes[store.recipe]
        node = result.node(recipe.holds, store.at)
        for kind in ("level", "charged", "discharged"):
            yield kind, store.id, *node
        if store.end_low or recipe.fill_low is not None:
            yield "unmet", store.id, *node
        if store.end_high is not None:
            yield "stranded", store.id, *node


def _of_trade(result: Result) -> Iterator[tuple[str, str, str, str]]:
    village: Village = result.village
    for need in village.needs.values():
        if need.id not in result.refused:
            for kind in ("served", "unmet"):
                yield kind, need.id, *result.node(need.resource, need.at)
    for offer in village.offers.values():
        for kind in ("offered", "stranded") if offer.must_take else ("offered",):
            yield kind, offer.id, *result.node(offer.resource, offer.at)
    for exchange in village.exchanges.values():
        for kind, price in (("bought", exchange.buy), ("sold", exchange.sell)):
            if price is not None:
                yield kind, exchange.id, *result.node(exchange.resource, exchange.at)


def _finding(code: str, where: str, what: str, amount: float) -> Finding:
    return Finding(code, where, what, amount, 0.0)
