"""The secrets of second factors that are in the database already are sealed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import migrations

from wikivillage.web.accounts.sealed import seal, unseal

SECRET = ("secret", "seed")
"""Where an authenticator app, and recovery codes, have theirs."""


def seal_all(apps: Any, schema_editor: Any) -> None:
    """Seal what is not sealed yet."""
    _change(apps, lambda text: seal(unseal(text)))


def unseal_all(apps: Any, schema_editor: Any) -> None:
    """Write them down as they were."""
    _change(apps, unseal)


def _change(apps: Any, change: Callable[[str], str]) -> None:
    for row in apps.get_model("mfa", "Authenticator").objects.filter(type__in=("totp", "recovery_codes")):
        row.data |= {key: change(row.data[key]) for key in SECRET if key in row.data}
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    """Rows only."""

    dependencies = [("accounts", "0002_language"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(seal_all, unseal_all)]
