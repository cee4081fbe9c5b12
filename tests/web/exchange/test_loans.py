"""Lending: reserved, handed out, taken back, each with its state; every reason; the ladder for what is late."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.web.exchange.helped import DAY, HOUR, NOW, drill, etic, in_english, lent, person, reserved, told
from tests.web.registry.somebody import codes
from wikivillage.base.problems import ProblemError
from wikivillage.web.diary.models import Occurrence
from wikivillage.web.exchange.loan_actions import cancel_loan, differs, hand_out, lend_now, reserve_tool, take_back
from wikivillage.web.exchange.loan_ladder import climb
from wikivillage.web.exchange.loan_queries import next_free
from wikivillage.web.exchange.models import Loan, Tool
from wikivillage.web.exchange.tool_actions import add_tool, change_tool, mend_tool, retire_tool
from wikivillage.web.labels.queries import find_label
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.queries import events, find_pledge, find_stock
from wikivillage.web.registry.agreement_actions import grant_qualification

pytestmark = pytest.mark.usefixtures("house_of_help")


@pytest.fixture
def house_of_help(ledger: None) -> Iterator[None]:
    """A house."""
    with in_english():
        yield


def test_a_drill_is_lent_and_comes_back() -> None:
    alice, tool = person("alice"), drill()
    loan = reserved(tool, alice)
    assert find_pledge(loan.pk).open == 1
    assert Occurrence.objects.get(uid=loan.pk).visibility == "private"
    hand_out(loan=loan.pk, condition="good", note="Deux mèches", at=NOW)
    stock = find_stock(tool.stock)
    assert (stock.custodian, stock.primary_accountable, stock.onhand) == (alice.pk, etic().pk, 0)
    back = take_back(loan=loan.pk, condition="good", at=NOW + 5 * HOUR)
    stock = find_stock(tool.stock)
    assert (stock.custodian, stock.onhand) == (etic().pk, 1)
    assert find_pledge(loan.pk).fulfilled == 1
    assert (back.state, differs(back)) == ("back", False)
    assert Occurrence.objects.get(uid=loan.pk).end == NOW + 5 * HOUR
    assert reserved(tool, person("bob"), NOW + 6 * HOUR, days=1).state == "reserved"
    assert check_ledger().ok


def test_what_came_back_early_is_free_at_once() -> None:
    alice, bob, tool = person("alice"), person("bob"), drill()
    loan = lent(tool, alice, days=5)
    assert next_free(tool, NOW, timedelta(days=1), NOW) == loan.due
    take_back(loan=loan.pk, condition="good", at=NOW + HOUR)
    assert reserve_tool(tool=tool.pk, agent=bob.pk, begin=NOW + 2 * HOUR, due=NOW + DAY, at=NOW + HOUR)


def test_what_another_has_reserved_is_not_lent() -> None:
    alice, bob, tool = person("alice"), person("bob"), drill()
    reserved(tool, alice, NOW + DAY)
    wanted = {"tool": tool.pk, "agent": bob.pk, "due": NOW + 2 * DAY, "condition": "good", "at": NOW}
    with pytest.raises(ProblemError) as refused:
        lend_now(**wanted)
    assert [one.code for one in refused.value.problems] == ["taken"]
    assert "reserved it from" in refused.value.problems[0].what
    assert not Loan.objects.filter(agent=bob).exists()
    assert lend_now(**{**wanted, "due": NOW + 20 * HOUR}).state == "out"


def test_two_who_ask_at_once_are_told_apart_by_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules of the page saw nothing, as when the other reservation is written at that moment."""
    alice, bob, tool = person("alice"), person("bob"), drill()
    reserved(tool, alice)
    monkeypatch.setattr("wikivillage.web.exchange.loan_rules.overlapping", lambda *_: [])
    assert codes(reserve_tool, tool=tool.pk, agent=bob.pk, begin=NOW, due=NOW + DAY, at=NOW) == ["taken"]


