"""Forms of the room's pages: they read what was typed; what it means is decided by the actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wikivillage.web.bookings import policies
from wikivillage.web.bookings.policies import UnitPolicy, policy_tree
from wikivillage.web.bookings.states import FEATURES, KINDS
from wikivillage.web.diary.forms import ClockInput, DayInput, place_choices
from wikivillage.web.diary.series_actions import ALL, FOLLOWING, THIS
from wikivillage.web.registry.forms import AgentField, KeyedForm
from wikivillage.web.registry.people_actions import slug

SCOPES = {THIS: _("only this date"), FOLLOWING: _("this date and those after it"), ALL: _("all dates to come")}
REPEATS = {
    "FREQ=WEEKLY": _("every week"),
    "FREQ=WEEKLY;INTERVAL=2": _("every two weeks"),
    "FREQ=DAILY": _("every day"),
    "FREQ=MONTHLY": _("every month, on the same date"),
}
PRICED = {
    "": _("it costs nothing"),
    "rooms:room": _("room, by the hour"),
    "rooms:hall": _("hall, by the hour"),
    "rooms:desk": _("desk, by the hour"),
    "rooms:studio": _("studio, by the hour"),
    "rooms:bench": _("lab bench, by the hour"),
    "machines:printer": _("3D printer, by the minute"),
    "machines:laser": _("laser cutter, by the minute"),
    "machines:mill": _("milling machine, by the minute"),
    "machines:saw": _("saw, by the minute"),
    "machines:sewing": _("sewing machine, by the minute"),
    "machines:machine": _("another machine, by the minute"),
}


class TimesForm(forms.Form):
    """A day with its hours."""

    day = forms.DateField(label=_("Day"), widget=DayInput())
    begin = forms.TimeField(label=pgettext_lazy("bookings", "From"), widget=ClockInput())
    end = forms.TimeField(
        label=pgettext_lazy("bookings", "Until"),
        widget=ClockInput(),
        help_text=_("Earlier than it begins: the next day."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*arguments, **options)

    @property
    def times(self) -> tuple[datetime, datetime]:
        """Begin and end in wall time."""
        said = self.cleaned_data
        begin, end = (datetime.combine(said["day"], said[name]) for name in ("begin", "end"))
        return begin, end if end > begin else end + timedelta(days=1)


class MoveForm(TimesForm):
    """Another time for a booking, of a series for as many dates as wished."""

    scope = forms.ChoiceField(label=_("Which dates"), choices=list(SCOPES.items()), required=False)

    def __init__(self, *arguments: Any, in_series: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not in_series:
            del self.fields["scope"]

    @property
    def dates(self) -> str:
        """Which dates of a series; of none, this one."""
        return str(self.cleaned_data.get("scope") or THIS)


def read_cents(text: str) -> int:
    """The price that a button showed, in cents; what is no price is one that nothing costs."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else -1


class SeriesForm(TimesForm):
    """A series of bookings; ``key`` makes that the same form counts once."""

    key = forms.RegexField(r"^[A-Za-z0-9_-]{20,38}$", widget=forms.HiddenInput())
    repeat = forms.ChoiceField(label=_("How often"), choices=list(REPEATS.items()))
    last = forms.DateField(label=_("Last day of the series"), widget=DayInput())
    persons = forms.IntegerField(label=_("How many you are"), min_value=1, max_value=1000, initial=2)
    title = forms.CharField(label=_("What for, in a few words"), max_length=120, required=False)

    @property
    def rule(self) -> str:
        """The rule of the series."""
        return f"{self.cleaned_data['repeat']};UNTIL={self.cleaned_data['last']:%Y%m%d}"


