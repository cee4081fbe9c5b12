"""The flows as CSV tables, one per tempo, that a spreadsheet opens."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

TEMPOS = ("hour", "day", "week", "year")


def write_csv(flows: pd.DataFrame, folder: Path) -> list[Path]:
    """One file per tempo in ``folder``: a row per step, a column per flow and network, named with its unit.

    Commas, point decimals, UTF-8 with a byte order mark (``utf-8-sig``), so that spreadsheets read accents.
    Returns the paths.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for tempo in TEMPOS:
        rows = flows[flows["tempo"] == tempo]
        if rows.empty:
            continue
        path = folder / f"flows_{tempo}.csv"
        wide(rows).to_csv(path, encoding="utf-8-sig", float_format="%.6g", lineterminator="\n")
        written.append(path)
    return written


def wide(rows: pd.DataFrame) -> pd.DataFrame:
    """Index: time of the step. Columns: ``flow kind network [unit]`` in the order of the table."""
    network = rows["network"].astype(str)
    place = network.where((network == "") | (network == "village"), " " + network).where(network != "village", "")
    column = rows["flow"].astype(str) + " " + rows["kind"].astype(str) + place + " [" + rows["unit"].astype(str) + "]"
    table = rows.assign(column=column).pivot_table(
        index="time", columns="column", values="amount", aggfunc="sum", sort=False
    )
    return table.sort_index().rename_axis(columns=None)
