"""How a series comes back: a part of RFC 5545 that people use, read without trust, always with an end. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError

MOST = 100
"""How many dates a series has at most."""
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVERY = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
BY_DAY = re.compile(r"(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")


@dataclass(frozen=True, slots=True)
class Rule:
    """Every so many days, weeks, months or years, on which of them, and until when or how often.

    ``weekdays``: pairs of which one of its kind in the month (0: each) and the day of the week, Monday is 0.
    """

    every: str
    interval: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    count: int | None = None
    until: date | None = None

    def __str__(self) -> str:
        """As RFC 5545 writes it; UNTIL is the last day that can be in."""
        named = [(str(number or "") + DAYS[day]) for number, day in self.weekdays]
        parts = {
            "FREQ": self.every,
            "INTERVAL": str(self.interval) if self.interval > 1 else "",
            "BYDAY": ",".join(named),
            "BYMONTHDAY": ",".join(map(str, self.month_days)),
            "BYMONTH": ",".join(map(str, self.months)),
            "BYSETPOS": ",".join(map(str, self.positions)),
            "COUNT": str(self.count or ""),
            "UNTIL": f"{self.until:%Y%m%d}" if self.until else "",
        }
        return ";".join(f"{name}={text}" for name, text in parts.items() if text)


def read_rule(text: str) -> Rule:
    """A rule as text. Raises ProblemError with everything that is wrong: bad-rule, endless-series, too-many-dates."""
    problems: list[Problem] = []
    parts = _parts(text, problems)
    unknown = sorted(parts.keys() - PARTS.keys())
    problems += [_bad(name, "is no part of a rule that we know", f"There is: {', '.join(PARTS)}.") for name in unknown]
    read: dict[str, Any] = {}
    for name in PARTS.keys() & parts.keys():
        try:
            key, reader = PARTS[name]
            read[key] = reader(parts[name])
        except ValueError:
            problems.append(_bad(name, f'cannot be "{parts[name][:40]}"', EXAMPLE))
    problems += [] if "FREQ" in parts else [_bad("FREQ", "is missing", EXAMPLE)]
    problems += _endless(parts)
    if problems:
        raise ProblemError(problems)
    return Rule(**read)


EXAMPLE = "Write for example FREQ=WEEKLY;BYDAY=TU;COUNT=10."


def _parts(text: str, problems: list[Problem]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.strip().removeprefix("RRULE:").upper().split(";"):
        name, equals, value = part.partition("=")
        if not equals or name in found:
            problems.append(_bad(part[:40] or "rule", "is not a part NAME=VALUE, each once", EXAMPLE))
        found[name] = value
    return {name: value for name, value in found.items() if value}


def _endless(parts: dict[str, str]) -> list[Problem]:
    if ("COUNT" in parts) == ("UNTIL" in parts):
        hint = _("Add COUNT, at most %(most)s, or UNTIL, a day such as 20270630; not both.") % {"most": MOST}
        return [Problem("endless-series", "rule", _("A series needs one end."), hint)]
    count = parts.get("COUNT", "")
    if count.isascii() and count.isdigit() and int(count[:9]) > MOST:
        return [too_many()]
    return []


def too_many() -> Problem:
    """That a series has more dates than fit in one."""
    what = _("A series has at most %(most)s dates.") % {"most": MOST}
    return Problem("too-many-dates", "rule", what, _("Make it shorter, and a second one after it."))


def _bad(name: str, what: str, hint: str) -> Problem:
    return Problem("bad-rule", name, f"{what}.", hint)


def _frequency(text: str) -> str:
    if text not in EVERY:
        raise ValueError
    return text


def _number(lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,3}", text) or not lowest <= int(text) <= highest or int(text) == 0:
            raise ValueError
        return int(text)

    return read


def _numbers(lowest: int, highest: int) -> Callable[[str], tuple[int, ...]]:
    one = _number(lowest, highest)
    return lambda text: tuple(sorted({one(part) for part in text.split(",")}))


def _weekdays(text: str) -> tuple[tuple[int, int], ...]:
    found = [BY_DAY.fullmatch(part) for part in text.split(",")]
    if not all(found):
        raise ValueError
    return tuple(sorted({(int(match[1] or 0), DAYS.index(match[2])) for match in found if match}))


def _day(text: str) -> date:
    match = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", text)
    if match is None:
        raise ValueError
    return date(*map(int, match.groups()))


PARTS: dict[str, tuple[str, Callable[[str], object]]] = {
    "FREQ": ("every", _frequency),
    "INTERVAL": ("interval", _number(1, 99)),
    "BYDAY": ("weekdays", _weekdays),
    "BYMONTHDAY": ("month_days", _numbers(-31, 31)),
    "BYMONTH": ("months", _numbers(1, 12)),
    "BYSETPOS": ("positions", _numbers(-31, 31)),
    "COUNT": ("count", _number(1, 999)),
    "UNTIL": ("until", _day),
}
"""The parts of a rule: where each is kept, and how it is read."""


def moved(rule: Rule, days: int) -> Rule:
    """The same rule some days later. Raises ProblemError rule-cannot-move where that is not sure to mean the same."""
    if days == 0:
        return rule
    until = rule.until + timedelta(days=days) if rule.until else None
    fixed = rule.month_days or rule.months or rule.positions or any(number for number, _ in rule.weekdays)
    if fixed or (rule.weekdays and rule.every != "WEEKLY"):
        hint = "Say the new rule with it."
        raise ProblemError([Problem("rule-cannot-move", "rule", f"{rule} names its days itself.", hint)])
    turned: Iterable[tuple[int, int]] = ((number, (day + days) % 7) for number, day in rule.weekdays)
    return replace(rule, weekdays=tuple(sorted(turned)), until=until)
