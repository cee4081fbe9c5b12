"""Several processes at once: each reading is counted once, each interval is closed once, and nothing waits for ever."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from tests.web.meters.rooms import events, meter, net
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.meters.models import Batch, ClosedInterval, Reading

TAKE_IN = """
new = duplicate = 0
for batch in torn(int(sys.argv[1]), batches=25):
    counts = ingest(batch).counts
    assert counts["conflicting"] == counts["quarantined"] == 0, counts
    new, duplicate = new + counts["new"], duplicate + counts["duplicate"]
print(new, duplicate)
"""
"""Takes in the whole stream, shuffled, and says how much of it was new and how much was there."""

CLOSE = """
total = sum((close() for _ in range(3)), Settled())
print(total.closed, total.events)
"""
"""Closes whatever is over, three times, and says how much that was."""

HEAD = """
import sys
from wikivillage.web.setup import setup
setup()
from tests.web.meters.rooms import close, ingest
from tests.web.meters.torn_streams import torn
from wikivillage.web.meters.settle import Settled
sys.stdin.readline()
"""


def test_invariant_12_two_processes_with_the_same_stream_count_each_reading_once(database: str) -> None:
    for number in range(10):
        meter(f"m{number}")
    told = _at_once(database, (TAKE_IN, "1"), (TAKE_IN, "2"))
    assert sum(new for new, _ in told) == Reading.objects.count() == 1000
    assert sum(duplicate for _, duplicate in told) == 2 * 1250 - 1000
    assert sum(Batch.objects.values_list("new", flat=True)) == 1000


def test_invariant_13_two_processes_that_close_make_each_event_once_while_readings_come(database: str) -> None:
    for number in range(10):
        meter(f"m{number}", grid="hour")
    _at_once(database, (TAKE_IN, "1"), (CLOSE, ""), (CLOSE, ""))
    told = _at_once(database, (CLOSE, ""), (CLOSE, ""))
    assert sum(closed for closed, _ in told) <= ClosedInterval.objects.count()
    firsts = [row for row in events() if row.corrects is None]
    assert len(firsts) == len({row.id for row in firsts}) == ClosedInterval.objects.exclude(event=None).count()
    assert net() == sum(one.net for one in ClosedInterval.objects.all())
    assert all(one.net >= Decimal(0) for one in ClosedInterval.objects.all())
    assert check_ledger().ok


def _at_once(database: str, *programs: tuple[str, str]) -> list[tuple[int, int]]:
    """Start programs, let them go together, and return the two numbers that each tells."""
    environment = {**os.environ, "DATABASE_URL": database, "PYTHONPATH": str(Path.cwd())}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", HEAD + program, argument],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for program, argument in programs
    ]
    for one in started:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    told = [one.communicate(timeout=90)[0].split() for one in started]
    assert [one.returncode for one in started] == [0] * len(started)
    return [(int(first), int(second)) for first, second in told]
