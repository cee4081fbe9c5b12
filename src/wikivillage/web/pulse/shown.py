"""The facts as the page shows them: words, drawings and links, in the language that is read now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from wikivillage.report.formats import scaled
from wikivillage.report.markup import Html
from wikivillage.report.words import words_of
from wikivillage.web.meters.state_words import MEANING, WORDS
from wikivillage.web.pulse import figures, links, sentences
from wikivillage.web.pulse.facts import Facts, Level, MeterSeen, Wish, in_store, lacking, offered, to_take
from wikivillage.web.pulse.loops import Loop
from wikivillage.web.pulse.moments import Hour, Moment, spare, sun_until, until_tonight
from wikivillage.web.pulse.names import Names
from wikivillage.web.pulse.nets import reading_of
from wikivillage.web.pulse.periods import DAYS, Period
from wikivillage.web.shell.templatetags.village import clock, language, moment, number, unit

LISTED = 4
"""How many lines a short list has."""


@dataclass(frozen=True, slots=True)
class Number:
    """A large figure with its small unit."""

    digits: str
    unit: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list: a number or a word in front, what it is, what there is to say, where it leads.

    ``source``: where the number comes from.
    """

    number: Number | None
    mark: str
    loop: str
    title: str
    says: str
    href: str = ""
    go: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class LoopLine:
    """A loop on its dimension line."""

    loop: str
    title: str
    note: str
    number: Number | None
    gauge: SafeString | None
    target: str
    icon: str
    state: str
    says: str
    why: str
    href: str


def context_of(facts: Facts) -> dict[str, Any]:
    """Everything that the template of the page asks for."""
    lang = language()
    names = Names(facts.village, lang)
    return {
        "facts": facts,
        "hero": sentences.hero(facts, names),
        "lead": sentences.lead(facts, names),
        "ahead": _ahead(facts, names),
        "stores": [_store(level, names) for level in in_store(facts)[:LISTED]],
        "title": sentences.period_title(facts),
        "days": sentences.days_words(facts),
        "switch": _switch(facts.period),
        "loops": [_loop(loop, facts, lang) for loop in facts.loops],
        "nets": _nets(facts, lang),
        "lacking": _lacking(facts, names),
        "over": _over(facts, names),
        "meters": _meters(facts, names),
    }


def _safe(markup: Html | None) -> SafeString | None:
    """Made by ``markup``, which escapes everything."""
    return None if markup is None else mark_safe(markup)


def _ahead(facts: Facts, names: Names) -> dict[str, Any] | None:
    """The hours until tonight, and what they are good for."""
    forecast = facts.forecast
    if forecast is None or not forecast.hours:
        return None
    hours = until_tonight(forecast.hours, timezone.get_current_timezone())
    late = timezone.localtime(hours[-1].at).date() > timezone.localtime(hours[0].at).date()
    return {
        "title": _("Until tomorrow morning") if late else _("Until tonight"),
        "finding": _("Sun expected and need, hour by hour"),
        "figure": _safe(figures.draw_hours(hours)),
        "key": _safe(figures.hours_key(hours)),
        "table": _safe(figures.hours_table(hours)),
        "moments": [_moment(one, hours, names) for one in forecast.moments if one.machines or one.kind == "grid"],
        "plan": links.plan(forecast.plan),
        "synthetic": forecast.synthetic,
        "grade": forecast.grade,
    }


MOMENTS = {"best": "energy", "sunny": "energy", "part": "energy", "grid": "money"}


def _moment(one: Moment, hours: Sequence[Hour], names: Names) -> Line:
    machines = [names.machine(id) for id in one.machines[:3]]
    title = ", ".join(machines)
    if one.kind == "grid":
        title = _("Better wait: %(list)s") % {"list": title} if title else _("Only the grid")
    return Line(None, sentences.moment_title(one, hours), MOMENTS[one.kind], title, sentences.moment_says(one))


def _store(level: Level, names: Names) -> Line:
    says = sentences.level_says(level)
    count = _number(level.amount, level.unit)
    return Line(count, "", level.loop, names.store(level.store), says, source=links.stock(level.store))


def _number(value: float, kind: str) -> Number:
    if kind == "1":
        return Number(number(value * 100, 0), "%")
    larger, word = scaled(value, kind)
    return Number(number(larger), unit(word))


