"""The language of letters is known to the registry, for those who have an account already."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def tell_the_registry(apps: Any, schema_editor: Any) -> None:
    """Copy each account's language to the identity of its agent."""
    identity = apps.get_model("registry", "Identity")
    accounts = apps.get_model("accounts", "Account").objects.exclude(agent=None).exclude(language="")
    for agent, language in accounts.values_list("agent", "language"):
        identity.objects.filter(agent=agent).update(language=language)


class Migration(migrations.Migration):
    """Rows only; on the way back nothing needs to be undone."""

    dependencies = [("accounts", "0001_initial"), ("registry", "0003_language")]

    operations = [migrations.RunPython(tell_the_registry, migrations.RunPython.noop)]
