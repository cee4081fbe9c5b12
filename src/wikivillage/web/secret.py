"""The key that sessions and forms are signed with: kept beside a SQLite file, so that a restart signs nobody out."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any


def secret_key(database: dict[str, Any]) -> str:
    """The key of this database; beside a PostgreSQL there is none: without SECRET_KEY each start makes a new one."""
    return _kept(Path(f"{database['NAME']}.key")) if is_kept(database) else secrets.token_urlsafe(50)


def is_kept(database: dict[str, Any]) -> bool:
    """Whether the key is the same after a restart: beside a file of SQLite it is."""
    return str(database["ENGINE"]).endswith("sqlite3") and database["NAME"] != ":memory:"


def _kept(path: Path) -> str:
    """The key in a file that only its owner reads; whoever comes first writes it."""
    if not path.parent.is_dir():
        return secrets.token_urlsafe(50)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii")
    except OSError:
        return secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(50)
        file.write(key)
    return key
