"""Forms of the room's pages: they read what was typed; what it means is decided by the actions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wikivillage.web.registry.forms import AgentField, KeyedForm


class MoneyField(forms.DecimalField):
    """A sum in euros, with a comma or a point, as certificates have it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_digits=9, decimal_places=2, min_value=Decimal(0), localize=False, widget=widget, **options)

    def to_python(self, value: Any) -> Decimal | None:
        """A number, whatever marks its decimals and whether the euro is written."""
        plain = str(value or "").translate({ord(sign): None for sign in " \u00a0\u202f€"}).replace(",", ".")
        found: Decimal | None = super().to_python(plain)
        return found


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class DeclareForm(forms.Form):
    """One's own family quotient, to be checked."""

    quotient = MoneyField(
        label=_("Monthly family quotient, in euros"),
        help_text=_("It stands on the certificate of the family benefits."),
    )
    certificate_on = forms.DateField(label=_("Day of the certificate"), widget=_day())

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, label_suffix="", **options)


class BandForm(KeyedForm):
    """A certificate that the reception has seen."""

    agent = AgentField(label=_("Whose certificate"), help_text=_("A person or a household, by name or handle."))
    quotient = MoneyField(
        label=_("Monthly family quotient, in euros"),
        required=False,
        help_text=_("Used to find the bracket, and kept nowhere. Left empty: what they declared."),
    )
    certificate_on = forms.DateField(
        label=_("Day of the certificate"), required=False, widget=_day(), help_text=_("Left empty: as declared.")
    )
    valid_until = forms.DateField(
        label=_("Counts until"), required=False, widget=_day(), help_text=_("Left empty: a year from its day.")
    )
