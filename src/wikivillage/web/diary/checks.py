"""What keeps something from standing in the diary: every problem of it at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from wikivillage.base.problems import Problem
from wikivillage.web.diary.kinds import KINDS, STATES, VISIBILITIES
from wikivillage.web.diary.openings import DAY, SEASONS
from wikivillage.web.diary.reasons import Span
from wikivillage.web.diary.series import LONGEST
from wikivillage.web.registry.models import Place

UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
WORDS: dict[str, Mapping[str, Any]] = {"kind": KINDS, "visibility": VISIBILITIES, "state": STATES}
"""Fields that hold one of a few words."""
MOST_PEOPLE = 100_000


def problems_of(uid: str, said: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with some fields of an occurrence or a series; fields that are not said are not looked at."""
    return [*_uid(uid), *_words(uid, said), *_texts(uid, said), *_where(uid, said)]


def _uid(uid: str) -> Iterator[Problem]:
    if not UID.fullmatch(uid):
        hint = "Use letters, digits, points, hyphens and underscores, at most 64, a letter or a digit first."
        yield Problem("bad-uid", uid[:64].replace("\0", ""), "cannot be the id of an occurrence.", hint)


def _words(uid: str, said: Mapping[str, Any]) -> Iterator[Problem]:
    for field, known in WORDS.items():
        if field in said and said[field] not in known:
            yield Problem("unknown-word", field, f'"{said[field]}" is none that we know.', f"There is: {_all(known)}.")


def _texts(uid: str, said: Mapping[str, Any]) -> Iterator[Problem]:
    for field, longest in (("title", 200), ("subject", 64), ("place", 64), ("circle", 64), ("path", 200)):
        text = said.get(field, "")
        if "\0" in text or len(text) > longest:
            yield Problem("bad-words", field, f"must be at most {longest} characters, without NUL.", "Shorten it.")
    if "title" in said and not said["title"].strip():
        yield Problem("bad-words", "title", "is empty.", "Say in a few words what it is.")
    if not said.get("path", "/").startswith("/") and said["path"]:
        yield Problem("bad-words", "path", "is no address of this site.", "It begins with a slash.")
    capacity = said.get("capacity")
    if capacity is not None and not 1 <= capacity <= MOST_PEOPLE:
        yield Problem("bad-capacity", "capacity", "must be one person or more.", "Leave it out where it has no limit.")


def _where(uid: str, said: Mapping[str, Any]) -> Iterator[Problem]:
    place = said.get("place", "")
    if place and "\0" not in place and not Place.objects.filter(pk=place).exists():
        yield Problem("unknown-place", "place", f'"{place[:64]}" is no place of the village.', "See the building.")
    if "zone" in said and said["zone"] not in available_timezones():
        yield Problem("unknown-zone", "zone", f'"{said["zone"][:64]}" is no time zone.', "Write Europe/Paris.")


def time_problems(begin: datetime, end: datetime, *, most: bool = True) -> list[Problem]:
    """Whether a time goes forward and is not too long."""
    if end <= begin:
        return [Problem("backwards", "end", "is not after the beginning.", "Put it later.")]
    if most and end - begin > LONGEST:
        hint = "Make several of it, or a closed period."
        return [Problem("too-long", "end", f"is more than {LONGEST.days} days after the beginning.", hint)]
    return []


def week_problems(season: str, subject: str, week: Any) -> list[Problem]:
    """Whether hours can be those of a week."""
    found = []
    if season not in SEASONS:
        found.append(Problem("unknown-word", "season", f'"{season}" is none.', f"There is: {', '.join(SEASONS)}."))
    if "\0" in subject or len(subject) > 64:
        found.append(Problem("bad-words", "subject", "must be at most 64 characters, without NUL.", "Shorten it."))
    if week is not None and len(week) != 7:
        found.append(Problem("bad-hours", "week", "has not seven days.", "Give one list for each day, Monday first."))
    spans = [span for day in week or () for span in day]
    if not all(0 <= span.begin < span.end <= DAY for span in spans):
        hint = "Write them like 9:00-12:00, 14:00-18:00."
        found.append(Problem("bad-hours", "week", "Hours begin before they end, within one day.", hint))
    if any(_overlap(sorted(day)) for day in week or ()):
        found.append(Problem("bad-hours", "week", "Some hours of one day overlap.", "Join them."))
    return found


def _overlap(day: list[Span]) -> bool:
    return any(later.begin < earlier.end for earlier, later in zip(day, day[1:], strict=False))


def _all(known: Mapping[str, Any]) -> str:
    return ", ".join(known)
