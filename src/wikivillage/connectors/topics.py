"""Which topics are listened to and what their payloads mean, described in a small YAML or JSON file.

    topics:
      - topic: village/{meter}/{register}       # a number, or an object or list as of HTTP
        unit: kWh
      - topic: tele/{meter}/SENSOR              # an object, of which some fields are values
        time: Time
        timezone: Europe/Paris
        values:
          - {path: ENERGY.Total, register: total, unit: kWh}

``{meter}`` and ``{register}`` stand for one level of the topic, ``{any}`` for one that says nothing. A meter or
register that is not in the topic is written beside it. ``time`` and ``unit_path`` are paths into the object, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from wikivillage.base.units import UnitError, read_unit
from wikivillage.connectors.mapping_files import Document, Keys, read_document

LEVELS = {"{meter}": "(?P<meter>[^/]+)", "{register}": "(?P<register>[^/]+)", "{any}": "[^/]+"}
RULE = ("topic", "meter", "register", "unit", "time", "timezone", "values")
VALUE = ("path", "meter", "register", "unit", "unit_path")


@dataclass(frozen=True, slots=True)
class ValueField:
    """A field of a payload that is a value. Empty words are found elsewhere: in the topic or the rule."""

    path: tuple[str, ...]
    meter: str
    register: str
    unit: str
    unit_path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicRule:
    """What the payloads of a topic mean. Without ``values`` they are numbers or readings in our own words."""

    topic: str
    meter: str = ""
    register: str = ""
    unit: str = ""
    time: tuple[str, ...] = ()
    timezone: str | None = None
    values: tuple[ValueField, ...] = ()

    @property
    def filter(self) -> str:
        """What to subscribe to."""
        return "/".join("+" if level in LEVELS else level for level in self.topic.split("/"))


OWN_WORDS = TopicRule("village/{meter}/{register}")


def load_topics(path: Path) -> tuple[TopicRule, ...]:
    """The rules of a file, the first that fits a topic counts. Raises ProblemError with everything that is wrong."""
    document = read_document(path)
    rules: tuple[TopicRule, ...] = ()
    if document.check_keys((), ("topics",)):
        rules = tuple(_rule(document, keys) for keys in document.items(("topics",)))
    document.finish()
    return rules


def find_rule(topic: str, rules: Iterable[TopicRule]) -> tuple[TopicRule, dict[str, str]] | None:
    """The first rule that fits a topic, and the words that stand for its levels."""
    for rule in rules:
        pattern = "/".join(LEVELS.get(level) or re.escape(level) for level in rule.topic.split("/"))
        fitting = re.fullmatch(pattern, topic)
        if fitting:
            return rule, fitting.groupdict()
    return None


def _rule(document: Document, keys: Keys) -> TopicRule:
    if not document.check_keys(keys, RULE):
        return OWN_WORDS
    topic = document.text((*keys, "topic"))
    levels = topic.split("/")
    for level in levels:
        if level not in LEVELS and re.search(r"[{}+#]", level):
            hint = "A level is a word, {meter}, {register} or {any}."
            document.refuse("mapping-value", (*keys, "topic"), f'"{level}" is not a level of a topic.', hint)
    if max(levels.count("{meter}"), levels.count("{register}")) > 1:
        document.refuse("mapping-value", (*keys, "topic"), "{meter} and {register} stand in a topic once.")
    rule = TopicRule(
        topic=topic,
        meter=document.text((*keys, "meter"), ""),
        register=document.text((*keys, "register"), ""),
        unit=_unit(document, keys),
        time=_path(document, (*keys, "time")),
        timezone=_timezone(document, (*keys, "timezone")),
        values=_values(document, keys),
    )
    if rule.values:
        _check_named(document, keys, rule)
    return rule


def _values(document: Document, keys: Keys) -> tuple[ValueField, ...]:
    if document.find((*keys, "values")) is None:
        return ()
    return tuple(_value(document, one) for one in document.items((*keys, "values")))


def _value(document: Document, keys: Keys) -> ValueField:
    document.check_keys(keys, VALUE)
    meter, register = (document.text((*keys, name), "") for name in ("meter", "register"))
    path = document.text((*keys, "path"))
    return ValueField(
        tuple(path.split(".")), meter, register, _unit(document, keys), _path(document, (*keys, "unit_path"))
    )


def _check_named(document: Document, keys: Keys, rule: TopicRule) -> None:
    for name, level in (("meter", "{meter}"), ("register", "{register}")):
        said = level in rule.topic.split("/") or getattr(rule, name)
        if not said and not all(getattr(value, name) for value in rule.values):
            document.refuse("mapping-value", keys, f"Neither the topic nor every value says its {name}.")


def _path(document: Document, keys: Keys) -> tuple[str, ...]:
    text = document.text(keys, "")
    return tuple(text.split(".")) if text else ()


def _unit(document: Document, keys: Keys) -> str:
    unit = document.text((*keys, "unit"), "")
    if unit:
        try:
            read_unit(unit)
        except UnitError as error:
            document.refuse("mapping-value", (*keys, "unit"), error.what, error.hint)
    return unit


def _timezone(document: Document, keys: Keys) -> str | None:
    name = document.text(keys, "")
    if not name:
        return None
    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        document.refuse("mapping-value", keys, f'"{name}" is not a time zone.', "Write one such as Europe/Paris.")
        return None
    return name
