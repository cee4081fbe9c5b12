"""A database with the tables and nothing in them, for commands that need not make them themselves."""

from __future__ import annotations

from tests.web.engines import empty_sqlite as empty_sqlite
