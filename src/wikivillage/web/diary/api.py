"""The diary through the API: what takes place, what is open and why not, what is taken."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.diary import queries
from wikivillage.web.diary.holidays import public_holidays, school_year
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.problems import Problems, not_found
from wikivillage.web.registry.access import TokenAuth, now, token_of
from wikivillage.web.registry.viewer import VISITOR, Viewer, viewer

router = Router(tags=["diary"])
LONGEST = timedelta(days=370)
"""About how much time can be asked at once."""


class OccurrenceOut(Schema):
    """Something that takes place; ``sequence`` grows with each change, and what was cancelled stays."""

    uid: str
    sequence: int
    kind: str
    title: str
    subject: str
    place: str
    begin: datetime
    end: datetime
    zone: str
    capacity: int | None = None
    visibility: str
    state: str
    path: str
    series: str | None = None


class TakenOut(Schema):
    """A time in which a subject is taken, without by whom."""

    uid: str
    begin: datetime
    end: datetime


class ReasonOut(Schema):
    """A reason in both languages."""

    code: str
    en: str
    fr: str


class OpenOut(Schema):
    """Whether a subject is open all the time; if not, every reason."""

    open: bool
    reasons: list[ReasonOut]


class HolidayOut(Schema):
    """A holiday: one day, or for schools several, with who says so."""

    first: date
    last: date
    en: str
    fr: str
    school: bool
    source: str
    grade: str


@router.get("/diary", auth=TokenAuth("read"), response={200: list[OccurrenceOut], 422: Problems})
def get_diary(
    request: HttpRequest,
    begin: datetime,
    end: datetime,
    subject: str = Query("", max_length=64),  # type: ignore[type-arg]
    place: str = Query("", max_length=64),  # type: ignore[type-arg]
    kind: str = Query("", max_length=16),  # type: ignore[type-arg]
    cancelled: bool = False,
    limit: int = Query(500, ge=1, le=2000),  # type: ignore[type-arg]
) -> Any:
    """What takes place between two moments, as far as the owner of the token may see it."""
    _check(begin, end, subject, place, kind)
    places = sorted(queries.places_in(place)) if place else []
    wanted: dict[str, Any] = {"subject": subject, "places": places, "kind": kind, "cancelled": cancelled}
    rows = queries.occurrences_between(begin, end, viewer=_viewer(request), **wanted)
    return [_out(row) for row in rows.select_related("series")[:limit]]


@router.get("/diary/dates/{uid}", auth=TokenAuth("read"), response={200: OccurrenceOut, 404: Problems})
def get_occurrence(request: HttpRequest, uid: str) -> Any:
    """One date."""
    row = queries.find_occurrence(uid, _viewer(request))
    if row is None:
        raise not_found("occurrence", uid)
    return _out(row)


@router.get("/diary/taken", auth=TokenAuth("read"), response={200: list[TakenOut], 422: Problems})
def get_taken(
    request: HttpRequest,
    begin: datetime,
    end: datetime,
    subject: str = Query(..., min_length=1, max_length=64),  # type: ignore[type-arg]
) -> Any:
    """When a subject is taken between two moments; by whom and for what is not told."""
    _check(begin, end, subject)
    return queries.busy(subject, begin, end)


@router.get("/diary/open", auth=TokenAuth("read"), response={200: OpenOut, 422: Problems})
def get_open(
    request: HttpRequest,
    begin: datetime,
    end: datetime,
    subject: str = Query("", max_length=64),  # type: ignore[type-arg]
    place: str = Query("", max_length=64),  # type: ignore[type-arg]
) -> Any:
    """Whether a subject, in a place, is open all the time between two moments."""
    _check(begin, end, subject, place)
    reasons = queries.is_open(subject, begin, end, place=place)
    return {"open": not reasons, "reasons": [{"code": one.code, "en": one.en, "fr": one.fr} for one in reasons]}


@router.get("/diary/holidays", auth=TokenAuth("read"), response=list[HolidayOut])
def get_holidays(request: HttpRequest, year: int = Query(..., ge=1990, le=2199)) -> Any:  # type: ignore[type-arg]
    """The public holidays of a year, and the school holidays that touch it as far as they are known."""
    law = "Code du travail, L3133-1"
    public = [
        {"first": day, "last": day, "en": name.en, "fr": name.fr, "school": False, "source": law, "grade": "B"}
        for day, name in public_holidays(year).items()
    ]
    school = [
        {
            "first": one.first,
            "last": one.last,
            "en": one.name.en,
            "fr": one.name.fr,
            "school": True,
            "source": one.source.fr,
            "grade": one.grade,
        }
        for one in school_year().periods
        if year in (one.first.year, one.last.year)
    ]
    return [*public, *school]


def _check(begin: datetime, end: datetime, *words: str) -> None:
    """Raises ProblemError: no-zone, backwards, too-long, bad-words."""
    problems = []
    if timezone.is_naive(begin) or timezone.is_naive(end):
        problems.append(Problem("no-zone", "begin, end", "A time has no zone.", "Add Z or +01:00."))
    elif not all(1990 <= moment.year <= 2199 for moment in (begin, end)):
        problems.append(Problem("too-far", "begin, end", "is not between 1990 and 2199.", "Look at the year."))
    elif end <= begin:
        problems.append(Problem("backwards", "end", "is not after the beginning.", "Put it later."))
    elif end - begin > LONGEST:
        problems.append(Problem("too-long", "end", f"is more than {LONGEST.days} days later.", "Ask in parts."))
    if any("\0" in word for word in words):
        problems.append(Problem("bad-words", "query", "holds a NUL character.", "Take it out."))
    if problems:
        raise ProblemError(problems)


def _viewer(request: HttpRequest) -> Viewer:
    """A token shows what its owner sees without their second factor."""
    agent = token_of(request).agent_id
    return viewer(agent, at=now(), second_factor=False) if agent else VISITOR


def _out(row: Occurrence) -> dict[str, Any]:
    names = [name for name in OccurrenceOut.model_fields if name != "series"]
    return {**{name: getattr(row, name) for name in names}, "series": row.series.uid if row.series else None}
