"""Bars of equal steps, with what is estimated and what is missing; squares for many things."""

from __future__ import annotations

import re

from wikivillage.report.figures.bars import Bar, Labels, bars
from wikivillage.report.figures.squares import SIDE, squares

LABELS = Labels(ticks=[(0, "0 h"), (2, "2 h")], gap="no <reading>", step="5 kWh")


def test_bars_are_as_tall_as_their_amounts_twice() -> None:
    drawn = bars([Bar(10), Bar(5), Bar(0)], loop="energy", labels=LABELS)
    heights = [float(one) for one in re.findall(r'<rect class="energy edge"[^>]*height="([\d.]+)"', drawn)]
    assert len(heights) == 4
    assert heights[0] == 2 * heights[1]
    assert heights[2] == 2 * heights[3]
    assert drawn.count("only-wide") == drawn.count("only-phone") == 1


def test_what_is_not_measured_looks_otherwise() -> None:
    drawn = bars([Bar(1), Bar(1, "estimated"), Bar(1, "partial")], loop="water", labels=LABELS)
    assert drawn.count('fill="url(#p-water)"') == 2
    assert drawn.count('fill="url(#r-water)" stroke-dasharray') == 4


def test_a_gap_is_one_box_with_its_name() -> None:
    drawn = bars([Bar(1), *[Bar(0, "missing")] * 20, Bar(1)], loop="energy", labels=LABELS)
    assert drawn.count('<rect class="pen2"') == 2
    assert drawn.count("no &lt;reading&gt;") == 2
    narrow = bars([*[Bar(1)] * 50, Bar(0, "missing")], loop="energy", labels=LABELS)
    assert "no &lt;reading&gt;" not in narrow


def test_amounts_below_zero_hang_under_the_line() -> None:
    drawn = bars([Bar(4), Bar(-2)], loop="energy", labels=LABELS)
    up, down = re.findall(r'<rect class="energy edge"[^>]* y="([\d.]+)"[^>]*height="([\d.]+)"', drawn)[:2]
    assert float(up[0]) + float(up[1]) == float(down[0])


def test_nothing_and_zeros_are_drawn_without_falling_over() -> None:
    for found in ([], [Bar(0)], [Bar(0, "missing")]):
        assert bars(found, loop="nothing", labels=LABELS).count("<svg") == 2


def test_ticks_are_thinned_on_a_phone() -> None:
    many = Labels(ticks=[(i, f"{i} h") for i in range(24)], gap="", step="")
    wide, narrow = bars([Bar(1)] * 24, loop="heat", labels=many).split('<div class="only-phone">')
    assert wide.count(" h</text>") == 12
    assert narrow.count(" h</text>") == 5


def test_squares_stand_in_rows() -> None:
    drawn = squares(["well", "silent", "strange", "doubtful"], a_row=3)
    assert 'viewBox="0 0 60 40"' in drawn
    assert drawn.count("<rect") == 2
    assert drawn.count("<path") == 2
    assert f'width="{SIDE}"' in drawn
    assert "<svg" in squares([])
