"""Reads the climate's own tables of the library: normals of Paris, shape of the synthetic year, drivers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from yaml import CSafeLoader, load

LIBRARY = Path(__file__).resolve().parent.parent / "library"


@cache
def load_table(name: str) -> dict[str, Any]:
    """The content of ``library/<name>.yaml``. Ours, so a fault in it is our own mistake, not the reader's."""
    content = load((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"), Loader=CSafeLoader)
    assert isinstance(content, dict), f"library/{name}.yaml is not a table"
    return content