def _switch(period: Period) -> list[dict[str, Any]]:
    """The periods as links; a day that was chosen stays the last one."""
    words = {"day": _("Day"), "week": _("Week"), "year": _("Year")}
    kept = f"&day={period.last.isoformat()}" if period.chosen else ""
    return [{"word": words[one], "href": f"?period={one}{kept}", "here": one == period.word} for one in DAYS]


STATE_ICONS = {"reached": "check", "missing": "cross", "too_much": "cross", "free": "", "unknown": ""}


def _loop(loop: Loop, facts: Facts, lang: str) -> LoopLine:
    target = sentences.target_words(loop) if loop.target is not None else ""
    return LoopLine(
        loop=loop.loop,
        title=words_of(lang)(f"loop.{loop.loop}"),
        note=sentences.loop_note(loop),
        number=None if loop.value is None else _number(loop.value, loop.unit),
        gauge=_safe(figures.draw_gauge(loop, target)),
        target=target,
        icon=STATE_ICONS[loop.state],
        state=sentences.state_words(loop),
        says=sentences.loop_says(loop, facts),
        why=sentences.loop_why(loop) if loop.value is not None else "",
        href=links.events_of_loop(loop, facts.parts, facts.period) if loop.events else "",
    )


def _nets(facts: Facts, lang: str) -> list[SafeString]:
    if facts.village is None or facts.is_empty:
        return []
    drawn = figures.draw_nets(reading_of(facts.parts, facts.village, lang, holding=facts.holding), facts.period)
    return [mark_safe(one) for one in drawn]


def _lacking(facts: Facts, names: Names) -> list[Line]:
    """Needs that are open, and stores that are nearly empty."""
    lines = [_wish(wish, facts, names) for wish in lacking(facts)[:LISTED]]
    low = [_store(level, names) for level in facts.levels if level.is_low]
    return [*lines, *low[: max(1, LISTED - len(lines))]]


def _wish(wish: Wish, facts: Facts, names: Names) -> Line:
    title = _("Hands") if wish.action == "work" else names.resource(wish.resource)
    where = names.place(wish.place)
    time = f"{sentences.when(wish.begin, facts.at)}, {clock(wish.begin)}" if wish.begin else ""
    says = ", ".join(part for part in (where, time) if part)
    return Line(
        _number(wish.amount, wish.unit), "", wish.loop, title, says, f"/ledger/promises/{wish.id}/", _("See it")
    )


def _over(facts: Facts, names: Names) -> list[Line]:
    """The sun to take, offers, and shelves that hold something."""
    lines = _sun_to_take(facts)
    lines += [_wish(wish, facts, names) for wish in offered(facts)[:LISTED]]
    lines += [_store(level, names) for level in to_take(facts)]
    return lines[: LISTED + 1]


def _sun_to_take(facts: Facts) -> list[Line]:
    hours = facts.forecast.hours if facts.forecast else ()
    until = sun_until(hours)
    if facts.forecast is None or until is None or until - facts.at > timedelta(hours=14):
        return []
    left = spare([hour for hour in hours if hour.at < until])
    if left < sentences.ENOUGH:
        return []
    title = _("Sun, until %(time)s") % {"time": clock(until)}
    return [
        Line(
            _number(round(left), "kWh"),
            "",
            "energy",
            title,
            _("By the plan."),
            links.plan(facts.forecast.plan),
            _("See the plan"),
        )
    ]


def _meters(facts: Facts, names: Names) -> dict[str, Any]:
    odd = [meter for meter in facts.meters if meter.state in ODD]
    odd.sort(key=lambda meter: (ODD.index(meter.state), meter.name.casefold()))
    return {
        "says": sentences.meters_say(facts),
        "squares": _safe(figures.draw_meters(facts.meters)) if facts.meters else None,
        "odd": [_meter(meter, names) for meter in odd[:ODD_LISTED]],
        "more": max(0, len(odd) - ODD_LISTED),
    }


ODD = ("strange", "silent", "unread")
ODD_LISTED = 6


def _meter(meter: MeterSeen, names: Names) -> Line:
    says = str(MEANING[meter.state])
    if meter.state == "silent":
        says = _("Nothing since %(time)s.") % {"time": moment(meter.since)}
    where = names.place(meter.place)
    says = f"{where}. {says}" if where else says
    return Line(
        None, str(WORDS[meter.state]), "", meter.name or meter.id, says, links.meter(meter.id), _("See the meter")
    )
