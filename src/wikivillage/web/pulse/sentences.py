"""What a neighbour would say of the facts, in the language that is read now. Words in brackets wear a loop's line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from wikivillage.report.words import capital, lowered
from wikivillage.web.pulse.facts import Facts, Level, Wish, answering, lacking
from wikivillage.web.pulse.loops import Loop
from wikivillage.web.pulse.moments import Hour, Moment, is_sunny, spare, sun_until, until_tonight
from wikivillage.web.pulse.names import Names
from wikivillage.web.shell.templatetags.village import amount, clock, day, language, percent

ENOUGH = 1.0
"""Kilowatt-hours from which on it is worth saying that something is left to take."""


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of a sentence, underlined with the line of a loop where there is one."""

    text: str
    loop: str = ""


def marked(sentence: str, loop: str) -> list[Words]:
    """A sentence in pieces: what stands in brackets belongs to the loop."""
    pieces = re.split(r"\[([^\]]*)\]", sentence)
    return [Words(text, loop if place % 2 else "") for place, text in enumerate(pieces) if text]


def hero(facts: Facts, names: Names) -> list[Words]:
    """The sentences of the head: the sun, what is left to take, what is short."""
    if facts.village is None:
        return [Words(_("There is no village here yet."))]
    said = [*_sun(facts), *_short(facts, names)]
    if not said:
        said = [_yesterday(facts)]
    found: list[Words] = []
    for sentence in said:
        found += [Words(" "), *sentence] if found else sentence
    return found


def _sun(facts: Facts) -> list[list[Words]]:
    hours = facts.forecast.hours if facts.forecast else ()
    if not hours:
        return []
    until, today = sun_until(hours), _today(hours)
    if until is None:
        return [marked(_("There is [no sun] in the hours to come."), "energy")]
    if not is_sunny(hours):
        begin = next(hour.at for hour in hours if hour.sun > 0 and hour.at < until)
        return [marked(_("The sun [is back at %(time)s].") % {"time": clock(begin)}, "energy")]
    left = spare([hour for hour in today if hour.at < until])
    said = [marked(_("There is [sun until %(time)s].") % {"time": clock(until)}, "energy")]
    if left >= ENOUGH:
        said.append(marked(_("[%(energy)s] are left to take.") % {"energy": amount(round(left), "kWh")}, "energy"))
    return said


def _today(hours: Sequence[Hour]) -> list[Hour]:
    first = timezone.localtime(hours[0].at).date()
    return [hour for hour in hours if timezone.localtime(hour.at).date() == first]


def _short(facts: Facts, names: Names) -> list[list[Words]]:
    """The most pressing thing that lacks."""
    for wish in lacking(facts)[:1]:
        return [marked(_wish_sentence(wish, names, facts.at), wish.loop)]
    for level in [level for level in facts.levels if level.is_low][:1]:
        text = _("%(store)s [is nearly empty].") % {"store": names.store(level.store)}
        return [marked(text, level.loop)]
    return []


def _wish_sentence(wish: Wish, names: Names, at: datetime) -> str:
    said = {"amount": amount(wish.amount, wish.unit), "thing": lowered(names.resource(wish.resource))}
    if wish.action == "work":
        if wish.begin:
            return _("[%(amount)s of hands] are missing %(when)s.") % {**said, "when": when(wish.begin, at)}
        return _("[%(amount)s of hands] are missing.") % said
    return _("[%(amount)s] are missing: %(thing)s.") % said


def when(moment: datetime, at: datetime) -> str:
    """``today``, ``tomorrow``, ``on Saturday``, ``on 3 December``."""
    then, now = timezone.localtime(moment), timezone.localtime(at)
    days = (then.date() - now.date()).days
    if days in (0, 1):
        return _("today") if days == 0 else _("tomorrow")
    if 1 < days < 7:
        return pgettext("when", "on %(weekday)s") % {"weekday": date_format(then, "l")}
    return pgettext("when", "on %(day)s") % {"day": day(then)}


def _yesterday(facts: Facts) -> list[Words]:
    """Without a plan and without needs: how the energy loop stood."""
    energy = next((loop for loop in facts.loops if loop.loop == "energy" and loop.value is not None), None)
    if energy is None:
        return [Words(_("This village has just begun to write its book."))]
    text = _("[%(share)s of the electricity] was renewable on %(day)s.")
    return marked(text % {"share": percent(energy.value), "day": day(facts.period.last)}, "energy")


