"""What people type on the pages of use, read without trust; what it means is decided by the actions."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wikivillage.web.bookings.models import Unit
from wikivillage.web.bookings.scopes import scope_of
from wikivillage.web.bookings.session_actions import MOST_GRAMS, MOST_KWH, Measured
from wikivillage.web.bookings.shown import unit_name
from wikivillage.web.diary.forms import ClockInput, DayInput, place_choices
from wikivillage.web.registry.permits import may
from wikivillage.web.registry.viewer import Viewer
from wikivillage.web.shell.templatetags.village import language


class StartForm(forms.Form):
    """Who stays beside, where somebody has to."""

    beside = forms.CharField(
        label=_("Who stays with you?"),
        max_length=80,
        required=False,
        help_text=_("Their name, or what they sign in with."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _number(label: Any, most: Decimal) -> forms.DecimalField:
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=most, decimal_places=3, localize=True, widget=widget
    )


class StopForm(forms.Form):
    """What was read off, where somebody did."""

    kwh = _number(_("Electricity, kWh"), MOST_KWH)
    grams = _number(_("Material, grams"), MOST_GRAMS)

    @property
    def measured(self) -> Measured:
        """What was typed."""
        return Measured(self.cleaned_data.get("kwh"), self.cleaned_data.get("grams"))


class BrokenForm(forms.Form):
    """What somebody saw that does not work."""

    said = forms.CharField(
        label=_("What do you see?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class EndOutageForm(forms.Form):
    """Until when something is out of order, or what was mended."""

    until = forms.DateField(label=_("Should work again on"), widget=DayInput(), required=False)
    mended = forms.CharField(label=_("What was done"), max_length=500, required=False)

    @property
    def moment(self) -> datetime | None:
        """The evening of the day that was typed."""
        day: date | None = self.cleaned_data.get("until")
        return datetime.combine(day, time(18), timezone.get_current_timezone()) if day else None


class CloseForm(forms.Form):
    """What closes from when to when, and why: of what the reader looks after."""

    subject = forms.ChoiceField(label=_("What closes"))
    first = forms.DateField(label=pgettext_lazy("closing", "From"), widget=DayInput())
    begin = forms.TimeField(label=_("at"), widget=ClockInput(), required=False)
    last = forms.DateField(label=pgettext_lazy("closing", "Until"), widget=DayInput())
    end = forms.TimeField(label=_("at"), widget=ClockInput(), required=False)
    why_fr = forms.CharField(label=_("Why, in French"), max_length=200, required=False)
    why_en = forms.CharField(label=_("Why, in English"), max_length=200, required=False)

    def __init__(self, *args: Any, viewer: Viewer, **words: Any) -> None:
        super().__init__(*args, **words)
        lang = language()
        closes = partial(may, viewer, "close", "unit")
        rows = Unit.objects.filter(retired_at=None)
        mine = [row for row in rows if closes(scope=scope_of(row, viewer, "close", "unit"))]
        units = [(row.pk, unit_name(row, lang)) for row in mine]
        places = [(id, name) for id, name in place_choices("") if id and closes(scope=id)]
        self.fields["subject"].choices = [(str(_("Rooms and machines")), units), (str(_("Everything in")), places)]

    @property
    def has_choices(self) -> bool:
        """Whether there is anything that the reader may close."""
        return any(inside for _name, inside in self.fields["subject"].choices)

    @property
    def times(self) -> tuple[datetime, datetime]:
        """From when to when: without hours, whole days."""
        said, zone = self.cleaned_data, timezone.get_current_timezone()
        begin = datetime.combine(said["first"], said["begin"] or time(), zone)
        if said["end"]:
            return begin, datetime.combine(said["last"], said["end"], zone)
        return begin, datetime.combine(said["last"] + timedelta(days=1), time(), zone)
