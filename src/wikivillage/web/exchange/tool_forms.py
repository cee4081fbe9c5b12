"""Forms of tools and loans: they read what was typed; what it means is decided by the actions."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from wikivillage.web.exchange.helping_pages import WhoForm, moment_of, places
from wikivillage.web.exchange.helping_words import CONDITIONS, GOOD, UNUSABLE
from wikivillage.web.exchange.models.helping import LINE, SAID
from wikivillage.web.exchange.wish_forms import DayInput
from wikivillage.web.registry.forms import KeyedForm

FIRST_HOUR, LAST_HOUR = 8, 21


def hours(lang: str) -> list[tuple[str, str]]:
    """The hours at which something is fetched or brought back."""
    words = "{}\u00a0h" if lang == "fr" else "{:02}:00"
    return [(str(hour), words.format(hour)) for hour in range(FIRST_HOUR, LAST_HOUR + 1)]


class TimesForm(KeyedForm):
    """From when until when somebody wants a tool."""

    begin_day = forms.DateField(label=pgettext_lazy("a loan", "From"), widget=DayInput())
    begin_hour = forms.ChoiceField(label=pgettext_lazy("a loan", "at"))
    due_day = forms.DateField(label=_("Back on"), widget=DayInput())
    due_hour = forms.ChoiceField(label=pgettext_lazy("a loan", "at"))

    def __init__(self, *arguments: Any, lang: str, at: datetime, **options: Any) -> None:
        options["initial"] = {**usual_times(at), **(options.get("initial") or {})}
        super().__init__(*arguments, **options)
        for name in ("begin_hour", "due_hour"):
            self.fields[name].choices = hours(lang)

    @property
    def times(self) -> tuple[datetime, datetime]:
        """Begin and end by the clocks of the village; what begins in this hour begins now."""
        said = self.cleaned_data
        begin = moment_of(said["begin_day"], time(int(said["begin_hour"])))
        now = timezone.localtime()
        if begin <= now < begin + timedelta(hours=1):
            begin = now
        return begin, moment_of(said["due_day"], time(int(said["due_hour"])))


def usual_times(at: datetime) -> dict[str, Any]:
    """From the next hour on, for two days."""
    begin = timezone.localtime(at) + timedelta(hours=1)
    if begin.hour > LAST_HOUR or begin.date() > timezone.localtime(at).date():
        begin = timezone.localtime(at + timedelta(days=1)).replace(hour=FIRST_HOUR)
    hour = str(max(begin.hour, FIRST_HOUR))
    back = begin.date() + timedelta(days=2)
    return {"begin_day": begin.date(), "begin_hour": hour, "due_day": back, "due_hour": hour}


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("What both of you see"),
        required=False,
        max_length=300,
        help_text=_("For example: two drills missing, a scratch on the case."),
    )


class OutForm(KeyedForm):
    """The state in which a tool leaves."""

    condition = forms.ChoiceField(
        label=_("Its state"), initial=GOOD, choices=[pair for pair in CONDITIONS.items() if pair[0] != UNUSABLE]
    )
    note = _note()


class BackForm(KeyedForm):
    """The state in which a tool comes back."""

    condition = forms.ChoiceField(label=_("Its state"), initial=GOOD, choices=list(CONDITIONS.items()))
    note = _note()


class LendForm(WhoForm):
    """Lending a tool to somebody who stands here."""

    days = forms.TypedChoiceField(label=_("For how long"), coerce=int)
    condition = OutForm.base_fields["condition"]
    note = _note()

    def __init__(self, *arguments: Any, longest: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["who"].label = _("To whom")
        known = [days for days in (1, 2, 3, 4, 7, 14, 21, 28) if days <= longest]
        self.fields["days"].choices = [(str(days), days_words(days)) for days in known]


def days_words(days: int) -> str:
    """``2 days``."""
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


class ToolForm(KeyedForm):
    """A tool of the library."""

    name_fr = forms.CharField(label=_("Name in French"), max_length=LINE)
    name_en = forms.CharField(label=_("Name in English"), max_length=LINE, required=False)
    place = forms.ChoiceField(label=pgettext_lazy("a tool", "Where it is"), required=False)
    shelf = forms.CharField(label=_("Shelf"), max_length=40, required=False)
    longest_days = forms.IntegerField(label=_("Lent for at most, in days"), min_value=1, max_value=28, initial=7)
    qualification = forms.CharField(
        label=_("Training that it takes"),
        max_length=64,
        required=False,
        help_text=_("Left empty: none. The word is the one of the trainings, such as laser."),
    )
    about_fr = forms.CharField(
        label=_("What one must know, in French"), max_length=SAID, required=False, widget=forms.Textarea({"rows": 3})
    )
    about_en = forms.CharField(
        label=_("What one must know, in English"), max_length=SAID, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["place"].choices = places(_("not said"))