class UnitForm(KeyedForm):
    """Something new that can be booked."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    name_fr = forms.CharField(label=_("Name in French"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=120, required=False)
    place = forms.ChoiceField(label=_("Where"), required=False)
    run_by = AgentField(label=_("Who looks after it"))
    persons = forms.IntegerField(label=_("For how many"), min_value=1, max_value=5000, initial=6)
    size = forms.IntegerField(
        label=_("How many equal ones"), min_value=1, max_value=1000, initial=1, help_text=_("More than one is a pool.")
    )
    features = forms.MultipleChoiceField(
        label=_("What it has"), choices=list(FEATURES.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    priced = forms.ChoiceField(label=_("Its price"), choices=list(PRICED.items()), required=False)
    power_kw = forms.FloatField(label=_("Power in kW while it is used"), min_value=0, max_value=1000, initial=0)
    about_fr = forms.CharField(label=_("About it, in French"), max_length=1000, required=False)
    about_en = forms.CharField(label=_("About it, in English"), max_length=1000, required=False)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["place"].choices = place_choices(_("elsewhere"))

    def facts(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        said = {**self.cleaned_data}
        del said["key"]
        service, _colon, item = said.pop("priced").partition(":")
        name = said["name_en"] or said["name_fr"]
        said |= {"name_en": name, "service": service, "item": item, "run_by": said["run_by"].pk}
        return {**said, "id": slug(name, "-")[:48].strip("-") or "unit"}


RULE_WORDS: dict[str, Any] = {
    "who": _("For whom"),
    "horizon_days": _("Days ahead at most"),
    "notice_minutes": _("Minutes ahead at least"),
    "min_minutes": _("Minutes at least"),
    "max_minutes": _("Minutes at most"),
    "step_minutes": _("In steps of minutes"),
    "min_persons": _("Persons at least"),
    "buffer_minutes": _("Minutes kept free after each"),
    "cancel_hours": _("Hours before, until when cancelling is free"),
    "quota": _("Bookings a week at most (0: no limit)"),
    "quota_per": _("counted for each"),
    "check_in_minutes": _("Minutes to check in (0: no need to)"),
    "qualification": _("Training needed"),
    "level": _("at level"),
    "curfew_from": _("Silent from minute of the day"),
    "curfew_to": _("to minute of the day"),
    "reconfirm_weeks": _("Weeks until a series is confirmed again (0: never)"),
    "approval": _("Somebody decides on each booking"),
    "buddy": _("Nobody works on it alone"),
    "walk_in": _("Free, it may be used without a booking"),
}
WHO_WORDS = {
    policies.EVERYONE: _("whoever is signed in"),
    policies.MEMBERS: _("members of the village"),
    policies.ORGANISATIONS: _("organisations"),
    policies.CIRCLE: _("the circle that runs it"),
}
PARTY_WORDS = {
    policies.PERSON: _("person"),
    policies.HOUSEHOLD: _("household"),
    policies.ORGANISATION: _("organisation"),
}


class PolicyForm(forms.Form):
    """The rules of a unit, and why they are so."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*arguments, **options)
        for name, label in RULE_WORDS.items():
            self.fields[name] = _rule_field(name, label)
        self.fields["why"] = forms.CharField(label=_("Who decided so, and why"), max_length=200, required=False)

    @staticmethod
    def values_of(policy: UnitPolicy) -> Mapping[str, Any]:
        """Rules as the form shows them."""
        return {name: getattr(policy, name) for name in RULE_WORDS}

    def rules(self) -> dict[str, Any]:
        """Rules as the action takes them."""
        return policy_tree(UnitPolicy(**{name: self.cleaned_data[name] for name in RULE_WORDS}))


def _rule_field(name: str, label: Any) -> forms.Field:
    if name in policies.FLAGS:
        return forms.BooleanField(label=label, required=False)
    if name == "who":
        return forms.ChoiceField(label=label, choices=list(WHO_WORDS.items()))
    if name == "quota_per":
        return forms.ChoiceField(label=label, choices=list(PARTY_WORDS.items()))
    if name == "qualification":
        return forms.CharField(label=label, max_length=64, required=False)
    least, most = policies.MOST[name]
    return forms.IntegerField(label=label, min_value=least, max_value=most)
