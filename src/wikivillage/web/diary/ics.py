"""The diary as calendars that phones subscribe to: the village's, one's own behind a secret address, a single date."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from wikivillage.web.diary.kinds import CANCELLED, TENTATIVE
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.diary.queries import occurrences_between
from wikivillage.web.diary.shown import lines
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.shell import calendars

MOST = 1000
"""How many entries a calendar holds."""
BACK, AHEAD = timedelta(days=90), timedelta(days=400)
"""How long what is over stays in a calendar, and how far it looks ahead."""
STATUS = {CANCELLED: calendars.CANCELLED, TENTATIVE: calendars.TENTATIVE}
ROOM = "diary"


def to_come(at: datetime, **wanted: Any) -> list[Occurrence]:
    """What a calendar tells at a moment, also what was cancelled, the nearest where there is too much."""
    rows = occurrences_between(at - BACK, at + AHEAD, cancelled=True, **wanted)
    return list(rows[:MOST])


def feed(
    rows: Iterable[Occurrence], *, viewer: Viewer, lang: str, name: str, zone: str, address: Callable[[str], str]
) -> bytes:
    """The calendar of some occurrences; ``address`` makes the whole address of a path of this site."""
    rows = list(rows)
    items = [
        calendars.Item(
            uid=row.uid,
            stamp=row.changed_at,
            sequence=row.sequence,
            begin=row.begin,
            end=row.end,
            summary=line.title,
            description=_("%(kind)s. State: %(state)s. %(address)s")
            % {"kind": line.kind.capitalize(), "state": line.state, "address": address(line.href)},
            url=address(line.href),
            status=STATUS.get(row.state, calendars.CONFIRMED),
            location=line.place,
        )
        for row, line in zip(rows, lines(rows, viewer, lang), strict=True)
    ]
    return calendars.calendar_text(items, room=ROOM, name=name, zone=zone)
