"""How the fields of sign-in are drawn: our words above them, no grey example inside, the right keyboard of a phone."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField, Form
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

LOOPBACK = "127.0.0.1"
register = template.Library()

ADDRESS = {"inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
KEYBOARDS = {
    "code": {"inputmode": "numeric", "autocapitalize": "none", "spellcheck": "false"},
    "email": ADDRESS,
    "login": {**ADDRESS, "autocomplete": "username"},
}
"""What a phone shows to type with, by the name of the field."""

LABELS: dict[str, Promise] = {
    "email": _("E-mail address"),
    "login": _("E-mail address"),
    "code": _("Code"),
    "password": _("Password"),
    "oldpassword": _("Password until now"),
    "password1": _("New password"),
    "password2": _("The same once more"),
    "recipient": _("Where to"),
}
"""What stands above fields of allauth."""


@register.filter
def called(field: BoundField) -> str:
    """What stands above a field."""
    named = field.field.label is None and field.name == "name"
    return str(_("Name")) if named else str(LABELS.get(field.name, field.label))


@register.filter
def drawn(field: BoundField) -> SafeString:
    """The field itself: Django adds which hint and which error belong to it."""
    field.field.widget.attrs.pop("placeholder", None)
    return field.as_widget(attrs=KEYBOARDS.get(field.name, {}))


@register.filter
def wrong(form: Form) -> list[BoundField]:
    """The fields with an error."""
    return [field for field in form if field.errors]


@register.simple_tag(takes_context=True)
def passkeys_elsewhere(context: dict[str, Any]) -> str:
    """Where passkeys work if not at this address: they are bound to a name, and numbers are none. Empty if here."""
    request = context["request"]
    name, colon, port = request.get_host().partition(":")
    return f"{request.scheme}://localhost{colon}{port}{request.get_full_path()}" if name == LOOPBACK else ""
