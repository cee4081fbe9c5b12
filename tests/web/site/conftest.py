"""A village with life in it, whose changes are taken back after each test, and what people find on its pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.web.engines import use_database
from tests.web.site.crawl import Answer, getter, walk
from tests.web.site.people import client_of
from tests.web.site.village import lived_site as lived_site
from tests.web.site.village import present

VIEWERS = ("visitor", "member", "steward")


@pytest.fixture(scope="session")
def lived_copy(lived_site: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One copy for all tests that leave nothing behind."""
    copy = tmp_path_factory.mktemp("site") / "village.sqlite3"
    shutil.copy(lived_site, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def lived(lived_copy: str, django_db_blocker: Any) -> Iterator[None]:
    """Django on a village with life in it, rolled back at the end."""
    with django_db_blocker.unblock(), use_database(lived_copy), present(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def pages(lived_copy: str, django_db_blocker: Any) -> dict[str, list[Answer]]:
    """What each kind of viewer finds in French by following links, some of each pattern of address."""
    with django_db_blocker.unblock(), use_database(lived_copy), present(), transaction.atomic():
        found = {who: list(walk(getter(client_of(who, raise_request_exception=False)))) for who in VIEWERS}
        transaction.set_rollback(True)
    return found