def test_nothing_is_handed_out_twice_or_before_its_time() -> None:
    alice, bob, tool = person("alice"), person("bob"), drill()
    loan = lent(tool, alice)
    assert codes(hand_out, loan=loan.pk, condition="good", at=NOW + HOUR) == ["handed-out-already"]
    later = reserved(tool, bob, NOW + 4 * DAY)
    assert codes(hand_out, loan=later.pk, condition="good", at=NOW + HOUR) == ["still-out", "too-early"]
    take_back(loan=loan.pk, condition="good", at=NOW + DAY)
    assert codes(hand_out, loan=loan.pk, condition="good", at=NOW + DAY) == ["loan-over"]
    between = reserved(tool, alice, NOW + 3 * DAY + 2 * HOUR, days=0.5)
    assert codes(hand_out, loan=later.pk, condition="good", at=NOW + 3 * DAY + HOUR) == ["reserved-by-another"]
    cancel_loan(loan=between.pk, at=NOW + 3 * DAY, by=alice.pk)
    early = hand_out(loan=later.pk, condition="good", at=NOW + 3 * DAY + HOUR)
    assert early.begin == NOW + 3 * DAY + HOUR
    assert check_ledger().ok


def test_what_was_never_out_cannot_come_back() -> None:
    tool = drill()
    loan = reserved(tool, person("alice"))
    assert codes(take_back, loan=loan.pk, condition="good", at=NOW) == ["never-out"]
    hand_out(loan=loan.pk, condition="good", at=NOW)
    take_back(loan=loan.pk, condition="good", at=NOW + HOUR)
    assert codes(take_back, loan=loan.pk, condition="good", at=NOW + HOUR) == ["back-already"]
    assert codes(cancel_loan, loan=loan.pk, at=NOW) == ["back-already"]


def test_what_comes_back_broken_waits_for_its_repair() -> None:
    alice, bob, tool = person("alice"), person("bob"), drill()
    reserved(tool, bob, NOW + 3 * DAY)
    back = take_back(loan=lent(tool, alice).pk, condition="damaged", note="Le câble chauffe", at=NOW + DAY)
    assert differs(back)
    assert Tool.objects.get().state == "broken"
    assert told(bob, "loan") == ["Drill: broken"]
    assert codes(reserve_tool, tool=tool.pk, agent=alice.pk, begin=NOW + DAY, due=NOW + 2 * DAY, at=NOW + DAY) == [
        "tool-broken"
    ]
    assert "tool-broken" in codes(hand_out, loan=Loan.objects.get(agent=bob).pk, condition="good", at=NOW + 3 * DAY)
    mend_tool(tool=tool.pk, at=NOW + 2 * DAY)
    assert codes(hand_out, loan=Loan.objects.get(agent=bob).pk, condition="unusable", at=NOW + 3 * DAY) == ["unusable"]
    assert hand_out(loan=Loan.objects.get(agent=bob).pk, condition="worn", at=NOW + 3 * DAY).state == "out"


def test_every_reason_is_told_at_once() -> None:
    alice, tool = person("alice"), drill(qualification="laser", longest_days=3)
    wanted = {"tool": tool.pk, "agent": alice.pk, "begin": NOW - DAY, "due": NOW + 20 * DAY, "at": NOW}
    assert codes(reserve_tool, **wanted) == ["not-trained", "in-the-past", "too-long"]
    assert codes(reserve_tool, **{**wanted, "due": NOW - 2 * DAY}) == ["not-trained", "backwards", "in-the-past"]
    assert "too-far" in codes(reserve_tool, **{**wanted, "begin": NOW + 99 * DAY, "due": NOW + 100 * DAY})
    grant_qualification(agent=alice, subject="laser", level=2, at=NOW, since=NOW - 9 * DAY, until=NOW - DAY, by="")
    with pytest.raises(ProblemError) as refused:
        reserve_tool(**wanted)
    assert "counted until" in refused.value.problems[0].what
    grant_qualification(agent=alice, subject="laser", level=2, at=NOW, since=NOW, until=None, by="")
    assert reserved(tool, alice).state == "reserved"


def test_nobody_has_more_than_five_tools() -> None:
    alice = person("alice")
    for number in range(5):
        reserved(drill(name_fr=f"Outil {number}"), alice)
    assert codes(reserve_tool, tool=drill().pk, agent=alice.pk, begin=NOW, due=NOW + DAY, at=NOW) == ["too-many"]


