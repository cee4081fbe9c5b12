"""What people type on the pages of the diary, read without trust; what it means is decided by the actions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wikivillage.web.diary.kinds import KINDS, MEMBERS, VISIBILITIES
from wikivillage.web.diary.openings import ORDINARY, PUBLIC, SCHOOL, Week
from wikivillage.web.diary.reasons import Span, clock
from wikivillage.web.diary.series import FIRST_YEAR, LAST_YEAR
from wikivillage.web.registry.models import Place

SEASON_WORDS = {
    ORDINARY: _("ordinary days"),
    SCHOOL: _("school holidays"),
    PUBLIC: _("public holidays"),
}
WEEKDAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
CLOCK = re.compile(r"\s*([0-9]{1,2})\s*(?:h|:)?\s*([0-9]{2})?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the agenda an address asks for; what makes no sense is left out."""

    monday: date
    place: str = ""
    kind: str = ""

    @property
    def before(self) -> date:
        """The week before."""
        return self.monday - timedelta(weeks=1)

    @property
    def after(self) -> date:
        """The week after."""
        return self.monday + timedelta(weeks=1)


def read_wanted(query: Mapping[str, str], today: date) -> Wanted:
    """The week, place and kind that an address asks for."""
    day = read_day(query.get("day", "")) or today
    place, kind = query.get("place", ""), query.get("kind", "")
    known = "\0" not in place and Place.objects.filter(pk=place[:64]).exists()
    return Wanted(day - timedelta(days=day.weekday()), place if known else "", kind if kind in KINDS else "")


def read_day(text: str) -> date | None:
    """A day as addresses write it; None where it is none, or too far from here."""
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None
    return day if day is not None and FIRST_YEAR < day.year < LAST_YEAR else None


def place_choices(empty: Any) -> list[tuple[str, Any]]:
    """Every place by its name, after a choice that is none of them."""
    name = "name_fr" if (get_language() or "").startswith("fr") else "name_en"
    return [("", empty), *Place.objects.order_by(name).values_list("pk", name)]


def read_hours(text: str) -> tuple[Span, ...]:
    """``9:00-12:00, 14 h - 18 h``; nothing is closed. Raises ValueError."""
    return tuple(_span(part) for part in re.split(r"[,;]", text) if part.strip())


def _span(text: str) -> Span:
    ends = re.split(r"\s*[-–—]\s*|\s+à\s+|\s+to\s+", text.strip())
    if len(ends) != 2:
        raise ValueError(text)
    return Span(*map(read_clock, ends))


def read_clock(text: str) -> int:
    """Minutes since midnight. Raises ValueError."""
    match = CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    hour, minute = int(match[1]), int(match[2] or 0)
    if minute > 59 or hour * 60 + minute > 24 * 60:
        raise ValueError(text)
    return hour * 60 + minute


def hours_text(spans: tuple[Span, ...], lang: str) -> str:
    """Hours as somebody would type them."""
    return ", ".join(f"{clock(span.begin, lang)} - {clock(span.end, lang)}".replace("\u00a0", " ") for span in spans)


