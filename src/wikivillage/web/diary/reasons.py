"""Why something is refused or left out, in French and English at once. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from wikivillage.report.formats import NO_BREAK, Numbers
from wikivillage.report.words import words_of
from wikivillage.web.registry.words import Text


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Part of a day, in minutes since midnight; 24 hours are 1440."""

    begin: int
    end: int


Value: TypeAlias = "Text | Span | tuple[Span, ...] | date | datetime | str | int"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a code for programs, and what stands in its sentence."""

    code: str
    values: dict[str, Value] = field(default_factory=dict, hash=False)

    def words(self, lang: str) -> str:
        """The sentence in a language."""
        sentence = SENTENCES[self.code].words(lang)
        text = sentence.format(**{name: written(value, lang) for name, value in self.values.items()})
        return text[:1].upper() + text[1:]

    @property
    def en(self) -> str:
        """In English."""
        return self.words("en")

    @property
    def fr(self) -> str:
        """In French."""
        return self.words("fr")


def reason(key: str, **values: Value) -> Reason:
    """A reason with its values."""
    return Reason(key, values)


SENTENCES: dict[str, Text] = {
    "backwards": Text("The end is not after the beginning.", "La fin n’est pas après le début."),
    "too_long": Text(
        "It would last longer than {days} days.",
        "Cela durerait plus de {days}\u00a0jours.",
    ),
    "hours": Text(
        "{where}: opening hours on {day} are {spans}; you ask for {asked}.",
        "{where}\u00a0: le {day}, l’ouverture est {spans}\u00a0; vous demandez {asked}.",
    ),
    "hours_school": Text(
        "{where}: during the {holiday}, opening hours on {day} are {spans}; you ask for {asked}.",
        "{where}\u00a0: pendant les jours sans école ({holiday}), le {day}, l’ouverture est {spans}\u00a0;"
        " vous demandez {asked}.",
    ),
    "hours_public": Text(
        "{where}: on {day} ({holiday}), opening hours are {spans}; you ask for {asked}.",
        "{where}\u00a0: le {day} ({holiday}), l’ouverture est {spans}\u00a0; vous demandez {asked}.",
    ),
    "closed_day": Text("{where}: closed on {day}.", "{where}\u00a0: fermeture le {day}."),
    "closed_school": Text(
        "{where}: closed on {day}, during the {holiday}.",
        "{where}\u00a0: fermeture le {day}, jour sans école ({holiday}).",
    ),
    "public_holiday": Text(
        "{where}: closed on {day}, a public holiday ({holiday}).",
        "{where}\u00a0: fermeture le {day}, jour férié ({holiday}).",
    ),
    "closed_period": Text(
        "{where}: closed from {begin} to {end}. {why}",
        "{where}\u00a0: fermeture du {begin} au {end}. {why}",
    ),
    "busy": Text(
        "It is taken from {begin} to {end}.",
        "C’est déjà pris du {begin} au {end}.",
    ),
    "no_such_day": Text(
        "There is no {date} in {year}: nothing that year.",
        "Il n’y a pas de {date} en {year}\u00a0: rien cette année-là.",
    ),
    "no_such_day_of_month": Text(
        "There is no day {day} in {month}: nothing that month.",
        "Il n’y a pas de jour {day} en {month}\u00a0: rien ce mois-là.",
    ),
    "clock_skips": Text(
        "The clocks go forward that night: {asked} does not exist and becomes {becomes}.",
        "On change d’heure cette nuit-là\u00a0: {asked} n’existe pas et devient {becomes}.",
    ),
}
"""Every sentence in both languages."""


WEEKDAYS = (
    Text("Monday", "lundi"),
    Text("Tuesday", "mardi"),
    Text("Wednesday", "mercredi"),
    Text("Thursday", "jeudi"),
    Text("Friday", "vendredi"),
    Text("Saturday", "samedi"),
    Text("Sunday", "dimanche"),
)
"""The days of the week, Monday first."""


def written(value: Value, lang: str) -> str:
    """A value as people write it."""
    if isinstance(value, Text):
        return value.words(lang)
    if isinstance(value, Span):
        return hours(value, lang)
    if isinstance(value, tuple):
        return listed([hours(span, lang) for span in value], lang)
    if isinstance(value, datetime):
        return f"{day_words(value.date(), lang)}, {clock(value.hour * 60 + value.minute, lang)}"
    if isinstance(value, date):
        return day_words(value, lang)
    return str(value)


def clock(minutes: int, lang: str) -> str:
    """``9 h 30``; ``9:30``."""
    hour, minute = divmod(minutes, 60)
    if lang == "fr":
        return f"{hour}{NO_BREAK}h" + (f"{NO_BREAK}{minute:02}" if minute else "")
    return f"{hour:02}:{minute:02}"


def hours(span: Span, lang: str) -> str:
    """``de 9 h à 18 h``; ``09:00 to 18:00``."""
    begin, end = clock(span.begin, lang), clock(span.end, lang)
    return f"de {begin} à {end}" if lang == "fr" else f"{begin} to {end}"


def day_words(day: date, lang: str, *, year: bool = True) -> str:
    """``jeudi 16 avril 2026``; ``Thursday 16 April 2026``."""
    name = WEEKDAYS[day.weekday()].words(lang)
    return f"{name} {Numbers(words_of(lang)).date(datetime(day.year, day.month, day.day), year=year)}"


def listed(parts: Iterable[str], lang: str) -> str:
    """``a, b et c``; ``a, b and c``."""
    *first, last = list(parts)
    return f"{', '.join(first)} {'et' if lang == 'fr' else 'and'} {last}" if first else last
