"""Every sentence of the report, in French and English, under the same keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from wikivillage.report.words import en, en_terms, fr, fr_terms

LANGUAGES = ("fr", "en")
_SENTENCES = {"fr": fr.SENTENCES, "en": en.SENTENCES}
_TERMS = {"fr": fr_terms, "en": en_terms}
NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language. Calling it gives a sentence; a key that is missing is our mistake and stops."""

    lang: str
    sentences: dict[str, str]
    units: dict[str, tuple[str, str]]
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    numerals: tuple[str, ...]
    grades: dict[str, str] = field(default_factory=dict)

    def __call__(self, key: str, **values: str) -> str:
        return self.sentences[key].format(**values)

    def has(self, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in self.sentences

    def count(self, key: str, number: int, **values: str) -> str:
        """The singular ``key.one`` or the plural ``key.many``. French counts zero as singular."""
        one = number < 2 if self.lang == "fr" else number == 1
        return self(f"{key}.one" if one else f"{key}.many", **{"n": self.numeral(number), **values})

    def numeral(self, number: int) -> str:
        """A small count in letters, a larger one in digits."""
        return self.numerals[number] if number < len(self.numerals) else str(number)

    def unit(self, unit: str, *, many: bool) -> str:
        """One unit as people write it, itself when nothing else is known."""
        one, several = self.units.get(unit, (unit, unit))
        return several if many else one

    def month(self, number: int) -> str:
        """The name of a month, January being 1."""
        return self.months[number - 1]

    def list(self, items: list[str]) -> str:
        """``a, b et c``."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self('list.and')} {items[-1]}"


@cache
def words_of(lang: str) -> Words:
    """The words of a language, with its spaces and apostrophes made typographic."""
    if lang not in LANGUAGES:
        raise ValueError(f'the report speaks {" and ".join(LANGUAGES)}, not "{lang}"')
    terms = _TERMS[lang]
    polish = french_spaces if lang == "fr" else english_marks
    return Words(
        lang=lang,
        sentences={key: polish(text) for key, text in {**terms.TERMS, **_SENTENCES[lang]}.items()},
        units=terms.UNITS,
        months=terms.MONTHS,
        weekdays=terms.WEEKDAYS,
        numerals=terms.NUMERALS,
        grades=terms.GRADES,
    )


def french_spaces(text: str) -> str:
    """No-break spaces before double marks and inside guillemets, curly apostrophes."""
    text = re.sub(r" (?=[:;?!%»€])", NO_BREAK, text)
    text = text.replace("« ", f"«{NO_BREAK}")
    return english_marks(text)


def english_marks(text: str) -> str:
    """Curly apostrophes."""
    return text.replace("'", "\u2019")


def lowered(text: str) -> str:
    """The first letter small, unless what follows is a capital too (CO2, AMAP)."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def capital(text: str) -> str:
    """The first letter as a capital, the rest untouched."""
    return text[:1].upper() + text[1:]
