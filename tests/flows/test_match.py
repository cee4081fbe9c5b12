"""Needs and offers: who is served first and why, why a pair is not matched, and laws over random markets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from wikivillage.base.problems import ProblemError
from wikivillage.flows.kinds import Commitment, Intent, Measure, Pledge
from wikivillage.flows.match import PRIORITIES, WORDS, Match, Proposal, Reason, find_proposal, match, say, why_not

AT = datetime(2026, 5, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def need(id: str, quantity: str, **more: Any) -> Proposal:
    return Proposal(id, "need", f"agent-{id}", "tomato", Decimal(quantity), "kg", AT, **more)


def offer(id: str, quantity: str, **more: Any) -> Proposal:
    return Proposal(id, "offer", f"agent-{id}", "tomato", Decimal(quantity), "kg", AT, **more)


def amounts(matches: list[Match]) -> list[tuple[str, str, str]]:
    return [(one.need, one.offer, str(one.quantity)) for one in matches]


def test_the_vital_need_is_served_first_and_the_rest_goes_on() -> None:
    """10 kg: the kitchen takes its 4, the crèche 5, and 1 is left for the feast, which another offer completes."""
    needs = [
        need("feast", "3"),
        need("creche", "5", priority="essential"),
        need("kitchen", "4", priority="vital", begin=AT + HOUR),
    ]
    offers = [offer("farm", "10"), offer("garden", "1.5", begin=AT + HOUR)]
    assert amounts(match(needs, offers, AT)) == [
        ("kitchen", "farm", "4"),
        ("creche", "farm", "5"),
        ("feast", "farm", "1"),
        ("feast", "garden", "1.5"),
    ]


def test_of_equal_needs_the_one_that_waits_longest_is_served() -> None:
    needs = [need("late", "1", begin=AT + HOUR), need("early", "1", begin=AT - HOUR), need("ends", "1", end=AT + HOUR)]
    assert amounts(match(needs, [offer("farm", "2")], AT)) == [("early", "farm", "1"), ("ends", "farm", "1")]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({}, {"begin": AT + HOUR, "place": "hall"}),
        ({"place": "hall"}, {"place": "roof", "created": AT - HOUR}),
        ({"created": AT - HOUR, "id": "z"}, {"id": "a"}),
        ({"id": "a"}, {"id": "b"}),
    ],
)
def test_the_soonest_then_nearest_then_oldest_offer_is_taken(better: dict[str, Any], worse: dict[str, Any]) -> None:
    asked = need("n", "1", place="hall")
    one, other = replace(offer("one", "1"), **better), replace(offer("other", "1"), **worse)
    for offers in ([one, other], [other, one]):
        assert [made.offer for made in match([asked], offers, AT)] == [one.id]


def test_a_match_says_why() -> None:
    asked = need("n", "4", place="hall", begin=AT)
    near = offer("near", "3", place="hall", price=Decimal("2.5"))
    later = offer("later", "3", begin=AT + HOUR)
    first, second = match([asked], [near, later], AT)
    assert first.reasons == (
        Reason("part"),
        Reason("in-time"),
        Reason("same-place", ("hall",)),
        Reason("price-open", ("2.5", "kg")),
    )
    assert [say(reason) for reason in second.reasons] == [
        "the offer covers all that was still needed",
        "it is there from 2026-05-01T01:00+00:00 on",
    ]
    assert say(first.reasons[2], "fr") == "tous deux sont à hall"


NEED = need("n", "1", begin=AT + HOUR, end=AT + 2 * HOUR, price=Decimal(2))


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ({}, []),
        ({"spec": "leek"}, ["other-spec"]),
        ({"unit": "crate"}, ["other-unit"]),
        ({"agent": NEED.agent}, ["same-agent"]),
        ({"begin": AT + 2 * HOUR}, ["too-late"]),
        ({"end": AT + HOUR}, ["too-early"]),
        ({"begin": AT + HOUR, "end": AT + HOUR}, []),
        ({"begin": AT + 2 * HOUR, "end": AT + 2 * HOUR}, ["too-late"]),
        ({"end": AT}, ["offer-over", "too-early"]),
        ({"price": Decimal(2)}, []),
        ({"price": Decimal("2.01"), "spec": "leek"}, ["other-spec", "too-dear"]),
    ],
)
def test_why_a_pair_does_not_go_together(change: dict[str, Any], keys: list[str]) -> None:
    """Windows are half-open; a moment at the begin of a need is in it, at its end no longer."""
    offered = replace(offer("o", "1"), **change)
    assert [reason.key for reason in why_not(NEED, offered, AT)] == keys
    assert len(match([NEED], [offered], AT)) == (not keys)


def test_a_need_that_is_over_is_not_served() -> None:
    reasons = why_not(NEED, offer("o", "1"), AT + 2 * HOUR)
    assert [say(reason) for reason in reasons] == ["the need was over at 2026-05-01T02:00+00:00"]


def test_who_was_served_before_is_told() -> None:
    needs, offers = [need("a", "2", priority="vital"), need("b", "2")], [offer("x", "2"), offer("y", "9")]
    made = match(needs, offers, AT)
    assert [say(one) for one in why_not(needs[1], offers[0], AT, made)] == [
        "the need was already met by y",
        "all of the offer went to a",
    ]
    assert why_not(needs[0], offers[0], AT, made) == ()


def test_what_greed_gives_up() -> None:
    """The vital need takes the early offer although it could wait; the short need then finds nothing. Best were 2."""
    needs = [need("patient", "1", priority="vital"), need("short", "1", end=AT + HOUR)]
    offers = [offer("now", "1"), offer("later", "1", begin=AT + HOUR)]
    assert amounts(match(needs, offers, AT)) == [("patient", "now", "1")]


def test_everything_wrong_is_told_at_once() -> None:
    needs = [
        need("a", "0", priority="urgent"),
        need("a", "1", begin=AT, end=AT - HOUR),
        need("b", "1", end=datetime(2026, 1, 1)),
        offer("c", "1", price=Decimal(-1)),
    ]
    with pytest.raises(ProblemError) as told:
        match(needs, [], AT)
    assert [problem.code for problem in told.value.problems] == [
        "amount", "priority", "window", "no-time-zone", "wrong-side", "amount", "proposal-twice",
    ]  # fmt: skip


def test_the_open_rest_of_an_intent_is_proposed() -> None:
    """5 kg are wanted until the evening and 2 are there: a need of 3. Who has found everybody proposes nothing."""
    wanted = Intent("n", "transfer", receiver="ada", spec="tomato", quantity=Measure(Decimal(5), "kg"), due=AT + HOUR)
    assert find_proposal(Pledge(wanted, Decimal(2)), AT) == replace(
        need("n", "3"), agent="ada", end=AT + HOUR, created=AT
    )
    given = replace(wanted, receiver=None, provider="bob", spec=None, resource="crate", priority="vital")
    offered = find_proposal(Pledge(given), AT, "tomato")
    assert offered is not None
    assert (offered.side, offered.agent, offered.spec, offered.priority) == ("offer", "bob", "tomato", "vital")
    assert find_proposal(Pledge(given), AT) is None, "nobody knows what it is"
    assert find_proposal(Pledge(wanted, Decimal(5)), AT) is None
    assert find_proposal(Pledge(replace(wanted, provider="bob")), AT) is None
    assert find_proposal(Pledge(Commitment("c", "transfer", "bob", "ada")), AT) is None


def test_every_reason_is_said_in_both_languages() -> None:
    for key, (english, french) in WORDS.items():
        assert english != french, key
        assert {place for place in "012" if f"{{{place}}}" in english} == {
            place for place in "012" if f"{{{place}}}" in french
        }


def proposals(side: str) -> st.SearchStrategy[list[Proposal]]:
    hours = st.one_of(st.none(), st.integers(0, 4))
    one = st.builds(
        lambda agent, spec, tenths, begin, length, place, priority, price: Proposal(
            "",
            side,  # type: ignore[arg-type]
            agent,
            spec,
            Decimal(tenths) / 10,
            "kg",
            AT,
            place,
            None if begin is None else AT + begin * HOUR,
            None if length is None else AT + ((begin or 0) + length) * HOUR,
            price,
            priority,
        ),
        st.sampled_from("abcd"),
        st.sampled_from(["tomato", "leek"]),
        st.integers(1, 60),
        hours,
        hours,
        st.sampled_from([None, "hall", "roof"]),
        st.sampled_from(PRIORITIES),
        st.sampled_from([None, Decimal(1), Decimal(2)]),
    )
    numbered = st.lists(one, max_size=6)
    return numbered.map(lambda found: [replace(it, id=f"{side}{number}") for number, it in enumerate(found)])


@settings(max_examples=200, deadline=None)
@given(proposals("need"), proposals("offer"), st.randoms(use_true_random=False))
def test_laws_of_matching(needs: list[Proposal], offers: list[Proposal], random: Any) -> None:
    """Nobody gives or gets too much; nothing stays open beside what fits; order does not matter; all is explained."""
    at = AT + HOUR
    made = match(needs, offers, at)
    left = {one.id: one.quantity for one in (*needs, *offers)}
    for one in made:
        assert one.quantity > 0
        left[one.need] -= one.quantity
        left[one.offer] -= one.quantity
    assert min(left.values(), default=Decimal(0)) >= 0
    pairs = {(one.need, one.offer) for one in made}
    assert len(pairs) == len(made)
    for asked in needs:
        for offered in offers:
            fits = not why_not(asked, offered, at)
            assert fits or (asked.id, offered.id) not in pairs
            assert not (fits and left[asked.id] and left[offered.id])
            assert bool(why_not(asked, offered, at, made)) == ((asked.id, offered.id) not in pairs)
    shuffled = (random.sample(needs, len(needs)), random.sample(offers, len(offers)))
    assert match(*shuffled, at) == made


@settings(max_examples=100, deadline=None)
@given(proposals("need"), proposals("offer"))
def test_law_greed_gives_at_least_half_of_the_greatest_amount(needs: list[Proposal], offers: list[Proposal]) -> None:
    """The greatest amount is a maximal flow in tenths: source 0, needs, offers, sink."""
    sink = len(needs) + len(offers) + 1
    capacity = np.zeros((sink + 1, sink + 1), dtype=np.int32)
    for row, asked in enumerate(needs, 1):
        capacity[0, row] = int(asked.quantity * 10)
        for column, offered in enumerate(offers, len(needs) + 1):
            capacity[column, sink] = int(offered.quantity * 10)
            capacity[row, column] = 0 if why_not(asked, offered, AT) else 1000
    greatest = int(maximum_flow(csr_array(capacity), 0, sink).flow_value)
    got = sum(int(one.quantity * 10) for one in match(needs, offers, AT))
    assert got <= greatest <= 2 * got
