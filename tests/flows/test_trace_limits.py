"""Long trails: they are walked to their end without recursion, or cut where they are asked to be."""

from __future__ import annotations

from tests.flows.trails import happen, history, new
from wikivillage.flows.kinds import Entry
from wikivillage.flows.trace import RULES, tell, trace, track


def test_a_chain_of_ten_thousand_is_walked() -> None:
    length = 10_000
    rows: list[Entry] = [happen("e0", "raise", None, 1, new_resource=new("r0"))]
    rows += [happen(f"e{n}", "transfer", f"r{n - 1}", 1, new_to_resource=new(f"r{n}")) for n in range(1, length)]
    asked = history(*rows)
    for rule in RULES:
        trail = trace(f"r{length - 1}", asked, rule)
        assert len(trail.steps) == 2 * length - 1
        assert len(track("r0", asked, rule).steps) >= 2 * length - 2
    lines = tell(trace("r9999", asked), asked)
    assert len(lines) == 2 * length
    assert lines[-1].strip() == "[19999] counted by e0 (raise 1 kg, ada)"


def test_a_trail_is_cut_where_it_is_asked_to_be() -> None:
    rows: list[Entry] = [happen("e0", "raise", None, 1, new_resource=new("r0"))]
    rows += [happen(f"e{n}", "transfer", f"r{n - 1}", 1, new_to_resource=new(f"r{n}")) for n in range(1, 20)]
    asked = history(*rows)
    whole, cut = trace("r19", asked), trace("r19", asked, most=5)
    assert (cut.steps, cut.more, whole.more) == (whole.steps[:5], True, False)
    assert tell(cut, asked)[-1] == "... and more than these 5 steps"
    assert trace("r19", asked, most=len(whole.steps)).more is False
