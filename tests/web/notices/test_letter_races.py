"""Two workers at once: each letter is taken by one of them."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from wikivillage.web.notices.actions import claim_letter, queue_letter

AT = datetime(2026, 4, 16, 9, tzinfo=UTC)
LETTERS, WORKERS = 30, 3


def take_all(_: int) -> list[UUID]:
    """Take letters until there is none."""
    taken = []
    try:
        while letter := claim_letter(at=AT + timedelta(seconds=1)):
            taken.append(letter.pk)
    finally:
        connection.close()
    return taken


@pytest.mark.usefixtures("database")
def test_a_letter_is_taken_once() -> None:
    known = {queue_letter(to=f"{number}@example.org", subject="", text="", at=AT).pk for number in range(LETTERS)}
    with ThreadPoolExecutor(WORKERS) as pool:
        taken = Counter(letter for one in pool.map(take_all, range(WORKERS)) for letter in one)
    assert taken == Counter(known)
