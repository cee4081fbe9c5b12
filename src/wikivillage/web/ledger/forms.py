"""What people write into the pages of the ledger."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wikivillage.web.ledger.actions import LONGEST_NOTE


class NoteForm(forms.Form):
    """A remark on an event; an empty one takes it away."""

    text = forms.CharField(
        label=_("A remark on it"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
