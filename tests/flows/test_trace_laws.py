"""Laws of trace and track on random small ledgers, against a search that tries everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.trails import AT, happen, new
from wikivillage.base.problems import ProblemError
from wikivillage.flows.fold import Fold
from wikivillage.flows.history import FoldedHistory, history_of, is_undone, named_by
from wikivillage.flows.kinds import Entry, Event, Process, Standing
from wikivillage.flows.trace import RULES, Trail, tell, trace, track

PAIRS = {"modify": "accept", "dropoff": "pickup", "separate": "combine"}
RESOURCES, PROCESSES = ("a", "b", "c", "d"), ("p", "q")
ACTIONS = "raise lower consume use produce accept modify pickup dropoff combine separate transfer move transferCustody"


@st.composite
def random_events(draw: st.DrawFn, actions: Iterable[str] = tuple(ACTIONS.split())) -> list[dict[str, Any]]:
    one = st.fixed_dictionaries(
        {
            "action": st.sampled_from(list(actions)),
            "resource": st.sampled_from(RESOURCES),
            "other": st.sampled_from(RESOURCES),
            "process": st.sampled_from(PROCESSES),
            "much": st.sampled_from(("1", "all")),
            "provider": st.sampled_from(("ada", "ada", "ben")),
            "receiver": st.sampled_from(("ada", "ada", "ben")),
            "one_sided": st.booleans(),
            "to": st.booleans(),
            "corrects": st.integers(0, 12),
        }
    )
    return draw(st.lists(one, min_size=8, max_size=22))


def shaped(number: int, choice: dict[str, Any], growing: Fold) -> Event:
    """An event of a random choice, made to fit what is there where that is easy; many are refused all the same."""
    state, action, process = growing.state, choice["action"], choice["process"]
    waiting = [key for key, held in state.works[process].held.items() if PAIRS.get(action) == held.action]
    waiting = [key for key, one in state.stocks.items() if one.contained_in] if action == "separate" else waiting
    boxes = [key for key, inside in state.contents.items() if inside and key in state.stocks]
    carries = bool(boxes) and action in ("move", "transfer", "transferCustody") and choice["to"]
    waiting = boxes if carries else waiting
    name = waiting[0] if waiting else choice["resource"]
    stock = state.stocks.get(name)
    agents = {"provider": choice["provider"], "receiver": choice["receiver"]}
    if carries or action in ("modify", "dropoff", "accept", "pickup", "combine", "separate"):
        agents = {"provider": stock.custodian, "receiver": stock.custodian} if stock else agents
    whole = choice["much"] == "all" or carries or action in ("combine", "separate")
    amounts = {"separate": stock.inside, "combine": stock.onhand} if stock else {}
    held = max(amounts.get(action, stock.onhand if stock else Decimal(0)), Decimal(0))
    much = str(held) if whole and held else "1"
    more: dict[str, Any] = {}
    if action in ("consume", "use", "accept", "pickup", "combine"):
        more["input_of"] = process
    if action in ("produce", "modify", "dropoff", "separate"):
        more["output_of"] = process
    if action == "combine":
        more["container" if choice["to"] else "to_resource"] = choice["other"]
    elif action in ("transfer", "move", "transferCustody") or (
        choice["to"] and action in ("consume", "dropoff", "pickup")
    ):
        known = choice["other"] in state.stocks
        more |= {"to_resource": choice["other"]} if known else {"new_to_resource": new(choice["other"])}
    resource: str | None = name
    if action in ("raise", "produce") and stock is None:
        more["new_resource"], resource = new(name), None
    if action == "transfer" and choice["one_sided"]:
        resource = None
    return happen(f"e{number}", action, resource, much, **agents, **more)


def correction(number: int, choice: dict[str, Any], growing: Fold) -> Event | None:
    standing = growing.state.events.get(f"e{choice['corrects']}")
    if standing is None or not standing.quantity:
        return None
    event = standing.event
    resource, to = named_by(event)
    back = -standing.quantity if choice["much"] == "all" else Decimal(-1)
    return happen(
        f"e{number}",
        event.action,
        resource,
        str(back),
        provider=event.provider,
        receiver=event.receiver,
        to_resource=to,
        container=event.container,
        input_of=event.input_of,
        output_of=event.output_of,
        corrects=event.id,
    )


def ledger(choices: list[dict[str, Any]]) -> FoldedHistory:
    growing = Fold()
    asked = FoldedHistory(growing.state)
    opening: list[Entry] = [Process(id) for id in PROCESSES]
    opening += [happen(f"open-{id}", "raise", None, 3, new_resource=new(id)) for id in RESOURCES[:3]]
    opening += [happen("open-in", "combine", "b", 3, input_of="p", container="c")] if len(choices) % 2 else []
    for entry in opening:
        asked.add(entry, growing.add(entry, AT))
    for number, choice in enumerate(choices):
        wanted = correction(number, choice, growing) if choice["corrects"] < number // 2 else None
        event = wanted or shaped(number, choice, growing)
        try:
            asked.add(event, growing.add(event, AT))
        except ProblemError:
            continue
    return asked


State_ = tuple[str, str, bool]
"""An item and whether it is only a carrier."""


def all_links(asked: FoldedHistory) -> dict[State_, set[State_]]:
    """Every step back that the strict rule allows, found by trying all pairs of events and resources."""
    links: dict[State_, set[State_]] = {}
    standings = asked.state.events
    for (id, one), carrier in ((pair, mode) for pair in standings.items() for mode in (False, True)):
        links[("event", id, carrier)] = set(from_event(one, carrier, asked))
    for id, carrier in ((id, mode) for id in asked.state.stocks for mode in (False, True)):
        links[("resource", id, carrier)] = set(from_resource(id, carrier, asked))
    return links


def from_event(one: Standing, carrier: bool, asked: FoldedHistory) -> Iterable[State_]:
    event, (named, to) = one.event, named_by(one.event)
    if event.corrects:
        yield "event", event.corrects, carrier
        return
    if is_undone(one):
        return
    if event.output_of:
        yield "process", event.output_of, carrier
        for each in asked.state.events.values():
            if each.event.input_of == event.output_of:
                yield from from_output(event, each.event, carrier)
        if to and named and to != named:
            yield "resource", named, carrier
    elif named is None:
        outside = [id for id in asked.of_event[event.id] if asked.state.stocks[id].elsewhere]
        yield from (("resource", id, carrier) for id in outside if to)
    elif not (event.action in ("raise", "lower") and one.previous is None):
        yield "resource", named, carrier
        if to and event.input_of and event.action != "combine":
            yield "resource", to, carrier


def acts_on(event: Event) -> str | None:
    named, to = named_by(event)
    implied = event.action in ("pickup", "accept") and event.provider != event.receiver
    return to if implied and to else named


def from_output(output: Event, source: Event, carrier: bool) -> Iterable[State_]:
    keeps = source.action in PAIRS.values()
    if output.action in PAIRS:
        if keeps and source.action == PAIRS[output.action] and acts_on(source) == acts_on(output):
            yield "event", source.id, carrier
        elif not keeps:
            yield "event", source.id, output.action == "separate"
    elif not (source.action == "combine" and carrier):
        yield "event", source.id, False


def from_resource(id: str, carrier: bool, asked: FoldedHistory) -> Iterable[State_]:
    if asked.state.stocks[id].elsewhere:
        return
    for event in (one.event for one in asked.state.events.values()):
        named, to = named_by(event)
        made = named == id and (event.output_of or event.action in ("raise", "lower"))
        if to == id and event.action == "combine" and carrier and not made:
            continue
        if to == id or made:
            yield "event", event.id, carrier
        elif id in asked.of_event[event.id] and id not in (named, to):
            yield "event", event.id, True


def reached(start: State_, links: dict[State_, set[State_]]) -> set[tuple[str, str]]:
    found: set[State_] = set()
    frontier = {start}
    while frontier:
        frontier = {after for state in frontier for after in links.get(state, ())} - found
        found |= frontier
    return {(kind, id) for kind, id, _ in found} - {start[:2]}


def kinds_and_ids(trail: Trail) -> set[tuple[str, str]]:
    return {(step.kind, step.id) for step in trail.steps}


def starts(asked: FoldedHistory) -> list[tuple[str, str]]:
    return [("event", id) for id in asked.state.events] + [("resource", id) for id in asked.state.stocks]


@settings(max_examples=100, deadline=None)
@given(random_events())
def test_a_strict_trace_ends_and_finds_all_that_a_search_finds(choices: list[dict[str, Any]]) -> None:
    asked = ledger(choices)
    links = all_links(asked)
    for kind, id in starts(asked):
        assert kinds_and_ids(walked(trace, id, asked, kind)) == reached((kind, id, False), links)


def walked(way: Callable[..., Trail], id: str, asked: FoldedHistory, kind: str, rule: str = "strict") -> Trail:
    return way(id, asked, rule, kind)


@settings(max_examples=100, deadline=None)
@given(random_events())
def test_strict_track_is_the_mirror_of_trace(choices: list[dict[str, Any]]) -> None:
    asked = ledger(choices)
    items = [*starts(asked), *(("process", id) for id in PROCESSES)]
    back = {(item, x) for item in items for x in kinds_and_ids(walked(trace, item[1], asked, item[0]))}
    forward = {(x, item) for item in items for x in kinds_and_ids(walked(track, item[1], asked, item[0]))}
    assert back == forward


@settings(max_examples=60, deadline=None)
@given(random_events())
def test_every_step_is_there_once_and_hangs_on_the_one_it_names(choices: list[dict[str, Any]]) -> None:
    asked = ledger(choices)
    for kind, id in starts(asked):
        for way in (trace, track):
            for rule in RULES:
                trail = walked(way, id, asked, kind, rule)
                depths = {trail.start: 0}
                for step in trail.steps:
                    there = {"event": asked.standing, "resource": asked.stock, "process": asked.process}[step.kind]
                    assert there(step.id) is not None
                    assert step.item not in depths
                    assert step.depth == depths[step.via] + 1
                    depths[step.item] = step.depth
                assert len(tell(trail, asked)) == len(trail.steps) + 1


@settings(max_examples=100, deadline=None)
@given(random_events(tuple(one for one in ACTIONS.split() if one not in ("combine", "separate"))))
def test_without_containers_the_published_rule_finds_no_other_sources(choices: list[dict[str, Any]]) -> None:
    """It may tell further events that named the same resource, for it goes on with the event before."""
    asked = ledger(choices)
    for kind, id in starts(asked):
        published = kinds_and_ids(walked(trace, id, asked, kind, "published")) - {(kind, id)}
        found = kinds_and_ids(walked(trace, id, asked, kind))
        assert {item for item in published if item[0] != "event"} <= found | {(kind, id)}


@settings(max_examples=60, deadline=None)
@given(random_events())
def test_a_state_folded_again_has_the_same_history(choices: list[dict[str, Any]]) -> None:
    asked = ledger(choices)
    again = history_of(asked.state)
    assert (again.of_event, again.of_resource) == (asked.of_event, asked.of_resource)
    assert (again.into, again.out_of) == (asked.into, asked.out_of)


def test_the_random_ledgers_hold_what_they_are_about() -> None:
    """Guard of the laws above: random choices give corrections, containers, cycles and changes of hands."""
    seen: set[str] = set()

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(random_events())
    def look(choices: list[dict[str, Any]]) -> None:
        asked = ledger(choices)
        for one in asked.state.events.values():
            seen.add(one.event.action + (" corrected" if one.event.corrects else ""))
            seen.update({"undone"} if is_undone(one) else ())
            others = set(asked.of_event[one.event.id]) - set(named_by(one.event))
            seen.update({"along"} if others & set(RESOURCES) else ())

    look()
    assert {*ACTIONS.split(), "undone", "along", "transfer corrected"} <= seen
