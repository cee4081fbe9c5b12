"""What people type on the pages of lots, read without trust; what it means is decided by the actions."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wikivillage.web.exchange.lot_rules import Described
from wikivillage.web.exchange.lot_words import (
    CHANNELS,
    CONDITIONS,
    LOSSES,
    ORIGINS,
    PURPOSES,
    RAW,
    TREATED_YES,
    UNKNOWN,
)
from wikivillage.web.registry.forms import KeyedForm

NUMBER = re.compile(r"[0-9]{1,12}([.,][0-9]{0,9})?|[.,][0-9]{1,9}")


def read_kg(text: str) -> Decimal | None:
    """``12``, ``12,5``, ``1 200 kg``, ``-3``, ``1.2 t``; None where it is no number."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text.lower())
    factor = Decimal(1)
    for unit, size in (("kg", Decimal(1)), ("t", Decimal(1000)), ("g", Decimal("0.001"))):
        if plain.endswith(unit):
            plain, factor = plain.removesuffix(unit), size
            break
    sign = Decimal(-1) if plain.startswith(("-", "\u2212")) else Decimal(1)
    plain = plain.lstrip("-\u2212+")
    if not NUMBER.fullmatch(plain):
        return None
    try:
        return sign * Decimal(plain.replace(",", ".")) * factor
    except InvalidOperation:
        return None


class KgField(forms.CharField):
    """A weight, with the keys of numbers on a telephone. What is no number is left to the action to refuse in words."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=24, required=False, widget=widget, **options)

    def clean(self, value: Any) -> Decimal | None:
        """The weight, or None."""
        return read_kg(super().clean(value) or "")


class PhotoField(forms.FileField):
    """A photo; on a telephone the camera is offered."""

    def __init__(self, **options: Any) -> None:
        widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"})
        super().__init__(required=False, widget=widget, allow_empty_file=True, **options)


class DropForm(KeyedForm):
    """The last of the three taps, with what may be said beside."""

    kind = forms.CharField(max_length=64, widget=forms.HiddenInput)
    kg = KgField(label=_("How heavy, in kg"))
    place = forms.CharField(max_length=64)
    title = forms.CharField(label=_("What it is, in a word"), max_length=120, required=False)
    pieces = forms.IntegerField(label=_("How many pieces"), required=False, min_value=0, max_value=10_000)
    size = forms.CharField(label=_("Size"), max_length=80, required=False)
    longest_cm = forms.IntegerField(label=_("The longest, in cm"), required=False, min_value=0, max_value=2000)
    condition = forms.ChoiceField(label=_("Condition"), choices=list(CONDITIONS.items()), required=False)
    origin = forms.ChoiceField(label=_("Where it comes from"), choices=list(ORIGINS.items()), required=False)
    bin = forms.CharField(label=_("Bin or shelf"), max_length=24, required=False)
    photo = PhotoField(label=_("A photo"))
    doubt = forms.BooleanField(label=_("It is painted, glued or treated, or I am not sure."), required=False)
    sure = forms.BooleanField(label=_("I have looked at the scales twice."), required=False)

    @property
    def said(self) -> Described:
        """What was said of the lot."""
        words = self.cleaned_data
        return Described(
            title=words["title"],
            pieces=words["pieces"],
            size=words["size"],
            longest_cm=words["longest_cm"],
            condition=words["condition"] or "good",
            origin=words["origin"] or "neighbour",
            treated=UNKNOWN if words["doubt"] else RAW,
            bin=words["bin"],
        )


class TakeForm(KeyedForm):
    """How much somebody wants, and for what."""

    kg = KgField(label=_("How many kilograms?"))
    purpose = forms.ChoiceField(label=_("To make what?"), choices=list(PURPOSES.items()))


class TakenForm(KeyedForm):
    """How much somebody carries away, of what was kept for them or of what is free."""

    kg = KgField(label=_("How many kilograms?"))
    reservation = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class WeighForm(KeyedForm):
    """What the scales say now."""

    kg = KgField(label=_("What the scales say, in kg"))
    why = forms.CharField(label=_("Why it differs, if you know"), max_length=300, required=False)
    sure = forms.BooleanField(label=_("I have looked at the scales twice."), required=False)


class HoldForm(KeyedForm):
    """Why a lot is set aside."""

    why = forms.CharField(label=_("What is wrong with it?"), max_length=300, required=False)


class ReleaseForm(KeyedForm):
    """What somebody who has looked says."""

    treated = forms.ChoiceField(
        label=_("Is it painted, glued or treated?"),
        choices=[(RAW, _("No, it is raw")), (TREATED_YES, _("Yes, and it may be used for what is not the garden"))],
    )
    why = forms.CharField(label=_("How you know"), max_length=300, required=False)


class MoveForm(KeyedForm):
    """Where a lot is carried."""

    place = forms.ChoiceField(label=_("To which place"))
    bin = forms.CharField(label=_("Bin or shelf"), max_length=24, required=False)


class SplitForm(KeyedForm):
    """The weights of the parts, in one line."""

    parts = forms.CharField(
        label=_("What each part weighs, in kg"), max_length=200, required=False, help_text=_("For example: 5; 2.5")
    )

    def clean(self) -> dict[str, Any]:
        """The weights that were typed; None for one that is no number."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        parts = re.split(r"[;+\s]+", said.get("parts", "").replace("kg", " "))
        said["weights"] = tuple(read_kg(part) for part in parts if part)
        return said


class DescribeForm(KeyedForm):
    """Other words for a lot."""

    title = forms.CharField(label=_("What it is, in a word"), max_length=120, required=False)
    pieces = forms.IntegerField(label=_("How many pieces"), required=False, min_value=0, max_value=10_000)
    size = forms.CharField(label=_("Size"), max_length=80, required=False)
    longest_cm = forms.IntegerField(label=_("The longest, in cm"), required=False, min_value=0, max_value=2000)
    condition = forms.ChoiceField(label=_("Condition"), choices=list(CONDITIONS.items()))
    origin = forms.ChoiceField(label=_("Where it comes from"), choices=list(ORIGINS.items()))
    times_used = forms.IntegerField(label=_("How often it was something before"), min_value=0, max_value=1000)


class ThrowForm(KeyedForm):
    """With whom it leaves, to what end."""

    kg = KgField(label=_("How many kilograms?"))
    exchange = forms.ChoiceField(label=_("With whom"))
    channel = forms.ChoiceField(label=_("What becomes of it"), choices=list(CHANNELS.items()))
    certificate = forms.CharField(label=_("Number of the paper"), max_length=80, required=False)


NOTHING = ("", _("nothing, or within two per cent"))


class RunForm(KeyedForm):
    """A run of a workshop: its recipe, its place, and why something is missing. The lots are fields of their own."""

    work = forms.ChoiceField(label=_("What is done"), required=False)
    place = forms.ChoiceField(label=pgettext_lazy("a workshop", "Where"))
    lost_as = forms.ChoiceField(
        label=_("What is missing is"),
        choices=[("", _("nothing, or within two per cent")), *LOSSES.items()],
        required=False,
    )
    why = forms.CharField(label=_("Why"), max_length=300, required=False)
