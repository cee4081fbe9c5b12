"""What every test of the site may ask for."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from tests.web.engines import database as database
from tests.web.engines import database_url as database_url
from tests.web.engines import empty_postgres as empty_postgres
from tests.web.engines import empty_sqlite as empty_sqlite
from tests.web.engines import kept_database as kept_database
from tests.web.engines import ledger as ledger
from tests.web.engines import shared_postgres as shared_postgres
from tests.web.engines import shared_sqlite as shared_sqlite
from tests.web.engines import shared_url as shared_url
from tests.web.lived import lived_postgres as lived_postgres
from tests.web.lived import lived_quickly as lived_quickly
from tests.web.lived import lived_sqlite as lived_sqlite
from tests.web.lived import lived_url as lived_url
from tests.web.lived import lived_village as lived_village
from tests.web.lived import planned_week as planned_week
from tests.web.lived import shared_lived_postgres as shared_lived_postgres
from tests.web.lived import shared_lived_sqlite as shared_lived_sqlite
from tests.web.remembered import forget_all


@pytest.fixture(autouse=True)
def language_of_the_village() -> None:
    """Each test begins in the language of the village, not in that of the last page of another test."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def nothing_kept(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test reads pages as they are now, not as another test left them in memory.

    Which village it is stays known through a test, however slow the machine: what a page asks can be counted.
    """
    settings.KEPT_SECONDS = 0
    forget_all()
    monkeypatch.setattr("wikivillage.web.registry.village_of_request.FRESH", timedelta(hours=1))
