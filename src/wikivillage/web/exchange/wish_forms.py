"""Forms of offers and needs: they read what was typed; what it means is decided by the actions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wikivillage.web.exchange.helping_pages import places
from wikivillage.web.exchange.helping_parts import KILOGRAM
from wikivillage.web.exchange.helping_words import MATERIAL, NEED, SIDES, THING, WHATS
from wikivillage.web.exchange.models.helping import LINE, SAID
from wikivillage.web.exchange.wish_actions import USUAL
from wikivillage.web.registry.forms import KeyedForm
from wikivillage.web.registry.models import ResourceKind


class NumberInput(forms.TextInput):
    """A number with the keypad of a phone, with a comma or a point."""

    def __init__(self, **attributes: str) -> None:
        super().__init__(attrs={"inputmode": "decimal", "autocomplete": "off", **attributes})

    def format_value(self, value: Any) -> str | None:
        """A number that is known, as people write it: without zeros at its end. What was typed stays."""
        if isinstance(value, Decimal):
            comma = "," if get_language() == "fr" else "."
            return f"{value.normalize():f}".replace(".", comma)
        written: str | None = super().format_value(value)
        return written


class NumberField(forms.DecimalField):
    """A number as people type it: comma or point, spaces, a unit after it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(localize=False, widget=NumberInput(), max_digits=16, **options)

    def to_python(self, value: Any) -> Decimal | None:
        """A number, whatever marks its decimals."""
        plain = str(value or "").translate({ord(sign): None for sign in " \u00a0\u202f"}).replace(",", ".")
        found: Decimal | None = super().to_python(plain.removesuffix("kg").removesuffix("h"))
        return found


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class WishForm(KeyedForm):
    """An offer or a need."""

    side = forms.ChoiceField(label=_("What is it?"), choices=list(SIDES.items()), initial=NEED)
    what = forms.ChoiceField(label=_("Of what kind"), choices=list(WHATS.items()), initial=THING)
    title = forms.CharField(
        label=_("In a few words"), max_length=LINE, help_text=_("For example: six chairs, a drill, help with a form.")
    )
    amount = NumberField(label=_("How much"), initial="1", help_text=_("Pieces, kilograms or hours."))
    spec = forms.ChoiceField(label=_("Which material"), required=False, help_text=_("Only for a material."))
    place = forms.ChoiceField(label=_("Where"), required=False)
    until = forms.DateField(label=_("Last day"), widget=DayInput())
    text = forms.CharField(
        label=_("More, if you like"),
        required=False,
        max_length=SAID,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody can read it: no telephone number, no name."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        first = {"until": timezone.localdate() + USUAL}
        options["initial"] = {**first, **(options.get("initial") or {})}
        super().__init__(*arguments, **options)
        name = "name_fr" if (get_language() or "").startswith("fr") else "name_en"
        rows = ResourceKind.objects.filter(unit=KILOGRAM, loop="matter").order_by(name).values_list("pk", name)
        self.fields["spec"].choices = [("", _("none")), *rows]
        self.fields["place"].choices = places(_("anywhere in the village"))

    def clean(self) -> dict[str, Any]:
        """A material is of a kind."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("what") == MATERIAL and not said.get("spec") and "spec" not in self.errors:
            self.add_error("spec", _("Say which material."))
        return said

    def words(self) -> dict[str, Any]:
        """What the action is told: until the end of the last day."""
        said = dict(self.cleaned_data)
        last = said.pop("until") + timedelta(days=1)
        midnight = timezone.datetime.combine(last, timezone.datetime.min.time(), timezone.get_current_timezone())
        return {**said, "until": midnight}


class AnswerForm(KeyedForm):
    """An answer to a wish."""

    amount = NumberField(label=_("How much"))
    text = forms.CharField(
        label=_("When and where, in a few words"),
        required=False,
        max_length=SAID,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the one whose wish it is reads it."),
    )
