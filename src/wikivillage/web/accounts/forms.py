"""Forms of sign-up and of one's own things. allauth reads this file while it makes its own forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wikivillage.base.ids import LONGEST
from wikivillage.web.accounts.models import Account
from wikivillage.web.accounts.names import clean_name

LONGEST_NAME = 80


class NameField(forms.CharField):
    """How somebody is called: up to eighty signs that can be seen."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "name"}
        super().__init__(max_length=LONGEST_NAME, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        """The name on one line. Raises ValidationError where nothing of it can be seen."""
        name = clean_name(super().clean(value))
        if not name:
            raise forms.ValidationError(_("Write a name that others can read."), code="bad-name")
        return name


class WithName(forms.Form):
    """What our sign-up asks besides allauth's: a name to be shown."""

    name = NameField(
        label=_("Your name"), help_text=_("Members of the village read it. A first name or a nickname is enough.")
    )
    field_order = ("email", "name", "password1")

    def signup(self, request: HttpRequest, user: Account) -> None:
        """Nothing more: the adapter keeps the name."""


class ProfileForm(forms.Form):
    """Name, handle and language of letters."""

    name = NameField(label=_("Your name"), help_text=_("Members of the village read it."))
    handle = forms.CharField(
        label=_("Your handle"),
        max_length=LONGEST,
        help_text=_("What programs call you: letters, digits, points, hyphens and underscores, a letter first."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "autocapitalize": "none", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Language of your letters"), choices=settings.LANGUAGES)
