"""The guards of the meters."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from wikivillage.web.meters.guards import create_guards


def _begin(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        for statement in create_guards(schema_editor.connection.vendor):
            cursor.execute(statement)


class Migration(migrations.Migration):
    """Runs once, after the tables are there."""

    dependencies = (("meters", "0001_initial"),)
    operations = (migrations.RunPython(_begin, elidable=False),)
