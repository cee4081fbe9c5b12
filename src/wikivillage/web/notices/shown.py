"""Notices as their page shows them: in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wikivillage.web.notices.kinds import KINDS
from wikivillage.web.notices.models import Notice
from wikivillage.web.notices.written import DIGEST as DIGEST
from wikivillage.web.notices.written import text_of, title_of

OTHER = _("Other things")
"""What a kind is called that the village knew once and knows no more."""


@dataclass(frozen=True, slots=True)
class Line:
    """A notice in the inbox."""

    pk: int
    title: str
    text: str
    kind: str
    path: str
    made_at: datetime
    unread: bool


def lines(notices: Iterable[Notice]) -> list[Line]:
    """Notices in the language that is read now."""
    lang = (get_language() or "fr")[:2]
    return [
        Line(
            one.pk,
            title_of(one, lang),
            text_of(one, lang),
            str(kind_name(one.kind)),
            one.path,
            one.made_at,
            one.read_at is None,
        )
        for one in notices
    ]


def kind_name(kind: str) -> Promise:
    """What a kind of notices is called."""
    found = KINDS.get(kind)
    return found.name if found else OTHER