def test_the_ladder_of_what_is_late() -> None:
    alice, bob, tool = person("alice"), person("bob"), drill(longest_days=14)
    other = drill(name_fr="Scie", name_en="Saw")
    loan = lent(tool, alice, days=4)
    reserved(tool, bob, NOW + 5 * DAY)
    due = loan.due
    assert climb(at=due - 2 * DAY)["soon"] == 0
    for at, word in ((-HOUR, "soon"), (2 * HOUR, "late"), (3 * DAY, "call")):
        for _again in range(2):
            climb(at=due + at)
        assert Loan.objects.get(pk=loan.pk).reminded == ("soon", "late", "call").index(word) + 1
    wanted = {"tool": other.pk, "agent": alice.pk, "begin": due + 8 * DAY, "due": due + 9 * DAY, "at": due + 8 * DAY}
    assert climb(at=due + 8 * DAY)["block"] == 1
    assert told(alice, "loan") == [
        "Drill: due tomorrow",
        "Drill: was due",
        "Drill: three days late",
        "Drill: a week late",
    ]
    assert told(bob, "loan")[0] == "Drill: not back yet"
    assert codes(reserve_tool, **wanted) == ["blocked"]
    take_back(loan=loan.pk, condition="good", at=due + 8 * DAY)
    assert reserve_tool(**wanted).state == "reserved"
    assert check_ledger().ok


def test_a_worker_that_slept_tells_the_last_step_alone() -> None:
    alice, tool = person("alice"), drill()
    loan = lent(tool, alice)
    assert climb(at=loan.due + 30 * DAY) == {"soon": 0, "late": 0, "call": 0, "block": 1, "not_fetched": 0}
    assert told(alice) == ["Drill: a week late"]


def test_what_nobody_fetches_is_free_again() -> None:
    alice, tool = person("alice"), drill()
    loan = reserved(tool, alice, days=5)
    assert climb(at=NOW + 23 * HOUR)["not_fetched"] == 0
    for expected in (1, 0):
        assert climb(at=NOW + 25 * HOUR)["not_fetched"] == expected
    assert Loan.objects.get(pk=loan.pk).state == "not_fetched"
    assert Occurrence.objects.get(uid=loan.pk).state == "cancelled"
    assert codes(hand_out, loan=loan.pk, condition="good", at=NOW + 26 * HOUR) == ["loan-over"]
    assert reserved(tool, person("bob"), NOW + 26 * HOUR, days=1)


def test_a_reservation_is_given_up() -> None:
    alice, tool = person("alice"), drill()
    loan = reserved(tool, alice)
    for _again in range(2):
        assert cancel_loan(loan=loan.pk, at=NOW, by=alice.pk).state == "cancelled"
    assert reserved(tool, person("bob")).state == "reserved"
    out = lent(drill(), alice)
    assert codes(cancel_loan, loan=out.pk, at=NOW) == ["is-out"]


def test_a_tool_has_a_label_and_leaves() -> None:
    bob, tool = person("bob"), drill()
    assert find_label("tool", tool.pk).path == f"/exchange/tools/{tool.pk}/here/"
    changed = change_tool(tool=tool.pk, name_fr="Perceuse à colonne", longest_days=2, at=NOW)
    assert (changed.name_en, changed.longest_days) == ("Perceuse à colonne", 2)
    reserved(tool, bob, days=1)
    retire_tool(tool=tool.pk, at=NOW)
    assert told(bob) == ["Perceuse à colonne: no longer lent"]
    assert find_label("tool", tool.pk) is None
    assert codes(reserve_tool, tool=tool.pk, agent=bob.pk, begin=NOW, due=NOW + DAY, at=NOW) == ["tool-retired"]
    out = lent(drill(), bob)
    assert codes(retire_tool, tool=out.tool_id, at=NOW) == ["is-out"]


def test_what_is_wrong_with_a_tool_is_told() -> None:
    wrong = {"name_fr": " ", "owner": etic().pk, "longest_days": 99, "place": "moon", "condition": "lost", "at": NOW}
    assert codes(add_tool, **wrong) == ["bad-words", "unknown-place", "bad-days", "unknown-word"]
    assert codes(add_tool, **{**wrong, "name_fr": "a\0b", "name_en": "x" * 200})[:2] == ["bad-words", "bad-words"]


def test_a_second_press_is_the_same() -> None:
    alice, tool = person("alice"), drill(key="k" * 24)
    assert drill(key="k" * 24).pk == tool.pk
    one = reserved(tool, alice, key="r" * 24)
    assert reserved(tool, alice, key="r" * 24).pk == one.pk
    assert Loan.objects.count() == 1


def test_hours_of_use_are_counted() -> None:
    tool = drill()
    take_back(loan=lent(tool, person("alice")).pk, condition="good", at=NOW + timedelta(hours=1, minutes=30))
    used = events(action="use").get()
    assert used.effort == Decimal("1.5")
    assert used.receiver_id == Loan.objects.get().agent_id
