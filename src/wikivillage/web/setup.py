"""Django made ready: once per process, for the command line, the web server and the tests alike."""

from __future__ import annotations

import os


def setup(database_url: str | None = None) -> None:
    """Point Django at its settings, and at a database if one is named. Raises ProblemError for a wrong URL."""
    if database_url:
        os.environ["DATABASE_URL"] = database_url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wikivillage.web.settings")
    import django

    django.setup()


def migrate() -> None:
    """Bring the database's tables up to date. Where they are, nothing is done: Django's own command takes its time."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
