"""The most memory that a process has held."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

STATUS, RESET_PEAK = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def forget_peak() -> float:
    """Start the peak of memory anew where the system can (Linux); returns it in MB."""
    if RESET_PEAK.exists():
        RESET_PEAK.write_text("5")
    return peak_mb()


def peak_mb() -> float:
    """The most memory this process has held, in MB."""
    if STATUS.exists():
        (line,) = (line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
