"""The form of what comes by letter: one choice for each kind of notices."""

from __future__ import annotations

from typing import Any

from django import forms

from wikivillage.web.notices.kinds import KINDS, WAYS


class PreferencesForm(forms.Form):
    """A choice for each kind, called as the kind."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for kind, words in KINDS.items():
            self.fields[kind] = forms.ChoiceField(
                choices=list(WAYS.items()), label=words.name, help_text=words.about, widget=forms.Select
            )
