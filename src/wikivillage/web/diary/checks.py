"""What keeps something from standing in the diary: every problem of it at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.web.diary.kinds import KINDS, STATES, VISIBILITIES
from wikivillage.web.diary.openings import DAY, SEASONS
from wikivillage.web.diary.reasons import Span
from wikivillage.web.diary.series import FIRST_YEAR, LAST_YEAR, LONGEST
from wikivillage.web.registry.models import Place

UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}")
WORDS: dict[str, Mapping[str, Any]] = {"kind": KINDS, "visibility": VISIBILITIES, "state": STATES}
"""Fields that hold one of a few words."""
MOST_PEOPLE = 100_000


def problems_of(uid: str, said: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with some fields of an occurrence or a series; fields that are not said are not looked at."""
    return [*_uid(uid), *_words(uid, said), *_texts(uid, said), *_where(uid, said)]


def _uid(uid: str) -> Iterator[Problem]:
    if not UID.fullmatch(uid):
        hint = _("Use letters, digits, points, hyphens, underscores and tildes, at most 64, a letter or a digit first.")
        yield Problem("bad-uid", uid[:64].replace("\0", ""), _("cannot be the id of an occurrence."), hint)


def _words(uid: str, said: Mapping[str, Any]) -> Iterator[Problem]:
    for field, known in WORDS.items():
        if field in said and said[field] not in known:
            yield _unknown(field, said[field], known)


def _texts(uid: str, said: Mapping[str, Any]) -> Iterator[Problem]:
    for field, longest in (("title", 200), ("subject", 64), ("place", 64), ("circle", 64), ("path", 200)):
        text = said.get(field, "")
        if "\0" in text or len(text) > longest:
            yield _long(field, longest)
    if "title" in said and not said["title"].strip():
        yield Problem("bad-words", "title", _("is empty."), _("Say in a few words what it is."))
    if not said.get("path", "/").startswith("/") and said["path"]:
        yield Problem("bad-words", "path", _("is no address of this site."), _("It begins with a slash."))
    capacity = said.get("capacity")
    if capacity is not None and not 1 <= capacity <= MOST_PEOPLE:
        hint = _("Leave it out where it has no limit.")
        yield Problem("bad-capacity", "capacity", _("must be one person or more."), hint)


def _where(uid: str, said: Mapping[str, Any]) -> Iterator[Problem]:
    place = said.get("place", "")
    if place and "\0" not in place and not Place.objects.filter(pk=place).exists():
        what = _("“%(word)s” is no place of the village.") % {"word": place[:64]}
        yield Problem("unknown-place", "place", what, _("See the building."))
    if "zone" in said and not _is_zone(said["zone"]):
        what = _("“%(word)s” is no time zone.") % {"word": said["zone"][:64]}
        yield Problem("unknown-zone", "zone", what, _("Write Europe/Paris."))


def _is_zone(name: str) -> bool:
    """Whether a time zone has this name; zones stay in the memory of the process, a list of all would be read anew."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def time_problems(begin: datetime, end: datetime, *, most: bool = True) -> list[Problem]:
    """Whether a time goes forward and is not too long."""
    if not all(FIRST_YEAR <= moment.year <= LAST_YEAR for moment in (begin, end)):
        what = _("is not between %(first)s and %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        return [Problem("too-far", "begin", what, _("Look at the year."))]
    if end <= begin:
        return [Problem("backwards", "end", _("is not after the beginning."), _("Put it later."))]
    if most and end - begin > LONGEST:
        what = _("is more than %(days)s days after the beginning.") % {"days": LONGEST.days}
        return [Problem("too-long", "end", what, _("Make several of it, or a closed period."))]
    return []


def week_problems(season: str, subject: str, week: Any) -> list[Problem]:
    """Whether hours can be those of a week."""
    found = []
    if season not in SEASONS:
        found.append(_unknown("season", season, SEASONS))
    if "\0" in subject or len(subject) > 64:
        found.append(_long("subject", 64))
    if week is not None and len(week) != 7:
        hint = _("Give one list for each day, Monday first.")
        found.append(Problem("bad-hours", "week", _("has not seven days."), hint))
    spans = [span for day in week or () for span in day]
    if not all(0 <= span.begin < span.end <= DAY for span in spans):
        hint = _("Write hours like 9:00-12:00, 14:00-18:00.")
        found.append(Problem("bad-hours", "week", _("Hours begin before they end, within one day."), hint))
    if any(_overlap(sorted(day)) for day in week or ()):
        found.append(Problem("bad-hours", "week", _("Some hours of one day overlap."), _("Join them.")))
    return found


def _overlap(day: list[Span]) -> bool:
    return any(later.begin < earlier.end for earlier, later in pairwise(day))


def _unknown(field: str, word: str, known: Iterable[str]) -> Problem:
    hint = _("There is: %(words)s.") % {"words": ", ".join(known)}
    return Problem("unknown-word", field, _("“%(word)s” is none that we know.") % {"word": word[:64]}, hint)


def _long(field: str, longest: int) -> Problem:
    what = _("must be at most %(most)s characters, without NUL.") % {"most": longest}
    return Problem("bad-words", field, what, _("Shorten it."))
