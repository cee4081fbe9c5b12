"""Hours from one to another: told by one, confirmed by the other, between a floor and a ceiling."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from tests.web.exchange.helped import DAY, NOW, etic, given, in_english, person, told, wish
from tests.web.registry.somebody import codes
from wikivillage.base.problems import ProblemError
from wikivillage.web.exchange import hour_queries
from wikivillage.web.exchange.hour_actions import confirm_hours, refuse_hours, take_back_hours, tell_hours
from wikivillage.web.exchange.hour_queries import account_of, balance_of, waiting_for
from wikivillage.web.exchange.models import HourGift
from wikivillage.web.exchange.wish_actions import answer_wish, decide_answer
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.queries import events

pytestmark = pytest.mark.usefixtures("house_of_hours")


@pytest.fixture
def house_of_hours(ledger: None) -> Iterator[None]:
    """A house."""
    with in_english():
        yield


def test_hours_count_once_both_have_said_so() -> None:
    alice, bob = person("alice"), person("bob")
    gift = given(alice, bob, "2.5")
    assert (balance_of(alice.pk), balance_of(bob.pk)) == (0, 0)
    assert told(bob, "hours") == ["Hours wait for your word"]
    assert [one.pk for one in waiting_for([bob.pk])] == [gift.pk]
    confirm_hours(gift=gift.pk, by=bob.pk, at=NOW + DAY)
    assert (balance_of(alice.pk), balance_of(bob.pk)) == (Decimal("2.5"), Decimal("-2.5"))
    assert (account_of(alice.pk).given, account_of(bob.pk).received) == (Decimal("2.5"), Decimal("2.5"))
    assert told(alice, "hours") == ["Your hours are confirmed"]
    assert events(action="deliverService").count() == 1
    assert check_ledger().ok


def test_nobody_confirms_their_own_hours_or_twice() -> None:
    alice, bob, carol = person("alice"), person("bob"), person("carol")
    gift = given(alice, bob)
    assert codes(confirm_hours, gift=gift.pk, by=alice.pk, at=NOW) == ["own-hours"]
    assert codes(confirm_hours, gift=gift.pk, by=carol.pk, at=NOW) == ["not-yours-to-tell"]
    confirm_hours(gift=gift.pk, by=bob.pk, at=NOW)
    with pytest.raises(ProblemError) as refused:
        confirm_hours(gift=gift.pk, by=bob.pk, at=NOW)
    assert refused.value.problems[0].code == "decided-already"
    assert "confirmed by both" in refused.value.problems[0].what
    assert balance_of(alice.pk) == 2


def test_hours_that_are_not_right() -> None:
    alice, bob = person("alice"), person("bob")
    gift = given(alice, bob, told_by=bob)
    assert codes(refuse_hours, gift=gift.pk, by=alice.pk, why="x" * 301, at=NOW) == ["bad-words"]
    refuse_hours(gift=gift.pk, by=alice.pk, why="C’était une heure", at=NOW)
    assert told(bob, "hours") == ["Hours were not confirmed"]
    assert codes(confirm_hours, gift=gift.pk, by=alice.pk, at=NOW) == ["decided-already"]
    again = given(alice, bob)
    assert codes(take_back_hours, gift=again.pk, by=bob.pk, at=NOW) == ["others-hours"]
    assert take_back_hours(gift=again.pk, by=alice.pk, at=NOW).state == "taken_back"


def test_everything_that_is_wrong_with_hours_is_told() -> None:
    alice, bob = person("alice"), person("bob")
    wrong = {"what": " ", "on": date(2026, 11, 27), "answer": "answer-none"}
    with pytest.raises(ProblemError) as refused:
        given(alice, alice, "-1", told_by=bob, **wrong)
    assert [one.code for one in refused.value.problems] == [
        "to-oneself",
        "not-yours-to-tell",
        "bad-words",
        "bad-amount",
        "bad-day",
        "other-answer",
    ]
    for hours in ("0", "13", "0.1", "NaN", "1e12"):
        assert codes(given, giver=alice, taker=bob, hours=hours) == ["bad-amount"]
    assert codes(given, giver=alice, taker=bob, on=date(2026, 1, 1)) == ["bad-day"]
    words = {"hours": Decimal(1), "what": "A", "on": date(2026, 11, 25), "told_by": alice.pk, "at": NOW}
    assert codes(tell_hours, giver=alice.pk, taker="nobody", **words) == ["no-account"]
    assert not HourGift.objects.exists()


def test_an_account_stays_between_floor_and_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    alice, bob = person("alice"), person("bob")
    first = given(alice, bob, "12")
    second = given(alice, bob, "12")
    confirm_hours(gift=first.pk, by=bob.pk, at=NOW)
    with pytest.raises(ProblemError) as refused:
        confirm_hours(gift=second.pk, by=bob.pk, at=NOW)
    assert [one.code for one in refused.value.problems] == ["below-floor"]
    assert "−24" in refused.value.problems[0].what
    assert "−20" in refused.value.problems[0].what
    assert balance_of(bob.pk) == -12
    for number in range(4):
        taker = person(f"taker{number}")
        confirm_hours(gift=given(alice, taker, "12").pk, by=taker.pk, at=NOW)
    assert balance_of(alice.pk) == hour_queries.CEILING
    assert codes(given, giver=alice, taker=person("dora"), hours="1") == ["above-ceiling"]
    assert check_ledger().ok


def test_hours_go_with_the_answer_that_was_agreed() -> None:
    alice, bob = person("alice"), person("bob")
    offer = wish(bob, "offer", "Leçon de guitare", what="skill", amount=Decimal(1))
    answer = answer_wish(wish=offer.pk, agent=alice.pk, amount=Decimal(1), at=NOW)
    assert codes(given, giver=bob, taker=alice, answer=answer.pk) == ["other-answer"]
    decide_answer(answer=answer.pk, agree=True, at=NOW)
    assert codes(given, giver=alice, taker=bob, answer=answer.pk) == ["other-answer"]
    assert given(bob, alice, "1", answer=answer.pk).answer_id == answer.pk


def test_organisations_give_hours_too_and_a_second_press_is_the_same() -> None:
    alice, house = person("alice"), etic()
    one, two = (given(house, alice, key="h" * 24) for _ in range(2))
    assert one.pk == two.pk
    assert HourGift.objects.count() == 1
