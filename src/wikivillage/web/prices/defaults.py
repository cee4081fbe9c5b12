"""Rules to begin with, and figures of the law, from the files beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from wikivillage.web.prices.policies import EffortFigures
from wikivillage.web.prices.trees import Reader, read_effort


def tree_of(name: str) -> Mapping[str, Any]:
    """What stands in a file of figures."""
    text = (resources.files("wikivillage.web.prices") / "figures" / f"{name}.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found


@cache
def psu_figures() -> tuple[EffortFigures, ...]:
    """The national scale of crèches, from 2022 on."""
    reader = Reader()
    figures = read_effort(tree_of("psu"), reader).figures
    assert not reader.problems, reader.problems
    return figures


def default_rules() -> list[dict[str, Any]]:
    """Rules to begin with, as the action takes them that proposes one."""
    rules: list[dict[str, Any]] = tree_of("defaults")["rules"]
    return rules
