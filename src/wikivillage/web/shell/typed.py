"""What a form held when it could not be taken: given back, to be looked at and sent again."""

from __future__ import annotations

from django.http import QueryDict

SECRET = ("csrfmiddlewaretoken", "password", "code")
"""Parts of the names of fields that are typed again, and shown on no page."""


def typed_fields(form: QueryDict) -> list[tuple[str, str]]:
    """The fields of a form in their order, but for its secrets."""
    names = [name for name in form if not any(part in name for part in SECRET)]
    return [(name, value) for name in names for value in form.getlist(name)]