class HoursField(forms.CharField):
    """The hours of one day."""

    def clean(self, value: Any) -> tuple[Span, ...]:
        """As spans."""
        try:
            return read_hours(super().clean(value))
        except ValueError:
            raise forms.ValidationError(_("Write hours like 9:00-12:00, 14:00-18:00.")) from None


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """An hour, with the browser's own clock."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class OpeningForm(forms.Form):
    """The hours of a week, for a place and a season, from a day on."""

    subject = forms.ChoiceField(label=_("Where"), required=False)
    season = forms.ChoiceField(label=_("On which days"), choices=list(SEASON_WORDS.items()))
    since = forms.DateField(label=_("From"), widget=DayInput())
    around = forms.BooleanField(label=_("No hours of its own: those of the place around it"), required=False)

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.fields["subject"].choices = place_choices(_("The whole village"))
        for number, name in enumerate(WEEKDAYS):
            self.fields[f"day{number}"] = HoursField(label=str(name).capitalize(), required=False, max_length=120)

    @property
    def week_fields(self) -> list[Any]:
        """The seven fields of the week."""
        return [self[f"day{number}"] for number in range(7)]

    @property
    def week(self) -> Week | None:
        """What was typed."""
        said = self.cleaned_data
        return None if said["around"] else tuple(said[f"day{number}"] for number in range(7))


REPEATS: dict[str, Any] = {
    "": _("once"),
    "FREQ=DAILY": _("every day"),
    "FREQ=WEEKLY": _("every week"),
    "FREQ=WEEKLY;INTERVAL=2": _("every two weeks"),
    "FREQ=MONTHLY": _("every month, on the same date"),
    "FREQ=YEARLY": _("every year"),
}
"""How often something can come back, as rules without their end."""


class PutForm(forms.Form):
    """Something for the diary, once or as a series; ``key`` makes that the same form counts once."""

    key = forms.RegexField(r"^[A-Za-z0-9_-]{20,38}$", widget=forms.HiddenInput())
    title = forms.CharField(label=_("What, in a few words"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    place = forms.ChoiceField(label=_("Where"), required=False)
    visibility = forms.ChoiceField(label=_("Who sees it"), choices=list(VISIBILITIES.items()), initial=MEMBERS)
    day = forms.DateField(label=_("Day"), widget=DayInput())
    begin = forms.TimeField(label=pgettext_lazy("a time", "From"), widget=ClockInput())
    end = forms.TimeField(label=_("Until"), widget=ClockInput(), help_text=_("Earlier than it begins: the next day."))
    repeat = forms.ChoiceField(label=_("How often"), choices=list(REPEATS.items()), required=False)
    last = forms.DateField(label=_("Last day of the series"), widget=DayInput(), required=False)

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.fields["place"].choices = place_choices(_("elsewhere"))

    def clean(self) -> dict[str, Any]:
        """A series has an end."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("repeat") and not said.get("last") and "last" not in self.errors:
            self.add_error("last", _("A series needs a last day."))
        return said

    @property
    def times(self) -> tuple[datetime, datetime]:
        """Begin and end of the first date, in wall time."""
        said = self.cleaned_data
        begin, end = (datetime.combine(said["day"], said[name]) for name in ("begin", "end"))
        return begin, end if end > begin else end + timedelta(days=1)

    @property
    def rule(self) -> str:
        """The rule of the series; a single date is a series of one."""
        said = self.cleaned_data
        if not said["repeat"]:
            return "FREQ=DAILY;COUNT=1"
        return f"{said['repeat']};UNTIL={said['last']:%Y%m%d}" if said["last"] else str(said["repeat"])


class ClosureForm(forms.Form):
    """When something is closed, and why in both languages or one."""

    subject = forms.ChoiceField(label=_("Where"), required=False)
    first = forms.DateField(label=pgettext_lazy("a time", "From"), widget=DayInput())
    begin = forms.TimeField(label=_("at"), widget=ClockInput(), required=False)
    last = forms.DateField(label=_("Until"), widget=DayInput())
    end = forms.TimeField(label=_("at"), widget=ClockInput(), required=False)
    why_fr = forms.CharField(label=_("Why, in French"), max_length=200, required=False)
    why_en = forms.CharField(label=_("Why, in English"), max_length=200, required=False)

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.fields["subject"].choices = place_choices(_("The whole village"))

    @property
    def times(self) -> tuple[datetime, datetime]:
        """From when to when: without hours, whole days."""
        said, zone = self.cleaned_data, timezone.get_current_timezone()
        begin = datetime.combine(said["first"], said["begin"] or datetime.min.time(), zone)
        if said["end"]:
            return begin, datetime.combine(said["last"], said["end"], zone)
        return begin, datetime.combine(said["last"] + timedelta(days=1), datetime.min.time(), zone)
