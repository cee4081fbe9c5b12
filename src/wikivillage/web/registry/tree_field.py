"""A column for trees of words."""

from __future__ import annotations

import json
from typing import Any

from django.db import models


class TreeField(models.TextField):
    """A tree of words as JSON text. PostgreSQL's own JSON would forget the order of keys, which recipes need."""

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        """Text from the database as a tree."""
        return None if value is None else json.loads(value)

    def get_prep_value(self, value: Any) -> str | None:
        """A tree as text."""
        return None if value is None else json.dumps(value, ensure_ascii=False)
