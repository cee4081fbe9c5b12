"""Why something cannot be: the rule in a sentence, what was asked against it, and what would work; in both languages.

Pure. Sentences are written once, in English and French side by side; pages and programs read the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.report.words import french_spaces
from wikivillage.web.diary.reasons import Span, Value, day_words, hours, written
from wikivillage.web.registry.words import Text


@dataclass(frozen=True, slots=True)
class Way:
    """Something that would work; with a ``path`` there is a button that leads to it."""

    text: Text
    button: Text | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason: a code for programs, ``why`` in a sentence, the ``rule`` or what was asked, and ways out."""

    code: str
    why: Text
    rule: Text | None = None
    ways: tuple[Way, ...] = ()

    def words(self, lang: str) -> str:
        """All of it but the ways."""
        more = self.rule.words(lang) if self.rule else ""
        return f"{self.why.words(lang)} {more}".strip()

    def out(self, lang: str) -> str:
        """The ways, in one line."""
        return " ".join(way.text.words(lang) for way in self.ways)


def say(en: str, fr: str, **values: Value) -> Text:
    """A sentence with its values in both languages; French gets its own spaces."""
    return Text(_filled(en, "en", values), french_spaces(_filled(fr, "fr", values)))


def when(begin: datetime, end: datetime) -> Text:
    """From when to when in wall time: ``vendredi 17 avril 2026, de 18 h à 20 h``."""
    if begin.date() != end.date():
        return Text(
            f"{written(begin, 'en')} to {written(end, 'en')}", f"{written(begin, 'fr')} au {written(end, 'fr')}"
        )
    span = Span(begin.hour * 60 + begin.minute, end.hour * 60 + end.minute)
    parts = {lang: f"{day_words(begin.date(), lang)}, {hours(span, lang)}" for lang in ("en", "fr")}
    return Text(parts["en"], parts["fr"])


def _filled(sentence: str, lang: str, values: dict[str, Value]) -> str:
    text = sentence.format(**{name: written(value, lang) for name, value in values.items()})
    return text[:1].upper() + text[1:]


def raise_all(found: Iterable[Refusal], lang: str) -> None:
    """Refuse with every reason, if there is one. Raises ProblemError with their codes."""
    problems = [Problem(one.code, "", one.words(lang), one.out(lang)) for one in found]
    if problems:
        raise ProblemError(problems)
