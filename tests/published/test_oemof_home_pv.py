"""The six steps of oemof's home with PV and battery, over a whole year, give the published figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.examples.expectations import figure_in, read_expected
from wikivillage.model import load_village_text
from wikivillage.planner.planning import Plan, plan

STEPS = sorted((Path(__file__).parent / "oemof_home_pv").glob("step*.yaml"))


def autarky_percent(result: Plan) -> float:
    """The share of the demand that is not bought, as the tutorial counts it."""
    return 100 * (1 - figure_in(result, "bought grid") / figure_in(result, "served home"))


@pytest.mark.parametrize("path", STEPS, ids=lambda path: path.stem)
def test_step_gives_the_published_figures(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    result = plan(load_village_text(text, path.parent, path.name), base=path.parent)
    for promise in read_expected(text):
        reached = autarky_percent(result) if promise.what == "autarky" else figure_in(result, promise.what)
        digit = 10.0**-promise.decimals
        tolerance = digit if promise.what == "objective" else digit / 2
        assert reached == pytest.approx(promise.figure, abs=tolerance * 1.01), promise.what
