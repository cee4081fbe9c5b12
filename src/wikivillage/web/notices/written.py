"""How notices read as letters, in the language of whoever gets them. Nothing here writes to the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from wikivillage.web.notices.kinds import KINDS
from wikivillage.web.notices.links import absolute, unsubscribe_path
from wikivillage.web.notices.models import Notice
from wikivillage.web.registry.village_of_request import village_here
from wikivillage.web.registry.words import Text

DIGEST = "daily"
"""What the letter of the day is called among the kinds of letters."""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter before it is addressed."""

    kind: str
    subject: str
    text: str
    unsubscribe: str


def title_of(notice: Notice, lang: str) -> str:
    """The title of a notice in a language."""
    return Text(notice.title_en, notice.title_fr).words(lang)


def text_of(notice: Notice, lang: str) -> str:
    """The words of a notice in a language."""
    return Text(notice.text_en, notice.text_fr).words(lang)


def letter_of(notice: Notice, lang: str) -> Written:
    """One notice as a letter."""
    path = unsubscribe_path(notice.agent_id, notice.kind)
    with translation.override(lang):
        subject = _subject(title_of(notice, lang))
        why = _("You get this letter because of your choice for “%(kind)s”.") % {"kind": KINDS[notice.kind].name}
        end = _("No more letters of this kind: %(link)s") % {"link": absolute(path)}
        parts = [text_of(notice, lang), _link(notice), f"-- \n{why}\n{end}\n{_choices()}"]
    return Written(f"notice_{notice.kind}", subject, _joined(parts), _told_to_programs(path))


def digest_of(agent: str, notices: Sequence[Notice], lang: str) -> Written:
    """Many notices as one letter."""
    path = unsubscribe_path(agent, DIGEST)
    with translation.override(lang):
        number = len(notices)
        text = ngettext("%(number)s notice of the day", "%(number)s notices of the day", number)
        subject = _subject(title_of(notices[0], lang) if number == 1 else text % {"number": number})
        end = _("No more letter of the day: %(link)s") % {"link": absolute(path)}
        items = [_joined([title_of(one, lang), text_of(one, lang), _link(one)], "\n") for one in notices]
        parts = [*items, f"-- \n{end}\n{_choices()}"]
    return Written(f"notice_{DIGEST}", subject, _joined(parts), _told_to_programs(path))


def _subject(title: str) -> str:
    return pgettext("notices", "%(village)s: %(title)s") % {"village": village_here().name, "title": title}


def _choices() -> str:
    inbox, choices = absolute(reverse("notices:mine")), absolute(reverse("notices:preferences"))
    lines = [_("All notices: %(link)s") % {"link": inbox}]
    lines.append(_("Choose what comes by letter: %(link)s") % {"link": choices})
    return "\n".join(lines)


def _link(notice: Notice) -> str:
    return absolute(notice.path) if notice.path else ""


def _joined(parts: Sequence[str], between: str = "\n\n") -> str:
    return between.join(part for part in parts if part)


def _told_to_programs(path: str) -> str:
    """The address for the header of a letter: only a whole one is of use to a mail program."""
    return absolute(path) if settings.ORIGIN else ""
