"""``python -m benchmarks``: measure, print a table and append it to RESULTS.md."""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import datetime

from benchmarks.results import keep, show, title
from benchmarks.works import FULL, QUICK, WORKS


def main() -> None:
    """Measure the works that are asked for."""
    asked = _arguments()
    scale = QUICK if asked.quick else FULL
    if asked.limit:
        scale = replace(scale, limit_s=asked.limit)
    heading = title(datetime.now(), "quick: small sizes, not the targets' own" if asked.quick else "full")
    rows = []
    for name in asked.only or WORKS:
        print(f"{name} ...", flush=True)
        rows += WORKS[name](scale)
    show(rows, heading, asked.why)
    if not asked.dry:
        keep(rows, heading, asked.why)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, about a minute")
    parser.add_argument("--only", action="append", choices=list(WORKS), help="one work; may be given again")
    parser.add_argument("--limit", type=float, metavar="SECONDS", help="how long each method of HiGHS may take")
    parser.add_argument("--why", default="not yet explained", help="what is known about a missed target")
    parser.add_argument("--dry", action="store_true", help="print only, keep nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
