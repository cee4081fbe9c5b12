"""Calendars for other programs (RFC 5545): stable ids, what is cancelled stays and says so, times with their zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

CONTENT = "text/calendar; charset=utf-8"
"""The type of an answer that is a calendar."""
CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a calendar. ``stamp``: when it last changed, and how often; ``busy``: it takes time."""

    uid: str
    stamp: datetime
    sequence: int
    begin: datetime
    end: datetime | None
    summary: str
    description: str
    url: str
    status: str = CONFIRMED
    busy: bool = True
    location: str = ""


def calendar_text(items: Iterable[Item], *, room: str, name: str, zone: str) -> bytes:
    """The calendar of some entries in a time zone, which it describes; ``room`` made it."""
    made = Calendar()
    made.add("prodid", f"-//WikiVillage//{room}//")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", zone)
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    entries = [_entry(item, room, ZoneInfo(zone)) for item in items]
    for entry in entries:
        made.add_component(entry)
    if entries:
        made.add_missing_timezones()
    text: bytes = made.to_ical()
    return text


def _entry(item: Item, room: str, zone: ZoneInfo) -> Event:
    made = Event()
    made.add("uid", f"{item.uid}@{room}.wikivillage")
    made.add("dtstamp", item.stamp)
    made.add("sequence", item.sequence)
    made.add("dtstart", item.begin.astimezone(zone))
    if item.end is not None:
        made.add("dtend", item.end.astimezone(zone))
    made.add("summary", item.summary)
    made.add("description", item.description)
    if item.location:
        made.add("location", item.location)
    made.add("url", item.url)
    made.add("status", item.status)
    made.add("transp", "OPAQUE" if item.busy else "TRANSPARENT")
    return made
