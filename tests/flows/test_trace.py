"""Trace and track: worked examples and published cases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.flows.trails import amount, happen, history, new
from wikivillage.base.problems import ProblemError
from wikivillage.flows.fold import Fold
from wikivillage.flows.history import FoldedHistory, history_of
from wikivillage.flows.kinds import Entry, Event, NewStock, Process, Standing, State, Stock
from wikivillage.flows.neighbours import (
    Item,
    next_of_event,
    next_of_process,
    next_of_resource,
    previous_items,
    previous_of_event,
    previous_of_process,
    previous_of_resource,
)
from wikivillage.flows.replay import replay
from wikivillage.flows.trace import RULES, ancestors, tell, trace, track

CASES = Path(__file__).parent / "data"


class Pages:
    """A ledger in memory, for the published cases."""

    def __init__(self) -> None:
        self.growing = Fold()

    def write(self, entries: Sequence[Entry], at: datetime) -> str:
        for entry in entries:
            self.growing.add(entry, at)
        return "created"

    def state(self) -> State:
        return self.growing.state

    def listed(self, what: str) -> list[str]:
        raise AssertionError(f"no case of these lists {what}")


def cases(*ids: str) -> list[Any]:
    files = (json.loads((CASES / name).read_text()) for name in ("ledger_cases.json", "more_ledger_cases.json"))
    return [case for file in files for case in file["cases"] if case["id"] in ids]


PUBLISHED = cases(
    "zen-11-process-previous-order",
    "bon-06-produce-outside-process",
    "more-zen-10-previous-event-chain",
    "more-zen-12-gown-and-shirt",
    "more-bon-05-one-level-track-trace",
)


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["id"])
def test_a_published_case_says_what_it_should(case: dict[str, Any]) -> None:
    outcome = replay(case, Pages())
    assert outcome.checked
    assert not outcome.differences


def test_no_case_is_left_out() -> None:
    assert len(PUBLISHED) == 5


def test_an_expectation_that_is_wrong_is_found() -> None:
    case = cases("zen-11-process-previous-order")[0]
    case["expect"] = {"previous_of_process": {"p": ["e4"]}, "trace": {"r": ["e9"]}, "trace_excludes": {"p": ["e4"]}}
    case["expect"] |= {"previous_event_of_event": {"x": "e4"}, "previous_event_of_resource": {"r": "e4"}}
    case["expect"] |= {"next_of_resource_contains": {"r": ["e1"]}, "track": {"r": []}, "next_of_event": {"e4": []}}
    assert len(replay(case, Pages()).differences) == 9, "the exclusion is asked of both rules"


@pytest.fixture(scope="module")
def gown() -> FoldedHistory:
    """The gown and the shirt of Zenflows: 33 events, one cleaning shared."""
    book = Pages()
    replay(cases("more-zen-12-gown-and-shirt")[0], book)
    return history_of(book.state())


def test_the_published_trace_is_in_the_order_of_the_pseudocode(gown: FoldedHistory) -> None:
    wanted = cases("more-zen-12-gown-and-shirt")[0]["expect"]["trace"]
    for start in ("gown", "e04"):
        assert [start, *trace(start, gown, "published").ids()] == wanted[start]


def test_a_shared_cleaning_makes_no_ancestors(gown: FoldedHistory) -> None:
    assert "shirt-alice" not in trace("gown", gown).ids()
    assert "gown" not in trace("shirt-alice", gown).ids()
    assert "gown" not in track("shirt-alice", gown).ids()
    closure = everything_before(Item("resource", "gown"), gown)
    assert Item("resource", "shirt-alice") in closure, "without the rule the shirt would be an ancestor"


def everything_before(start: Item, asked: FoldedHistory) -> set[Item]:
    found, waiting = set(), [start]
    while waiting:
        for item in previous_items(waiting.pop(), asked):
            if item not in found:
                found.add(item)
                waiting.append(item)
    return found


def bakery() -> FoldedHistory:
    """Grain from a farm outside, milled to flour; ada bakes bread of flour and buys it herself."""
    return history(
        Process("mill"),
        Process("bake"),
        happen("buy", "transfer", None, 10, provider="farm", new_to_resource=new("grain")),
        happen("grind", "consume", "grain", 8, input_of="mill"),
        happen("flour-1", "produce", None, 6, output_of="mill", new_resource=new("flour")),
        happen("counted", "raise", None, 2, new_resource=new("salt")),
        happen("knead", "consume", "flour", 3, input_of="bake"),
        happen("season", "consume", "salt", 1, input_of="bake"),
        happen("bread-1", "produce", None, 4, output_of="bake", new_resource=new("bread")),
        happen("sell", "transfer", "bread", 1, receiver="ben", new_to_resource=new("loaf")),
    )


def test_bread_comes_from_flour_salt_and_a_farm() -> None:
    trail = trace("loaf", bakery())
    assert (trail.rule, trail.direction) == ("strict", "trace")
    assert " ".join(trail.ids()) == (
        "sell bread bread-1 bake season salt counted knead flour flour-1 mill grind grain buy elsewhere:farm:grain:kg"
    )
    assert [step.depth for step in trail.steps][:4] == [1, 2, 3, 4]
    assert [step.why for step in trail.steps][:5] == ["received by", "taken from", "made by", "output of", "with input"]
    assert trail.steps[4].via == Item("process", "bake")


def test_the_farm_goes_to_the_loaf() -> None:
    ids = track("elsewhere:farm:grain:kg", bakery()).ids()
    assert " ".join(ids) == "buy grain grind mill flour-1 flour knead bake bread-1 bread sell loaf"


def test_the_ancestors_are_what_was_counted_made_and_bought() -> None:
    found = ancestors("loaf", bakery())
    assert found.raised == ("counted",)
    assert found.produced == ("bread-1", "flour-1")
    assert found.outside == ("elsewhere:farm:grain:kg",)
    assert found.rule == "strict"


def test_an_account_with_credit_is_outside() -> None:
    grid = NewStock("grid", "kWh", spec="power", allow_negative=True)
    asked = history(
        Event("open", "raise", "grid-co", "grid-co", new_resource=grid, quantity=amount(0, "kWh")),
        Event(
            "draw",
            "transfer",
            "grid-co",
            "ada",
            resource="grid",
            new_to_resource=NewStock("home", "kWh", spec="power"),
            quantity=amount(5, "kWh"),
        ),
    )
    assert ancestors("home", asked).outside == ("grid",)


def test_the_trace_of_a_first_raise_is_empty() -> None:
    for rule in RULES:
        assert trace("counted", bakery(), rule).steps == ()


def test_one_step_back_and_forward() -> None:
    asked = bakery()
    assert previous_of_resource("flour", asked) == ["flour-1"]
    assert previous_of_process("bake", asked) == ["season", "knead"]
    assert previous_of_event("flour-1", asked) == [Item("process", "mill")]
    assert previous_of_event("knead", asked) == [Item("resource", "flour")]
    assert previous_of_event("counted", asked) == []
    assert next_of_resource("bread", asked) == ["bread-1", "sell"]
    assert next_of_process("bake", asked) == ["bread-1"]
    assert next_of_event("sell", asked) == [Item("resource", "loaf")]
    assert next_of_event("counted", asked) == []


def test_a_tree_is_told_in_short_lines() -> None:
    asked = bakery()
    assert tell(trace("flour", asked), asked) == [
        "resource flour comes from (strict rule)",
        "  made by flour-1 (produce 6 kg, ada)",
        "    output of process mill",
        "      with input grind (consume 8 kg, ada)",
        "        taken from resource grain",
        "          received by buy (transfer 10 kg, farm to ada)",
        "            taken from outside account elsewhere:farm:grain:kg",
    ]
    assert tell(track("bread", asked, "published"), asked)[0] == "resource bread goes to (published rule)"
    assert tell(trace("counted", asked), asked) == ["counted (raise 2 kg, ada) comes from (strict rule): nothing"]


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(ProblemError) as refused:
        trace("cake", bakery())
    assert [problem.code for problem in refused.value.problems] == ["unknown-item"]


def test_an_id_of_two_kinds_is_asked_for() -> None:
    asked = history(Process("bread"), happen("open", "raise", None, 2, new_resource=new("bread")))
    with pytest.raises(ProblemError) as refused:
        track("bread", asked)
    assert [problem.code for problem in refused.value.problems] == ["ambiguous-item"]
    assert trace("bread", asked, kind="resource").ids() == ["open"]


def corrected(*changes: tuple[str, int]) -> FoldedHistory:
    return history(
        happen("open", "raise", None, 10, new_resource=new("store")),
        happen("give", "transfer", "store", 4, receiver="ben", new_to_resource=new("heap")),
        *(
            happen(id, "transfer", "store", much, receiver="ben", to_resource="heap", corrects="give")
            for id, much in changes
        ),
    )


def test_a_correction_leads_to_what_it_corrects() -> None:
    for rule in RULES:
        trail = trace("heap", corrected(("less", -1)), rule)
        assert trail.ids() == ["less", "give", "store", "open"]
        assert trail.steps[1].why == "corrects"
        assert not trail.steps[1].undone


def test_what_was_backed_out_is_no_source() -> None:
    asked = corrected(("less", -1), ("none", -3))
    for rule in RULES:
        trail = trace("heap", asked, rule)
        assert "store" not in trail.ids()
        assert [step.undone for step in trail.steps if step.id == "give"] == [True]
        assert "heap" not in track("store", asked, rule).ids() or rule == "published"
    assert "undone by corrections" in tell(trace("heap", asked), asked)[2]
    assert ancestors("heap", asked).raised == ()
    assert {"less", "none"} <= set(track("give", asked).ids())


def parcels(*more: Entry, kept: bool = False) -> FoldedHistory:
    """Apples and soap are packed into one box, the box is carried to the square and unpacked there; it may be kept."""
    return history(
        *(Process(id) for id in ("fold", "pack", "drive", "unpack")),
        happen("apples-0", "raise", None, 3, new_resource=new("apples")),
        happen("soap-0", "raise", None, 2, new_resource=new("soap")),
        happen("card-0", "raise", None, 1, new_resource=new("card")),
        happen("card-1", "consume", "card", 1, input_of="pack"),
        happen("in-apples", "combine", "apples", 3, input_of="pack", container="box"),
        happen("in-soap", "combine", "soap", 2, input_of="pack", container="box"),
        happen("box-1", "produce", None, 1, output_of="pack", new_resource=new("box")),
        happen("load", "pickup", "box", 1, input_of="drive"),
        happen("unload", "dropoff", "box", 1, output_of="drive", to_location="square"),
        *(() if kept else (happen("open", "consume", "box", 1, input_of="unpack"),)),
        happen("out-apples", "separate", "apples", 3, output_of="unpack"),
        *more,
    )


def test_what_lay_in_one_box_is_not_related() -> None:
    ids = set(trace("apples", parcels()).ids())
    assert {"apples-0", "box", "box-1", "card-0", "unload", "load", "out-apples", "open"} <= ids
    assert not {"soap", "soap-0", "in-soap", "out-soap"} & ids
    assert "apples" not in track("soap", parcels()).ids()


def test_what_carried_it_along_is_told() -> None:
    steps = {step.id: step for step in trace("apples", parcels(kept=True)).steps}
    assert "soap" not in steps
    assert steps["unload"].why == "carried along by"
    assert steps["unload"].via == Item("resource", "apples")


def test_a_box_that_first_only_carried_is_followed_again_when_it_is_used_up() -> None:
    asked = parcels(
        Process("mash"),
        happen("in-box", "consume", "box", 1, input_of="mash"),
        happen("in-fruit", "consume", "apples", 3, input_of="mash"),
        happen("mash-1", "produce", None, 1, output_of="mash", new_resource=new("mash-pot")),
        kept=True,
    )
    assert "soap" in trace("mash-pot", asked).ids(), "it lay in the box that went into the mash"
    assert "mash-pot" in track("soap", asked).ids()


def test_a_box_comes_from_what_was_packed_into_it() -> None:
    ids = trace("box", parcels()).ids()
    assert {"apples", "soap", "card"} <= set(ids)
    assert "box" in track("soap", parcels()).ids()


def test_a_transport_with_change_of_hands_is_followed_through_its_records() -> None:
    asked = history(
        Process("drive"),
        happen("open", "raise", None, 9, new_resource=new("depot")),
        happen("load", "pickup", "depot", 5, receiver="van", input_of="drive", new_to_resource=new("cargo")),
        happen(
            "unload",
            "dropoff",
            "cargo",
            5,
            provider="van",
            receiver="ben",
            output_of="drive",
            new_to_resource=new("shop"),
        ),
    )
    assert set(trace("shop", asked).ids()) == {"unload", "drive", "load", "depot", "open", "cargo"}
    assert "shop" in track("depot", asked).ids()


def test_an_offcut_comes_from_the_board_that_was_only_accepted() -> None:
    asked = history(
        Process("cut"),
        happen("board-0", "raise", None, 5, new_resource=new("board")),
        happen("take", "accept", "board", 5, input_of="cut"),
        happen("back", "modify", "board", 5, output_of="cut"),
        happen("left", "produce", None, 1, output_of="cut", new_resource=new("offcut")),
    )
    assert "board" in trace("offcut", asked).ids()
    assert "board" not in trace("offcut", asked, "published").ids(), "the published rule passes over the accept"


def test_the_published_rule_is_no_mirror() -> None:
    asked = bakery()
    assert "bread-1" in track("bread", asked, "published").ids()
    assert "bread" not in trace("bread-1", asked, "published").ids()


@dataclass
class Counting:
    """A history that counts what it is asked for."""

    inner: FoldedHistory
    asked: set[str] = field(default_factory=set)

    def standing(self, event: str) -> Standing | None:
        self.asked.add(event)
        return self.inner.standing(event)

    def stock(self, resource: str) -> Stock | None:
        self.asked.add(resource)
        return self.inner.stock(resource)

    def process(self, id: str) -> Process | None:
        self.asked.add(id)
        return self.inner.process(id)

    def touching(self, resource: str) -> Sequence[str]:
        self.asked.add(resource)
        return self.inner.touching(resource)

    def touched(self, event: str) -> Sequence[str]:
        self.asked.add(event)
        return self.inner.touched(event)

    def inputs(self, process: str) -> Sequence[str]:
        self.asked.add(process)
        return self.inner.inputs(process)

    def outputs(self, process: str) -> Sequence[str]:
        self.asked.add(process)
        return self.inner.outputs(process)


def test_only_what_is_reached_is_asked_for() -> None:
    rows = [happen(f"e{n}", "raise", None, 1, new_resource=new(f"r{n}")) for n in range(2000)]
    inner = history(*rows, happen("last", "move", "r7", 1, new_to_resource=new("shelf")))
    for rule in RULES:
        counting = Counting(inner)
        assert trace("shelf", counting, rule).ids() == ["last", "r7", "e7"]
        assert counting.asked == {"shelf", "last", "r7", "e7"}