def lead(facts: Facts, names: Names) -> str:
    """What follows from it, in one or two sentences."""
    if facts.village is None:
        return _("A steward loads a village file, then life can be recorded.")
    if facts.forecast is None:
        return _("As soon as a plan is made, this page says what the hours to come are good for.")
    said = []
    hours = until_tonight(facts.forecast.hours, timezone.get_current_timezone())
    for best in [one for one in facts.forecast.moments if one.kind != "grid" and one.machines][:1]:
        machines = ", ".join(lowered(names.machine(id)) for id in best.machines[:3])
        said.append(_("A good time for %(list)s: %(when)s.") % {"list": machines, "when": moment_title(best, hours)})
    evening = [hour for hour in _today(hours) if timezone.localtime(hour.at).hour >= 18]
    if evening and sum(hour.grid for hour in evening) > 0.5 * sum(hour.need for hour in evening) > 0:
        said.append(_("This evening, the village will live mostly on the grid."))
    return " ".join(said)


def moment_title(moment: Moment, hours: Sequence[Hour]) -> str:
    """The hours of a moment: ``11 – 14 h``, ``before 16 h``, ``after 19 h``."""
    if moment.begin <= hours[0].at:
        return _("until %(time)s") % {"time": clock(moment.end)}
    if moment.end >= hours[-1].at + timedelta(hours=1):
        return _("from %(time)s") % {"time": clock(moment.begin)}
    return _("%(begin)s to %(end)s") % {"begin": clock(moment.begin), "end": clock(moment.end)}


def moment_says(moment: Moment) -> str:
    """How much energy there is in a moment."""
    if moment.kind == "part":
        return _("The sun gives %(share)s of what is needed.") % {"share": percent(round(moment.energy, 2))}
    energy = amount(round(moment.energy), "kWh")
    if moment.kind == "grid":
        return _("Everything comes from the grid: %(energy)s in these hours.") % {"energy": energy}
    return _("%(energy)s of sun beyond what is needed.") % {"energy": energy}


def loop_note(loop: Loop) -> str:
    """What the number counts, under the name of the loop."""
    return {
        "energy": _("Renewable share of the electricity, hour by hour."),
        "water": _("Mains water of the whole village in a day."),
        "matter": _("What left as waste."),
        "food": _("Share of the vegetables that grew here."),
        "people": _("Hours of work kept, of those that were promised."),
    }[loop.loop]


def target_words(loop: Loop) -> str:
    """The goal, on the gauge."""
    assert loop.target is not None, "only a goal is written on a gauge"
    if loop.unit == "1":
        return _("goal %(target)s") % {"target": percent(loop.target)}
    text = _("goal %(target)s") if loop.at_least or loop.target == 0 else _("goal %(target)s at most")
    return text % {"target": amount(_rounded(loop.target), loop.unit)}


def _rounded(value: float) -> float:
    return round(value) if value >= 100 else value


def state_words(loop: Loop) -> str:
    """One word for how it stands."""
    return {
        "reached": pgettext("loop", "reached"),
        "missing": pgettext("loop", "not enough"),
        "too_much": pgettext("loop", "too much"),
        "free": pgettext("loop", "no goal"),
        "unknown": pgettext("loop", "nothing known"),
    }[loop.state]


def loop_says(loop: Loop, facts: Facts) -> str:
    """The sentence beside a gauge."""
    if loop.value is None:
        return _nothing(loop, facts)
    if loop.loop == "matter" and loop.value and not loop.target:
        return _largest(loop, facts)
    return SAYS[loop.loop](loop)


def _largest(loop: Loop, facts: Facts) -> str:
    """Where most of it went."""
    names, gone = (
        Names(facts.village, language()),
        [p for p in facts.parts if p.id in loop.ids and p.kind in loop.kinds],
    )
    most = max(gone, key=lambda part: part.amount)
    said = {"thing": lowered(names.thing(most.kind, most.id)), "amount": amount(most.amount, most.unit)}
    return _("Most of it went to: %(thing)s, %(amount)s.") % said


def _nothing(loop: Loop, facts: Facts) -> str:
    if loop.loop == "people":
        return _("Nobody has promised or recorded work in this time.")
    if facts.known is None:
        return _("The first event of this loop will appear here a minute after it was recorded.")
    return _("No event of this loop was recorded in this time.")


def _energy_says(loop: Loop) -> str:
    if loop.outside <= 0:
        return _("Everything that was used came from the sun of the village.")
    said = {"outside": amount(loop.outside, loop.whole_unit), "whole": amount(loop.whole, loop.whole_unit)}
    return _("%(outside)s of %(whole)s came from sources that are not renewable.") % said


