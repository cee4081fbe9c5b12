"""Questions to the diary: what takes place, what is taken, and whether it is open. Nothing here writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from wikivillage.web.diary.kinds import CANCELLED, MEMBERS, PRIVATE, PUBLIC
from wikivillage.web.diary.models import ClosedPeriod, Occurrence
from wikivillage.web.diary.openings import Closure, House, Opening, Week, why_closed
from wikivillage.web.diary.reasons import Reason, Span
from wikivillage.web.diary.series import LONGEST, from_wall
from wikivillage.web.ledger.sql import calendar_day, instant, select, structure
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.places_here import PlaceHere, places_here
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.registry.words import Text

OPENINGS = "SELECT subject, season, since, week FROM diary_openinghours WHERE subject IN ({ids})"
CLOSURES = """SELECT subject, "begin", "end", why_en, why_fr FROM diary_closedperiod
WHERE subject IN ({ids}) AND ended_at IS NULL"""
EVERYWHERE = Text("The village", "Le village")
"""The name of what is around everything; its id is empty."""
UNNAMED = Text("Opening hours", "Horaires")
"""What stands for the name of a subject that nobody told."""


def is_open(
    subject: str, begin: datetime, end: datetime, *, place: str = "", name: Text | None = None
) -> tuple[Reason, ...]:
    """Every reason why a subject is not open all the time between two moments; none where it is.

    ``place`` and ``name``: where it is and how it is called, for a subject that is no place itself.
    """
    names = {subject: name} if name else {}
    return why_closed_at(houses([(subject, place)], names=names)[subject], begin, end)


def why_closed_at(house: House, begin: datetime, end: datetime) -> tuple[Reason, ...]:
    """The same of a house that was read before, for many questions at once."""
    zone = village_here().zone
    if end <= begin:
        return why_closed(house, from_wall(begin, zone), from_wall(begin, zone))
    first, last = sorted((from_wall(begin, zone), from_wall(end, zone)))  # in the hour that comes twice, both count
    return why_closed(house, first, last)


def houses(subjects: Iterable[tuple[str, str]], *, names: Mapping[str, Text] | None = None) -> dict[str, House]:
    """All that decides when some subjects are open, in two queries; each with the place where it is, or nothing.

    ``names``: how subjects are called that are no places.
    """
    wanted = list(subjects)
    places = places_here()
    chains = {subject: _around(subject, place, places, names or {}) for subject, place in wanted}
    ids = sorted({id for chain in chains.values() for id, _name in chain})
    zone = village_here().zone
    openings, closures = defaultdict(list), defaultdict(list)
    for id, season, since, week in select(OPENINGS, ids):
        openings[id].append(Opening(id, season, calendar_day(since), _week(structure(week))))
    for row in select(CLOSURES, ids):
        closures[row[0]].append(closure(row, zone))
    return {
        subject: House(
            chain,
            tuple(one for id, _name in chain for one in openings[id]),
            tuple(one for id, _name in chain for one in closures[id]),
        )
        for subject, chain in chains.items()
    }


def _around(
    subject: str, place: str, places: Mapping[str, PlaceHere], names: Mapping[str, Text]
) -> tuple[tuple[str, Text], ...]:
    """A subject, its place and the places around it with their names, then the whole village."""
    ids = [subject] if subject else []
    where: str | None = places[subject].inside if subject in places else place
    while where and where in places and where not in ids:
        ids.append(where)
        where = places[where].inside
    return (*((id, _name(id, places, names)) for id in ids), ("", EVERYWHERE))


def _name(id: str, places: Mapping[str, PlaceHere], names: Mapping[str, Text]) -> Text:
    there = places.get(id)
    return names.get(id) or (there.name if there else UNNAMED)


def _week(days: Sequence[Sequence[Sequence[int]]] | None) -> Week | None:
    return None if days is None else tuple(tuple(Span(*span) for span in day) for day in days)


def closure(row: tuple[Any, ...], zone: str) -> Closure:
    """A closed period as it is read: whose, from when to when, and why in both languages."""
    subject, begin, end, why_en, why_fr = row
    return Closure(subject, from_wall(instant(begin), zone), from_wall(instant(end), zone), Text(why_en, why_fr))


def occurrences_between(
    begin: datetime,
    end: datetime,
    *,
    viewer: Viewer | None = None,
    subject: str = "",
    places: Collection[str] = (),
    kind: str = "",
    owners: Collection[str] = (),
    cancelled: bool = False,
) -> QuerySet[Occurrence]:
    """What takes place at some moment between two, in its order; with a viewer, only what they may see."""
    rows = _overlapping(begin, end)
    rows = rows if cancelled else rows.exclude(state=CANCELLED)
    rows = rows.filter(visible_to(viewer)) if viewer is not None else rows
    rows = rows.filter(subject=subject) if subject else rows
    rows = rows.filter(place__in=places) if places else rows
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(owner__in=owners) if owners else rows
    return rows.order_by("begin", "end", "uid")


def _overlapping(begin: datetime, end: datetime) -> QuerySet[Occurrence]:
    """Nothing lasts longer than ``LONGEST``, so that an index finds them."""
    return Occurrence.objects.filter(begin__lt=end, end__gt=begin, begin__gt=begin - LONGEST)


def busy(subject: str, begin: datetime, end: datetime, *, but: Collection[str] = ()) -> list[Occurrence]:
    """What takes a subject at some moment between two; without those of some ids."""
    return busy_with([subject], begin, end, but=but).get(subject, [])


def busy_with(
    subjects: Collection[str], begin: datetime, end: datetime, *, but: Collection[str] = ()
) -> dict[str, list[Occurrence]]:
    """The same for many subjects in one query."""
    rows = _overlapping(begin, end).filter(subject__in=subjects).exclude(state=CANCELLED).exclude(uid__in=but)
    found: dict[str, list[Occurrence]] = defaultdict(list)
    for row in rows.order_by("begin", "uid"):
        found[row.subject].append(row)
    return dict(found)


def touched_by(subject: str, begin: datetime, end: datetime) -> list[Occurrence]:
    """What takes place in a subject, or in a place inside of it, between two moments; everything for the village."""
    rows = _overlapping(begin, end).exclude(state=CANCELLED).order_by("begin", "uid")
    if not subject:
        return list(rows)
    inside = places_in(subject)
    return list(rows.filter(Q(subject__in=inside) | Q(place__in=inside)))


def places_in(place: str) -> frozenset[str]:
    """A place and every place inside of it; what is no place is alone."""
    parts: dict[str | None, list[str]] = defaultdict(list)
    for id, here in places_here().items():
        parts[here.inside].append(id)
    found, open_ones = {place}, [place]
    while open_ones:
        fresh = [part for part in parts[open_ones.pop()] if part not in found]
        found.update(fresh)
        open_ones += fresh
    return frozenset(found)


def visible_to(viewer: Viewer) -> Q:
    """What somebody may see: what is public, as a member what is of members, and what is their own."""
    shown = Q(visibility=PUBLIC)
    if may(viewer, "see_members", "occurrence"):
        shown |= Q(visibility=MEMBERS)
    if may(viewer, "see_private", "occurrence"):
        return shown | Q(visibility=PRIVATE)
    return shown | Q(owner__in=sorted(own(viewer))) if viewer.agent else shown


def own(viewer: Viewer) -> Sequence[str]:
    """The pseudonyms whose things are somebody's own."""
    return [viewer.agent, *sorted(viewer.acts_for)] if viewer.agent else []


def find_occurrence(uid: str, viewer: Viewer) -> Occurrence | None:
    """The occurrence of an id, where somebody may see it."""
    if "\0" in uid:
        return None
    found: Occurrence | None = Occurrence.objects.filter(visible_to(viewer), uid=uid).select_related("series").first()
    return found


def closed_periods(after: datetime) -> list[ClosedPeriod]:
    """Those that are not over at a moment, the next first."""
    return list(ClosedPeriod.objects.filter(ended_at=None, end__gt=after).order_by("begin", "pk"))


def zone_here() -> ZoneInfo:
    """The village's time zone."""
    return ZoneInfo(village_here().zone)
