"""Bookings and what was found, as pages say them: slots with their electricity, rooms with their facts, refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from wikivillage.web.bookings.energy import Mix, by_hour, estimate, source_words
from wikivillage.web.bookings.finding import Offer, Refused, Slot
from wikivillage.web.bookings.models import Unit
from wikivillage.web.bookings.refusals import Refusal
from wikivillage.web.bookings.rules import time_words
from wikivillage.web.bookings.states import FEATURES
from wikivillage.web.diary.reasons import clock, day_words
from wikivillage.web.diary.series import from_wall
from wikivillage.web.registry.places_here import places_here
from wikivillage.web.registry.words import Text
from wikivillage.web.shell.templatetags.village import numbers

SHORT = {
    "taken": Text("taken", "déjà prise"),
    "closed": Text("closed", "fermée"),
    "too-late": Text("too late to book", "trop tard"),
    "in-the-past": Text("over", "passé"),
    "too-loud": Text("silent hours", "heures calmes"),
    "out-of-order": Text("out of order", "en panne"),
    "quota": Text("share used up", "quota atteint"),
    "not-trained": Text("training needed", "formation à suivre"),
}
"""Why a slot cannot be had, in two words."""
NO = Text("not possible", "impossible")


@dataclass(frozen=True, slots=True)
class ShownSlot:
    """A slot to press: what the button sends, its hours, and one line of small words."""

    value: str
    span: str
    words: str
    loop: str = ""
    free: bool = True


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """A unit with its slots, and the address of its page."""

    href: str
    name: str
    where: str
    facts: str
    slots: tuple[ShownSlot, ...]
    asks: bool
    own: float = 0.0


@dataclass(frozen=True, slots=True)
class ShownReason:
    """One reason: the rule in bold, the rest, and where the rule stands."""

    why: str
    more: str
    href: str


@dataclass(frozen=True, slots=True)
class ShownWay:
    """Something that would work, and the button that leads to it."""

    text: str
    button: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class ShownRefusal:
    """A unit that cannot be had: every reason, and what would work."""

    id: str
    title: str
    reasons: tuple[ShownReason, ...]
    ways: tuple[ShownWay, ...]


def unit_name(unit: Unit, lang: str) -> str:
    """What a unit is called."""
    return str(unit.name_fr if lang == "fr" else unit.name_en)


def span_words(begin: datetime, end: datetime, zone: str, lang: str) -> str:
    """``18 h – 20 h``."""
    first, last = from_wall(begin, zone), from_wall(end, zone)
    both = (clock(one.hour * 60 + one.minute, lang) for one in (first, last))
    return " – ".join(both)


def when_words(begin: datetime, end: datetime, zone: str, lang: str) -> str:
    """``Vendredi 17 avril 2026, 18 h – 20 h``."""
    first, last = from_wall(begin, zone), from_wall(end, zone)
    day = day_words(first.date(), lang)
    if first.date() != last.date():
        ends = f"{day_words(last.date(), lang)}, {clock(last.hour * 60 + last.minute, lang)}"
        text = f"{day}, {clock(first.hour * 60 + first.minute, lang)} – {ends}"
    else:
        text = f"{day}, {span_words(begin, end, zone, lang)}"
    return text[:1].upper() + text[1:]


def small(text: str, lang: str) -> str:
    """A day as it stands in the middle of a sentence: French writes it small."""
    return text[:1].lower() + text[1:] if lang == "fr" else text


def slot_value(unit: str, slot: Slot) -> str:
    """What the button of a slot sends."""
    return f"{unit}|{slot.begin.isoformat()}|{int((slot.end - slot.begin).total_seconds() // 60)}"


def offers(
    found: Sequence[Offer], units: dict[str, Unit], mixes: Sequence[Mix], *, zone: str, lang: str, by_energy: bool
) -> list[ShownOffer]:
    """Units with their slots, those with the most of their own electricity first where that is wanted."""
    where = floors((units[one.thing.id] for one in found), lang)
    known = by_hour(mixes)
    shown = [_offer(one, units[one.thing.id], known, where, zone=zone, lang=lang) for one in found]
    return sorted(shown, key=lambda one: -one.own) if by_energy else shown


def _offer(
    one: Offer, unit: Unit, known: Mapping[datetime, Mix], where: dict[str, str], *, zone: str, lang: str
) -> ShownOffer:
    slots, best = [], 0.0
    for slot in one.slots:
        energy = estimate(unit.power_kw, slot.begin, slot.end, known)
        span = span_words(slot.begin, slot.end, zone, lang)
        if slot.refusals:
            words = SHORT.get(slot.refusals[0].code, NO).words(lang)
            slots.append(ShownSlot("", span, words, free=False))
        else:
            best = max(best, 1.0 if energy.little else energy.own / energy.kwh)
            words = source_words(energy).words(lang)
            slots.append(ShownSlot(slot_value(unit.pk, slot), span, words, energy.loop))
    facts = facts_words(unit, one.slots[0], lang)
    name, asks = unit_name(unit, lang), one.thing.policy.approval
    return ShownOffer(f"/bookings/units/{unit.pk}/", name, where.get(unit.place, ""), facts, tuple(slots), asks, best)


def facts_words(unit: Unit, slot: Slot | None, lang: str) -> str:
    """``8 places, écran, sans marche. 0,9 kWh pour 2 h.``"""
    words = [places_words(unit), *(str(FEATURES[word]) for word in unit.features if word in FEATURES)]
    text = ", ".join(words)
    if slot is not None and unit.power_kw:
        minutes = int((slot.end - slot.begin).total_seconds() // 60)
        kwh = numbers().amount(unit.power_kw * minutes / 60, "kWh", 1)
        more = _("%(kwh)s for %(time)s") % {"kwh": kwh, "time": time_words(minutes).words(lang)}
        return f"{text}. {more}."
    return f"{text}."


def places_words(unit: Unit) -> str:
    """``8 places``; of a pool, how many there are."""
    if unit.size > 1:
        return ngettext("%(n)d of it", "%(n)d of them", unit.size) % {"n": unit.size}
    return ngettext("%(n)d place", "%(n)d places", unit.persons) % {"n": unit.persons}


def floors(units: Iterable[Unit], lang: str) -> dict[str, str]:
    """On which floor each place is, in words."""
    known = places_here()
    return {pk: floor_words(known[pk].floor, lang) for pk in {unit.place for unit in units} if pk in known}


def floor_words(floor: int | None, lang: str) -> str:
    """``4ᵉ étage``, ``Rez-de-chaussée``."""
    if floor is None:
        return ""
    if floor <= 0:
        return _("Ground floor") if floor == 0 else _("Cellar")
    if lang == "fr":
        return "1er\u00a0étage" if floor == 1 else f"{floor}e\u00a0étage"
    return f"Floor {floor}"


def refused(
    found: Sequence[tuple[Refused, Slot | None]], units: dict[str, Unit], *, persons: int, zone: str, lang: str
) -> list[ShownRefusal]:
    """Units that cannot be had, each with every reason and what would work."""
    return [_refusal(one, way, units[one.thing.id], persons=persons, zone=zone, lang=lang) for one, way in found]


def _refusal(one: Refused, way: Slot | None, unit: Unit, *, persons: int, zone: str, lang: str) -> ShownRefusal:
    reasons = one.slot.refusals
    title = ngettext("%(unit)s: no, for one reason", "%(unit)s: no, for %(n)s reasons", len(reasons))
    words = title % {"unit": unit_name(unit, lang), "n": len(reasons)}
    return ShownRefusal(
        unit.pk, words, shown_reasons(reasons, unit.pk, lang), _ways(one, way, unit, persons, zone, lang)
    )


def shown_reasons(found: Iterable[Refusal], unit: str, lang: str) -> tuple[ShownReason, ...]:
    """Reasons, each with the page of its rule."""
    href = f"/bookings/units/{unit}/#rules"
    return tuple(ShownReason(one.why.words(lang), one.rule.words(lang) if one.rule else "", href) for one in found)


def _ways(one: Refused, way: Slot | None, unit: Unit, persons: int, zone: str, lang: str) -> tuple[ShownWay, ...]:
    """Another day at the same hours, else what each reason says would help."""
    if way is None:
        return shown_ways(one.slot.refusals, lang)
    least = max(persons, one.thing.policy.min_persons, 2 if one.thing.policy.buddy else 1)
    when = when_words(way.begin, way.end, zone, lang)
    text = _("%(unit)s on %(when)s.") % {"unit": unit_name(unit, lang), "when": small(when, lang)}
    if least > persons:
        text = _("%(unit)s on %(when)s, with %(n)d.") % {
            "unit": unit_name(unit, lang),
            "when": small(when, lang),
            "n": least,
        }
    wall = from_wall(way.begin, zone)
    day = day_words(wall.date(), lang, year=False)
    last = from_wall(way.end, zone)
    query = urlencode({"n": least, "day": wall.date(), "from": f"{wall:%H:%M}", "to": f"{last:%H:%M}"})
    return (ShownWay(text, pgettext("a way out", "See %(day)s") % {"day": day}, f"/bookings/?{query}"),)


def shown_ways(found: Iterable[Refusal], lang: str) -> tuple[ShownWay, ...]:
    """What would work against some reasons, each said once."""
    ways = dict.fromkeys(way for one in found for way in one.ways)
    return tuple(ShownWay(way.text.words(lang), way.button.words(lang) if way.button else "", way.path) for way in ways)
