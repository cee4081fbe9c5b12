"""A village that has lived for a while, for the tests of pages: made once in a run, then copied for each test.

``lived_village`` is Django on a copy of it whose changes are taken back at the end; ``LIVED_NOW`` is its present.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from django.db import connections, transaction

from tests.services.postgres import Cluster
from tests.web.engines import ENGINES, use_database
from tests.web.once import made_once
from wikivillage.model import load_village
from wikivillage.planner.planning import plan
from wikivillage.web.demonstration.actions import live_through
from wikivillage.web.demonstration.life import Summary
from wikivillage.web.registry.village_actions import record_village

VILLAGE = Path("villages/saint_blaise.yaml").resolve()
LIVED_NOW = datetime(2026, 11, 12, 15, 20, tzinfo=UTC)
"""A Thursday afternoon in Saint-Blaise."""
LIVED_FROM = date(2026, 11, 4)
BEFORE = datetime(2026, 11, 1, tzinfo=UTC)
SEED = 1
HORIZON = "horizon: {start: 2025-11-05, hours: 168}\nfinance:"


@pytest.fixture(scope="session")
def planned_week(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], pd.DataFrame]:
    """Saint-Blaise planned for one week of November: the record and the flows."""
    file = tmp_path_factory.mktemp("planned") / "week.yaml"
    file.write_text(VILLAGE.read_text("utf-8").replace("finance:", HORIZON, 1), "utf-8")
    made = plan(load_village(file), file.parent)
    return made.record, made.flows


def live(planned: tuple[dict[str, Any], pd.DataFrame], now: datetime = LIVED_NOW) -> Summary:
    """Record the village and let it live, in the database that Django has."""
    record_village(village=load_village(VILLAGE), base=VILLAGE.parent, at=BEFORE)
    record, flows = planned
    return live_through(plan_record=record, plan_flows=flows, first=LIVED_FROM, now=now, seed=SEED)


@pytest.fixture(scope="session")
def lived_sqlite(
    empty_sqlite: Path,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
) -> Path:
    """A SQLite file with a village that has lived, to be copied."""

    def make(path: Path) -> None:
        planned = request.getfixturevalue("planned_week")
        shutil.copy(empty_sqlite, path)
        with django_db_blocker.unblock(), use_database(f"sqlite:///{path}"):
            live(planned)
            connections["default"].cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    return made_once(tmp_path_factory, "lived.sqlite3", make)


@pytest.fixture(scope="session")
def lived_postgres(
    postgres_cluster: Cluster,
    empty_postgres: str,
    planned_week: tuple[dict[str, Any], pd.DataFrame],
    django_db_blocker: Any,
) -> str:
    """The name of a PostgreSQL database with a village that has lived, to be a template."""
    url = postgres_cluster.create_database("lived", empty_postgres)
    with django_db_blocker.unblock(), use_database(url):
        live(planned_week)
    return "lived"


@pytest.fixture(scope="session")
def shared_lived_sqlite(lived_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One copy on SQLite for all tests that leave nothing behind."""
    copy = tmp_path_factory.mktemp("shared_lived") / "village.sqlite3"
    shutil.copy(lived_sqlite, copy)
    return f"sqlite:///{copy}"


@pytest.fixture(scope="session")
def shared_lived_postgres(postgres_cluster: Cluster, lived_postgres: str) -> str:
    """One copy on PostgreSQL for all tests that leave nothing behind."""
    return postgres_cluster.create_database("shared_lived", lived_postgres)


@pytest.fixture(params=ENGINES)
def lived_url(request: pytest.FixtureRequest) -> str:
    """The shared lived database of each engine in turn."""
    return str(request.getfixturevalue(f"shared_lived_{'sqlite' if request.param == 'sqlite' else 'postgres'}"))


@pytest.fixture
def lived_village(lived_url: str, django_db_blocker: Any) -> Iterator[datetime]:
    """Django on a village that has lived, each engine in turn; its present. Changes are taken back at the end."""
    with django_db_blocker.unblock(), use_database(lived_url), transaction.atomic():
        yield LIVED_NOW
        transaction.set_rollback(True)


@pytest.fixture
def lived_quickly(shared_lived_sqlite: str, django_db_blocker: Any) -> Iterator[datetime]:
    """The same on SQLite only, for pages that ask nothing special of a database."""
    with django_db_blocker.unblock(), use_database(shared_lived_sqlite), transaction.atomic():
        yield LIVED_NOW
        transaction.set_rollback(True)
