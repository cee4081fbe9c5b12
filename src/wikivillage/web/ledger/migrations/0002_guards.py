"""The guards of the ledger, and the empty chain."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from wikivillage.flows.chain import GENESIS
from wikivillage.web.ledger.guards import create_guards


def _begin(apps: Any, schema_editor: Any) -> None:
    apps.get_model("ledger", "Head").objects.create(pk=1, hash=GENESIS)
    with schema_editor.connection.cursor() as cursor:
        for statement in create_guards(schema_editor.connection.vendor):
            cursor.execute(statement)


class Migration(migrations.Migration):
    """Runs once, after the tables are there."""

    dependencies = (("ledger", "0001_initial"),)
    operations = (migrations.RunPython(_begin, elidable=False),)
