"""The village on which the whole site is looked at: Saint-Blaise after some days of life, its days added up, with a
plan for a week, another one to compare it with, and somebody for each role."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connections
from django.utils import timezone

from tests.browser.served import PICTURES
from tests.web.engines import use_database
from tests.web.lived import HORIZON, LIVED_NOW, VILLAGE
from tests.web.remembered import forget_all
from tests.web.site.people import NAMES, account_of
from wikivillage.model import load_village
from wikivillage.web.ledger import day_sums
from wikivillage.web.plans.actions import plan_now
from wikivillage.web.plans.scenario import Change
from wikivillage.web.registry.village_actions import record_village


@contextmanager
def present(at: datetime = LIVED_NOW) -> Iterator[None]:
    """It is this moment in the village, whatever the clock of this machine says."""
    forget_all()
    with patch.object(timezone, "now", lambda: at):
        yield
    forget_all()


@pytest.fixture(scope="session")
def lived_site(lived_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """A SQLite file to be copied: what the village was when its worker had done everything."""
    path = tmp_path_factory.mktemp("lived_site") / "village.sqlite3"
    shutil.copy(lived_sqlite, path)
    with django_db_blocker.unblock(), use_database(f"sqlite:///{path}"), present():
        if not os.environ.get(PICTURES):
            _shorten(tmp_path_factory.mktemp("short") / "week.yaml")
        for name, changes in (("", []), ("Moins d’eau", [Change("scale.water", "80")])):
            plan_now(at=LIVED_NOW, name=name, changes=changes, choose=not name)
        day_sums.rebuild(zone="Europe/Paris")
        for who in NAMES:
            account_of(who)
        connections["default"].cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def week_of_saint_blaise() -> str:
    """The village file with a week in place of the year: a plan of it is a matter of seconds."""
    return VILLAGE.read_text("utf-8").replace("finance:", HORIZON, 1)


def _shorten(file: Path) -> None:
    """Load the village with a week to plan."""
    file.write_text(week_of_saint_blaise(), "utf-8")
    record_village(village=load_village(file), base=file.parent, at=LIVED_NOW)
