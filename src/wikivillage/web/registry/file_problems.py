"""The problems of a village file in the language of the page.

The model tells them in English, each sentence with the words of the file in it. Here are the sentences that people meet
most: one that is found again is told in the language that is read, any other stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_noop as _

from wikivillage.base.problems import Problem

SAID = (
    _('"%(word)s" is no resource.'),
    _('"%(word)s" is no recipe.'),
    _('"%(word)s" is no recipe to start from.'),
    _('"%(word)s" is no store recipe.'),
    _('"%(word)s" is no profile.'),
    _('"%(word)s" is no measure.'),
    _('"%(word)s" is no component.'),
    _('"%(word)s" is no weather driver.'),
    _('"%(word)s" is no weather file that can be found.'),
    _('"%(word)s" is no legal class.'),
    _('"%(word)s" is no use that the law knows.'),
    _('"%(word)s" is no time zone.'),
    _('"%(word)s" is no place of this village.'),
    _('"%(word)s" is no agent of this village.'),
    _('"%(word)s" is none of %(known)s.'),
    _('"%(word)s" is not a key here.'),
    _('"%(word)s" is written twice here; first in line %(line)s.'),
    _('"%(word)s" has nothing behind it.'),
    _('"%(word)s" is missing: %(what)s.'),
    _('"%(word)s" cannot be an id.'),
    _('"%(word)s" is neither yes nor no.'),
    _('"%(word)s" is not a date.'),
    _('"%(word)s" is not a full hour of local standard time.'),
    _('"%(word)s" is not between the years %(first)s and %(last)s.'),
    _('"%(word)s" is not a unit.'),
    _('"%(word)s" is not a number.'),
    _('"%(word)s" is not a finite number.'),
    _('"%(word)s" is not a range.'),
    _('"%(word)s" has no unit; write "%(example)s".'),
    _('"%(word)s" is below zero.'),
    _('"%(word)s" runs from the larger to the smaller.'),
    _('"%(word)s" is not a list with a unit.'),
    _('"%(word)s" is %(kind)s; %(other)s such as "%(example)s" is expected.'),
    _("%(word)s is below 0."),
    _("%(word)s is not between %(first)s and %(last)s."),
    _("%(word)s is not a whole number from %(first)s to %(last)s."),
    _("%(word)s is above 100 %%."),
    _("A share is at most 100 %%."),
    _("Keys with values are expected here, not %(what)s."),
    _("A single value is expected here, not %(what)s."),
    _("A village is keys with values."),
    _("A name needs at least one language."),
    _("A goal has one target."),
    _("A key must be a word, not a list or a mapping."),
    _("Anchors and aliases (& and *) are not used."),
    _("The file is empty."),
    _("The file is not YAML here: %(why)s."),
    _("The file is not text in UTF-8 (byte %(byte)s cannot be read)."),
    _("The file holds the control character %(sign)s; it is not a text file."),
    _("The file holds a second document (---)."),
    _("The file is nested more than %(levels)s levels deep."),
    _("The village does not say which hours are planned."),
    _("The list has %(values)s values; the horizon has %(hours)s hours."),
    _('%(who)s takes "%(thing)s", which nothing makes.'),
    _('%(who)s takes "%(thing)s" in the network %(network)s, which nothing makes.'),
    _('%(who)s makes "%(thing)s", which nothing takes.'),
    _('%(who)s brings "%(thing)s", which nothing takes.'),
    _('%(who)s covers "%(surface)s" but stands in no place.'),
    _('%(who)s covers "%(surface)s", which %(place)s does not have.'),
    _("%(who)s has costs or a footprint per %(unit)s, but no size."),
    _("%(who)s starts with %(amount)s, but holds at most %(most)s."),
    _("%(who)s ends with %(amount)s, but holds at most %(most)s."),
    _("%(who)s cover at least %(need)s of the surface %(surface)s of %(place)s, which has %(area)s."),
    _("%(who)s creates %(amount)s: an input is missing, or %(stream)s is too large."),
    _("%(who)s loses %(amount)s: an output is missing, or %(stream)s is too large."),
    _("It says both amount and series."),
    _("It neither buys nor sells."),
    _("This goes round in a circle: %(way)s."),
    _("The recipe takes nothing and gives nothing."),
)
"""What is wrong."""
HINTS = (
    _('Did you mean "%(word)s"?'),
    _("There is: %(known)s."),
    _("There are: %(known)s."),
    _("Places that have it: %(known)s."),
    _("Give a place %(example)s."),
    _("Add a process, an offer or an exchange that brings it."),
    _("Add a need, a process that takes it, or an exchange that sells or collects it."),
    _("Write %(first)s or %(second)s."),
    _("Write the smaller first."),
    _("Write the number itself."),
    _("Write it out, or use from:."),
    _("Write %(example)s."),
    _("Fill it or drop it."),
    _("Begin with village: Its name."),
    _('A village begins with "village: Its name".'),
    _("Use letters, digits and underscores, at most 64, not a digit first."),
    _('A quantity is a number and a unit, such as "%(example)s".'),
    _("Make a size smaller."),
    _("Give one value per hour."),
    _("Save it as UTF-8."),
    _("Keep one village per file."),
    _("Keep long series in CSV files beside it."),
    _("Indent with spaces, not tabs."),
    _("Look at brackets, quotes and indentation here."),
    _("Add buy: or sell: with a price."),
    _("Add inputs or outputs."),
    _("Is something divided by 0?"),
    _("Paths start at the village file."),
    _("Say where it comes from, for example %(example)s."),
    _("Name where it goes, for example %(example)s."),
)
"""What would work."""
WORDS = {
    "a list": pgettext_lazy("village file", "a list"),
    "a single value": pgettext_lazy("village file", "a single value"),
    "keys with values": pgettext_lazy("village file", "keys with values"),
    "nothing": pgettext_lazy("village file", "nothing"),
    "a number": pgettext_lazy("village file", "a number"),
    "energy": pgettext_lazy("village file", "energy"),
    "power": pgettext_lazy("village file", "power"),
    "mass": pgettext_lazy("village file", "mass"),
    "volume": pgettext_lazy("village file", "volume"),
    "area": pgettext_lazy("village file", "area"),
    "time": pgettext_lazy("village file", "time"),
    "money": pgettext_lazy("village file", "money"),
    "length": pgettext_lazy("village file", "length"),
    "temperature": pgettext_lazy("village file", "temperature"),
    "carbon": pgettext_lazy("village file", "carbon"),
    "share": pgettext_lazy("village file", "share"),
    "volume per time": pgettext_lazy("village file", "volume per time"),
    "an energy": pgettext_lazy("village file", "an energy"),
    "a power": pgettext_lazy("village file", "a power"),
    "a mass": pgettext_lazy("village file", "a mass"),
    "a volume": pgettext_lazy("village file", "a volume"),
    "an area": pgettext_lazy("village file", "an area"),
    "a length": pgettext_lazy("village file", "a length"),
    "a temperature": pgettext_lazy("village file", "a temperature"),
    "a volume per time": pgettext_lazy("village file", "a volume per time"),
    "a plain number or a share": pgettext_lazy("village file", "a plain number or a share"),
}
"""Parts of sentences that are the model's own words and not the file's."""
PART = re.compile(r"%\((\w+)\)s")


def in_this_language(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems of a village file as the reader of this page understands them best."""
    return tuple(replace(one, what=_told(one.what, SAID), hint=_told(one.hint, HINTS)) for one in problems)


def _told(text: str, sentences: tuple[str, ...]) -> str:
    for sentence in sentences:
        found = _pattern(sentence).fullmatch(str(text))
        if found:
            return gettext(sentence) % {name: _part(part) for name, part in found.groupdict().items()}
    return text


def _part(text: str) -> str:
    return str(WORDS.get(text, text))


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    """A sentence with anything in its parts."""
    fixed = PART.split(sentence)
    texts = [re.escape(part.replace("%%", "%")) for part in fixed[::2]]
    names = [f"(?P<{name}>.+?)" for name in fixed[1::2]]
    return re.compile("".join(part for pair in zip(texts, [*names, ""], strict=True) for part in pair), re.DOTALL)
