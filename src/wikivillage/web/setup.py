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
    """Bring the database's tables up to date; nothing is done where they are."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
