"""What stewards hand in on the pages of the meters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wikivillage.web.meters.models import Register

LARGEST_MB = 20
LARGEST = LARGEST_MB * 1_000_000
"""Bytes of a file that is handed in."""


class UploadForm(forms.Form):
    """A file of readings, of which register it is, and how it is to be read where that cannot be guessed."""

    file = forms.FileField(
        label=_("The file"), help_text=_("A table as text (CSV), at most 20 MB."), allow_empty_file=True
    )
    register = forms.ChoiceField(label=_("Of which meter"), required=False)
    mapping = forms.CharField(
        label=_("How it is to be read"),
        help_text=_("Leave it empty: it is guessed from the file, and shown to you where it is not certain."),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8, "class": "code", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Register.objects.filter(meter__retired_at=None).select_related("meter").order_by("meter", "name")
        listed = [(f"{row.meter_id}/{row.name}", f"{row.meter.name or row.meter_id}, {row.name}") for row in rows]
        field: Any = self.fields["register"]
        field.choices = [("", _("the file says it")), *listed]
