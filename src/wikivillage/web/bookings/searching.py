"""What an address of the search asks for, read without trust, and its words: “Une salle pour six, demain soir”."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from wikivillage.web.bookings.finding import USUAL, Search
from wikivillage.web.bookings.states import BENCH, DESK, FEATURES, HALL, MACHINE, ROOM, STUDIO
from wikivillage.web.diary.forms import read_clock, read_day
from wikivillage.web.diary.reasons import clock, day_words
from wikivillage.web.diary.series import on_wall

MOST_PERSONS = 1000
DAYS_SHOWN = 14
FIRST, LAST, EARLY = 7 * 60, 23 * 60, 8 * 60
"""From which to which minute of the day the search proposes times, and when it begins unless told."""
WHATS: dict[str, tuple[str, ...]] = {
    "": (ROOM, HALL, STUDIO),
    "desk": (DESK,),
    "bench": (BENCH,),
    "machine": (MACHINE,),
}
"""What can be looked for: places for several, desks, lab benches, machines."""
LENGTHS = (30, 60, 90, 120, 180, 240, 480)
"""For how long something can be looked for, in minutes."""
CHIPS: dict[str, tuple[int, int, int]] = {
    "today": (0, 0, 0),
    "tonight": (0, 18 * 60, 22 * 60),
    "tomorrow-morning": (1, 9 * 60, 13 * 60),
    "tomorrow-evening": (1, 18 * 60, 22 * 60),
}
"""Times that one press chooses: how many days ahead, from when to when; nothing: the hours to come."""


NUMBERS = (
    pgettext_lazy("how many", "one"),
    pgettext_lazy("how many", "two"),
    pgettext_lazy("how many", "three"),
    pgettext_lazy("how many", "four"),
    pgettext_lazy("how many", "five"),
    pgettext_lazy("how many", "six"),
    pgettext_lazy("how many", "seven"),
    pgettext_lazy("how many", "eight"),
    pgettext_lazy("how many", "nine"),
    pgettext_lazy("how many", "ten"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an address asks for; ``problems`` are sentences about what could not be read."""

    persons: int
    day: date
    begin: int
    end: int
    what: str = ""
    needs: tuple[str, ...] = ()
    minutes: int = USUAL
    by_energy: bool = False
    more: bool = False
    problems: tuple[str, ...] = ()

    def search(self, at: datetime, zone: str) -> Search:
        """The same, as it is looked for."""
        midnight = datetime.combine(self.day, time())
        begin, end = (on_wall(midnight + timedelta(minutes=minutes), zone) for minutes in (self.begin, self.end))
        return Search(self.persons, begin, end, self.minutes, at, zone)

    @property
    def clocks(self) -> tuple[str, str]:
        """From when to when, as forms send it: ``18:00``."""
        return clock(self.begin, "en"), clock(self.end, "en")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of units that are looked through."""
        return WHATS[self.what]


def read_search(query: QueryDict, now: datetime) -> Wanted:
    """What somebody asks for; what is not said is two people, in the hours to come. ``now`` in wall time."""
    problems: list[str] = []
    persons = _persons(query.get("n", ""), problems)
    day, begin, end = _chip(query.get("when", ""), now) or _typed(query, now, problems)
    if end <= begin:
        problems.append(_("The end is before the beginning: choose a later end."))
        end = min(begin + USUAL, 24 * 60)
    what = query.get("what", "")
    return Wanted(
        persons=persons,
        day=day,
        begin=begin,
        end=end,
        what=what if what in WHATS else "",
        needs=tuple(word for word in FEATURES if word in query.getlist("need")),
        minutes=_minutes(query.get("long", "")),
        by_energy=query.get("sort") == "energy",
        more="more" in query,
        problems=tuple(problems),
    )


def _persons(text: str, problems: list[str]) -> int:
    if not text.strip():
        return 2
    if text.strip().isdecimal() and len(text) < 8 and 1 <= int(text) <= MOST_PERSONS:
        return int(text)
    problems.append(_("Write how many you are in digits, from 1 to 1000."))
    return 2


def _minutes(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 and 15 <= int(text) <= 1440 else USUAL


def _chip(word: str, now: datetime) -> tuple[date, int, int] | None:
    if word not in CHIPS:
        return None
    days, begin, end = CHIPS[word]
    day, soon = now.date() + timedelta(days=days), now.hour * 60 + 60
    if days == 0 and (not begin or soon > begin):
        begin = max(EARLY, min(soon, LAST - 60))
        end = max(end, min(begin + 240, LAST))
    return day, begin, end


def _typed(query: QueryDict, now: datetime, problems: list[str]) -> tuple[date, int, int]:
    soon = max(EARLY, now.hour * 60 + 60)
    late = soon > 20 * 60
    text = query.get("on", "") or query.get("day", "")
    day = read_day(text) if text else now.date() + timedelta(days=late)
    if day is None:
        problems.append(_("This day could not be read: choose one of the list."))
        day = now.date()
    begin = _clock(query.get("from", ""), problems)
    if begin is None:
        begin = 18 * 60 if late or day != now.date() else soon
    end = _clock(query.get("to", ""), problems)
    return day, begin, min(begin + 240, LAST + 60) if end is None else end


def _clock(text: str, problems: list[str]) -> int | None:
    if not text:
        return None
    try:
        return read_clock(text)
    except ValueError:
        problems.append(_("“%(text)s” is no time of day: write such as 18:00.") % {"text": text[:20]})
        return None


@lru_cache(maxsize=256)
def clock_choices(lang: str, chosen: tuple[int, ...]) -> tuple[tuple[str, str], ...]:
    """The half hours of a day to choose from, and those that are chosen already."""
    every = sorted({*range(FIRST, LAST + 1, 30), *chosen})
    return tuple((clock(minutes, "en"), clock(minutes, lang)) for minutes in every)


def day_choices(today: date, chosen: date, lang: str) -> list[tuple[str, str]]:
    """The days of two weeks in words, and the one that is chosen."""
    days = [today + timedelta(days=number) for number in range(DAYS_SHOWN)]
    if chosen not in days:
        days = sorted([*days, chosen])
    return [(day.isoformat(), day_name(day, today, lang)) for day in days]


def day_name(day: date, today: date, lang: str) -> str:
    """``demain, vendredi 17 avril``."""
    name = day_words(day, lang, year=day.year != today.year)
    near = {0: _("today"), 1: _("tomorrow")}.get((day - today).days)
    return f"{near}, {name}" if near else name


def headline(wanted: Wanted, today: date, lang: str) -> str:
    """``Une salle pour six, demain soir``."""
    things = {
        "": _("A room for %(n)s, %(when)s."),
        "desk": _("A desk for %(n)s, %(when)s."),
        "bench": _("A lab bench for %(n)s, %(when)s."),
        "machine": _("A machine, %(when)s."),
    }
    return things[wanted.what] % {"n": in_words(wanted.persons), "when": when_words(wanted, today, lang)}


def when_words(wanted: Wanted, today: date, lang: str) -> str:
    """``demain soir``, ``ce matin``, ``lundi 20 avril, à partir de 14 h``."""
    part = "morning" if wanted.begin < 12 * 60 else "afternoon" if wanted.begin < 18 * 60 else "evening"
    ahead = (wanted.day - today).days
    near = {
        (0, "morning"): _("this morning"),
        (0, "afternoon"): _("this afternoon"),
        (0, "evening"): _("this evening"),
        (1, "morning"): _("tomorrow morning"),
        (1, "afternoon"): _("tomorrow afternoon"),
        (1, "evening"): _("tomorrow evening"),
    }
    if (ahead, part) in near:
        return near[ahead, part]
    words = {"morning": _("morning"), "afternoon": _("afternoon"), "evening": _("evening")}[part]
    day = day_words(wanted.day, lang, year=wanted.day.year != today.year)
    return pgettext("a day and its part", "%(day)s, %(part)s") % {"day": day, "part": words}


def in_words(number: int) -> str:
    """Small numbers as words."""
    return str(NUMBERS[number - 1]) if 1 <= number <= len(NUMBERS) else str(number)
