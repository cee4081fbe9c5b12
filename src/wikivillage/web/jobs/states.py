"""The five states of a job."""

from __future__ import annotations

WAITING, RUNNING, DONE, FAILED, STOPPED = STATES = ("waiting", "running", "done", "failed", "stopped")
OPEN = (WAITING, RUNNING)
"""What is still to be done."""
ENDED = (DONE, FAILED, STOPPED)
"""What is over, unless somebody runs it again."""
