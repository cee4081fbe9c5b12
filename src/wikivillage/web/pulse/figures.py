"""The drawings of the pulse, with their tables: hours, gauges, nets, one square for each meter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from wikivillage.report.figures.gauge import gauge
from wikivillage.report.figures.key import key, stroke, swatch
from wikivillage.report.figures.scale import round_step
from wikivillage.report.figures.squares import Square, squares
from wikivillage.report.figures.stacked_hours import Frame, Layer, Mark, stacked_hours
from wikivillage.report.markup import Child, Html, details, scrolling, table, tag
from wikivillage.report.nets import Family, families
from wikivillage.report.reading import Reading
from wikivillage.report.sections.net import USUAL_UNITS, family_figure
from wikivillage.web.pulse import links
from wikivillage.web.pulse.facts import MeterSeen
from wikivillage.web.pulse.loops import Loop
from wikivillage.web.pulse.moments import Hour, sun_until
from wikivillage.web.pulse.nets import WAITING
from wikivillage.web.pulse.periods import Period
from wikivillage.web.shell.templatetags.village import amount, clock, number

BESIDE_A_TITLE = Frame(600, 250)
"""The room for a drawing where the title of its section stands in the margin."""
DRAWN = ("energy", "water", "matter", "food")
IN = ("output", "bought", "offered", "discharged")
ROOM_FOR_WORDS = 0.25
"""The part of the width that the words of a mark take: nearer ones would be printed over each other."""


def draw_hours(hours: Sequence[Hour]) -> Html:
    """Sun that is used, sun to take, battery and grid, hour by hour, under the line of the need."""
    layers = _layers(hours)
    below, above = layers[:3], layers[3:]
    need = np.array([hour.need for hour in hours])
    top = max(float(np.max(np.maximum(sum(one.values for one in below), need) + above[0].values)), 1.0)
    step = round_step(top)
    labels = [clock(hour.at) for hour in hours]
    marks = [Mark(_minutes(hours), _("now"), is_now=True)]
    until = sun_until(hours)
    if until is not None and hours[0].at < until < hours[-1].at:
        ahead = (until - hours[0].at).total_seconds() / 3600
        words = _("%(time)s, end of the sun") % {"time": clock(until)}
        if ahead - _minutes(hours) > len(hours) * ROOM_FOR_WORDS:
            marks.append(Mark(ahead, words, wide_only=len(hours) > 16))
    return stacked_hours(
        below,
        need,
        above,
        top=top * 1.12,
        step=step,
        step_label=amount(step, "kW"),
        day_labels=labels,
        narrow_labels=labels[:: 1 + len(labels) // 7],
        marks=marks,
        wide=BESIDE_A_TITLE,
    )


def _minutes(hours: Sequence[Hour]) -> float:
    """Where now is within the first hour."""
    passed = (timezone.now() - hours[0].at).total_seconds() / 3600
    return min(max(passed, 0.0), 1.0)


def _layers(hours: Sequence[Hour]) -> list[Layer]:
    columns = (
        (_("sun that is used"), "energy", "p-energy", [hour.used_sun for hour in hours]),
        (_("battery"), "energy", "p-kept", [hour.kept for hour in hours]),
        (_("grid"), "money", "r-money", [hour.grid for hour in hours]),
        (_("sun to take"), "energy", "p-extra", [hour.spare for hour in hours]),
    )
    return [Layer(words, loop, pattern, np.array(values)) for words, loop, pattern, values in columns]


def hours_key(hours: Sequence[Hour]) -> Html:
    """The key of the hours, with what each comes to."""
    shown = [layer for layer in _layers(hours) if layer.values.sum() > 0.5]
    entries = [
        (swatch(layer.loop, layer.pattern), f"{layer.label}, {amount(round(float(layer.values.sum())), 'kWh')}")
        for layer in shown
    ]
    return key([*entries, (stroke(), _("need"))])


def hours_table(hours: Sequence[Hour]) -> Html:
    """The hours as a table, behind a word to open it."""
    head: list[Child] = [_("Hour"), _("Sun"), _("Need"), _("Battery"), _("Grid"), _("To take")]
    rows: list[list[Child]] = [
        [clock(hour.at), *(number(value, 0) for value in (hour.sun, hour.need, hour.kept, hour.grid, hour.spare))]
        for hour in hours
    ]
    caption = _("kWh in each hour, by the plan")
    body = table(head, rows, caption=caption, numeric={1, 2, 3, 4, 5})
    return details(_("See the table"), scrolling(body, caption))


def draw_gauge(loop: Loop, words: str) -> Html | None:
    """A loop against its goal; None where there is no goal or no fact."""
    if loop.value is None or loop.target is None:
        return None
    return gauge(reached=loop.value, target=loop.target, at_least=loop.at_least, loop=loop.loop, target_label=words)


def draw_nets(reading: Reading, period: Period) -> list[Html]:
    """One Sankey for each family of loops, each with the table of its sources."""
    found = {}
    for family in families(reading):
        if family.name in DRAWN and USUAL_UNITS[family.name] == family.unit:
            found[family.name] = family_figure(reading, family, _sources(reading, family, period))
    return [drawn for name in DRAWN if (drawn := found.get(name))]


def _sources(reading: Reading, family: Family, period: Period) -> Html:
    """Every flow of a family as a row; its amount leads to its events."""
    words = reading.words
    rows: list[list[Child]] = []
    for flow in sorted(family.flows, key=lambda flow: -float(flow["total"])):
        ends: list[Child] = [reading.flow_name(flow), reading.resource(flow["resource"])]
        rows.append([*(ends if flow["kind"] in IN else ends[::-1]), _source(reading, flow, period)])
    head: list[Child] = [words("net.from"), words("net.to"), reading.numbers.unit(family.unit)]
    caption = f"{words(f'net.{family.name}.names')}, {reading.numbers.unit(family.unit)}"
    return scrolling(table(head, rows, caption=caption, numeric={2}), caption)


def _source(reading: Reading, flow: Any, period: Period) -> Child:
    value = reading.numbers.number(flow["total"])
    if flow["nature"]:
        return value
    if flow["id"].startswith(WAITING):
        return tag("a", value, class_="src", href=links.stock(flow["resource"]))
    href = links.events_of_thing(flow["part"], flow["id"], flow["resource"], period)
    return tag("a", value, class_="src", href=href)


SQUARES: dict[str, Square] = {"silent": "silent", "unread": "silent", "strange": "strange", "gaps": "doubtful"}


def draw_meters(meters: Sequence[MeterSeen]) -> Html:
    """One square for each meter, in the order of their names."""
    return squares([SQUARES.get(one.state, "well") for one in sorted(meters, key=lambda one: one.name.casefold())])
