"""The rules that a unit is booked by, as data: who may, how far ahead, how long, with how many, with which training.

A unit keeps them as a tree; whatever is not said is the default here. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.web.diary import series

EVERYONE, MEMBERS, ORGANISATIONS, CIRCLE = "everyone", "members", "organisations", "circle"
WHO = (EVERYONE, MEMBERS, ORGANISATIONS, CIRCLE)
PERSON, HOUSEHOLD, ORGANISATION = "person", "household", "organisation"
PARTIES = (PERSON, HOUSEHOLD, ORGANISATION)
DAY = 24 * 60
LONGEST = series.LONGEST // timedelta(minutes=1)
"""How many minutes a booking lasts at most, whatever its unit says: the diary holds nothing longer."""


@dataclass(frozen=True, slots=True)
class UnitPolicy:
    """The rules of a unit. Times are in minutes unless they say otherwise; 0 means none.

    ``who``: whom it is for; ``quota`` bookings a week for each ``quota_per``; ``buffer_minutes``: kept free after each
    booking; ``approval``: somebody decides on each; ``cancel_hours``: until when cancelling costs nothing;
    ``check_in_minutes``: after which it is given to others where nobody came; ``qualification`` at a ``level``;
    ``buddy``: never alone; from ``curfew_from`` to ``curfew_to`` (minutes of the day) it stands still;
    ``walk_in``: it may be used without a booking while it is free; ``reconfirm_weeks``: how often a series is renewed.
    """

    who: str = MEMBERS
    horizon_days: int = 90
    notice_minutes: int = 0
    min_minutes: int = 30
    max_minutes: int = 240
    step_minutes: int = 30
    min_persons: int = 1
    buffer_minutes: int = 0
    approval: bool = False
    cancel_hours: int = 6
    quota: int = 0
    quota_per: str = HOUSEHOLD
    check_in_minutes: int = 20
    qualification: str = ""
    level: int = 1
    buddy: bool = False
    curfew_from: int = 0
    curfew_to: int = 0
    walk_in: bool = False
    reconfirm_weeks: int = 0


MOST: dict[str, tuple[int, int]] = {
    "horizon_days": (1, 730),
    "notice_minutes": (0, 90 * DAY),
    "min_minutes": (1, LONGEST),
    "max_minutes": (1, LONGEST),
    "step_minutes": (1, DAY),
    "min_persons": (1, 10_000),
    "buffer_minutes": (0, DAY),
    "cancel_hours": (0, 24 * 90),
    "quota": (0, 1000),
    "check_in_minutes": (0, DAY),
    "level": (1, 3),
    "curfew_from": (0, DAY),
    "curfew_to": (0, DAY),
    "reconfirm_weeks": (0, 52),
}
"""From where to where each number goes."""
WORDS = {"who": WHO, "quota_per": PARTIES}
NAMES = tuple(one.name for one in fields(UnitPolicy))
FLAGS = ("approval", "buddy", "walk_in")


def read_policy(tree: Mapping[str, Any]) -> UnitPolicy:
    """The rules of a tree. Raises ProblemError with everything that is wrong: unknown-rule, bad-rule-value."""
    problems = [*_unknown(tree), *(one for name in NAMES if name in tree for one in _wrong(name, tree[name]))]
    if problems:
        raise ProblemError(problems)
    policy = UnitPolicy(**tree)
    if policy.min_minutes > policy.max_minutes:
        raise ProblemError([_bad("max_minutes", _("The longest is shorter than the shortest."))])
    return policy


def policy_tree(policy: UnitPolicy) -> dict[str, Any]:
    """What of some rules differs from the default, as a unit keeps it."""
    plain = asdict(UnitPolicy())
    return {name: value for name, value in asdict(policy).items() if value != plain[name]}


def _unknown(tree: Mapping[str, Any]) -> list[Problem]:
    return [
        Problem("unknown-rule", str(name)[:64], _("is no rule that we know."), _hint(str(name)))
        for name in tree
        if name not in NAMES
    ]


def _hint(name: str) -> str:
    close = nearest(name, NAMES)
    return _("Did you mean “%(word)s”?") % {"word": close} if close else ""


def _wrong(name: str, value: Any) -> list[Problem]:
    if name in FLAGS:
        return [] if isinstance(value, bool) else [_bad(name, _("Say true or false."))]
    if name == "qualification":
        fine = isinstance(value, str) and len(value) <= 64 and "\0" not in value
        return [] if fine else [_bad(name, _("A training is one word of at most 64 letters."))]
    if name in WORDS:
        words = {"words": ", ".join(WORDS[name])}
        return [] if value in WORDS[name] else [_bad(name, _("There is: %(words)s.") % words)]
    least, most = MOST[name]
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return []
    return [_bad(name, _("A whole number from %(least)d to %(most)d.") % {"least": least, "most": most})]


def _bad(name: str, hint: str) -> Problem:
    return Problem("bad-rule-value", name, _("This value is none that the rule can have."), hint)