def _water_says(loop: Loop) -> str:
    if loop.target is None:
        return _("The village file has no goal for it.")
    margin = amount(_rounded(abs(loop.target - (loop.value or 0.0))), "L")
    text = _("%(amount)s a day to spare.") if loop.state == "reached" else _("%(amount)s a day above the goal.")
    return text % {"amount": margin}


def _matter_says(loop: Loop) -> str:
    if not loop.value:
        return _("Nothing left to be burnt or thrown away.")
    if loop.target:
        text = _("%(amount)s to spare.") if loop.state == "reached" else _("%(amount)s above the goal.")
        return text % {"amount": amount(abs(loop.target - loop.value), "kg")}
    return _("The village file has no goal for it.")


def _food_says(loop: Loop) -> str:
    said = {"outside": amount(loop.outside, loop.whole_unit), "whole": amount(loop.whole, loop.whole_unit)}
    if loop.outside <= 0:
        return _("All %(whole)s grew in the village.") % said
    return _("%(outside)s of %(whole)s came from farms outside.") % said


def _people_says(loop: Loop) -> str:
    if loop.target is None:
        return _("Nothing was promised for this time: all of it was given freely.")
    if loop.state == "reached":
        said = _("All that was promised was done.")
    else:
        said = _("%(amount)s promised are not recorded as worked.") % {"amount": amount(loop.gap, "h")}
    more = loop.whole - (loop.value or 0.0)
    return " ".join((said, _("%(amount)s more were worked.") % {"amount": amount(more, "h")})) if more > 0 else said


SAYS = {
    "energy": _energy_says,
    "water": _water_says,
    "matter": _matter_says,
    "food": _food_says,
    "people": _people_says,
}


def loop_why(loop: Loop) -> str:
    """Where a number comes from, in two sentences."""
    events = ngettext("It rests on %(n)d event of the ledger.", "It rests on %(n)d events of the ledger.", loop.events)
    return " ".join((_why(loop), events % {"n": loop.events}))


def _why(loop: Loop) -> str:
    return {
        "energy": _(
            "One less what was bought or made from fuels, over all that was used inside. A purchase counts in the hour "
            "it comes, whatever is sold in another, so the sums of the days are those of the hours."
        ),
        "water": _("All drinking water that came from the mains, by the days. The yearly goal is shared out evenly."),
        "matter": _("The weight of all that left through an exchange that the village file marks as waste."),
        "food": _("One less what was bought, over all that was bought or grown here and not sold."),
        "people": _("What is recorded as kept of the commitments to work whose time begins in these days."),
    }[loop.loop]


def meters_say(facts: Facts) -> str:
    """How many meters answer."""
    total = len(facts.meters)
    if not total:
        return _("No meter is known yet. A steward describes meters, then each has a square here.")
    heard = answering(facts.meters)
    text = ngettext("%(n)d meter of %(all)d answers.", "%(n)d meters of %(all)d answer.", heard)
    return text % {"n": heard, "all": total}


def level_says(level: Level) -> str:
    """How full a store is."""
    if level.share is None:
        return _("How much it can hold is not written down.")
    said = {"share": percent(round(level.share, 2)), "all": amount(level.capacity, level.unit)}
    return _("%(share)s of %(all)s.") % said


def period_title(facts: Facts) -> str:
    """The days in words: ``Yesterday``, or a date, or the last seven days."""
    period, now = facts.period, timezone.localtime(facts.at).date()
    if period.word == "day":
        is_yesterday = period.last == now - timedelta(days=1)
        return _("Yesterday") if is_yesterday else long_day(period.last)
    return _("Seven days") if period.word == "week" else _("One year")


def long_day(when: date | datetime) -> str:
    """``Jeudi 16 avril 2026``."""
    return f"{capital(date_format(when, 'l'))} {day(when)}"


def days_words(facts: Facts) -> str:
    """The days of a period, exactly."""
    period = facts.period
    if period.days == 1:
        return long_day(period.last)
    return _("%(first)s to %(last)s") % {"first": day(period.first), "last": day(period.last)}


def part_words(kind: str) -> str:
    """What a kind of flow is called."""
    return {
        "output": pgettext("flow", "made"),
        "input": pgettext("flow", "taken"),
        "served": pgettext("flow", "used"),
        "offered": pgettext("flow", "arrived"),
        "bought": pgettext("flow", "bought"),
        "sold": pgettext("flow", "left"),
        "charged": pgettext("flow", "put in store"),
        "discharged": pgettext("flow", "taken from store"),
        "worked": pgettext("flow", "worked"),
        "put": pgettext("flow", "put in by hand"),
        "drawn": pgettext("flow", "taken out by hand"),
    }[kind]
