"""Offers and needs: made, matched with each other and with lots, told once, answered, kept, ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.web.exchange.helped import DAY, NOW, given, in_english, person, told, wish
from tests.web.exchange.yards import dropped, yard
from tests.web.registry.somebody import codes
from wikivillage.web.exchange.alike import are_alike, key_words
from wikivillage.web.exchange.hour_actions import confirm_hours
from wikivillage.web.exchange.matching import matches_of, tell_matches
from wikivillage.web.exchange.models import Answer, Wish
from wikivillage.web.exchange.wish_actions import (
    answer_wish,
    decide_answer,
    end_due_wishes,
    end_wish,
    keep_answer,
    make_wish,
    renew_wish,
    withdraw_answer,
)
from wikivillage.web.exchange.wish_queries import left_of
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.ledger.proposals import open_proposals
from wikivillage.web.ledger.queries import find_pledge
from wikivillage.web.notices.models import Notice

pytestmark = pytest.mark.usefixtures("house_of_wishes")


@pytest.fixture
def house_of_wishes(ledger: None) -> Iterator[None]:
    """A house."""
    with in_english():
        yield


def test_the_words_that_mean_something() -> None:
    assert key_words("Cherche une petite Perceuse à colonne") == {"perceus", "colonn"}
    assert are_alike("Chaises d’enfant", "Une chaise haute")
    assert are_alike("Œufs", "oeuf")
    assert are_alike("Journaux", "un journal")
    assert not are_alike("Une main pour les autres", "Une aide avec des sacs")
    assert not are_alike("", "Chaise")


def test_a_wish_is_an_intent_of_the_ledger_without_its_words() -> None:
    alice = person("alice")
    need = wish(alice, text="Pour samedi, 06 12 34 56 78")
    pledge = find_pledge(need.pk)
    assert (pledge.promise.receiver, pledge.promise.provider, pledge.open) == (alice.pk, None, 1)
    assert "Perceuse" not in str(pledge)
    assert [one.id for one in open_proposals("need")] == [need.pk]
    assert check_ledger().ok


def test_a_need_that_matches_is_told_once() -> None:
    alice, bob = person("alice"), person("bob")
    need = wish(alice)
    offer = wish(bob, "offer", "Perceuse sans fil")
    assert told(alice, "match") == ["What you look for is there: Perceuse sans fil"]
    assert told(bob) == []
    for _again in range(2):
        assert tell_matches(offer, at=NOW) == 1
    assert Notice.objects.count() == 1
    wish(person("carol"), "need", "Prêt de perceuse")
    assert told(bob, "match") == ["Somebody looks for what you offer: Prêt de perceuse"]
    pair = matches_of(need, at=NOW)[0]
    assert (pair.offer.id, pair.amount, pair.reasons[0].key) == (offer.pk, 1, "whole")


def test_what_does_not_go_together_is_not_told() -> None:
    alice, bob = person("alice"), person("bob")
    wish(alice)
    wish(alice, "offer", "Perceuse")
    wish(bob, "offer", "Vélo")
    wish(bob, "offer", "Perceuse", what="skill")
    wish(bob, "need", "Perceuse")
    assert told(alice) == ["Somebody looks for what you offer: Perceuse"]
    Notice.objects.all().delete()
    end_wish(wish=Wish.objects.get(agent=alice, side="offer").pk, at=NOW)
    wish(person("carol"), "need", "Une perceuse")
    assert told(alice) == []


def test_skills_and_hours_go_together() -> None:
    alice, bob = person("alice"), person("bob")
    need = wish(alice, title="Réparer mon vélo", what="skill", amount=Decimal("1.5"))
    wish(bob, "offer", "Réparation de vélos", what="skill", amount=Decimal(4))
    assert told(alice, "match")
    assert matches_of(need, at=NOW)[0].amount == Decimal("1.5")


def test_materials_match_by_their_kind() -> None:
    yard()
    alice, bob = person("alice"), person("bob")
    need = wish(alice, title="Du bois", what="material", spec="wood_offcuts", amount=Decimal(5))
    wish(bob, "offer", "Planches", what="material", spec="wood_offcuts", amount=Decimal(2))
    assert [one.amount for one in matches_of(need, at=NOW)] == [2]
    assert told(alice) == ["What you look for is there: Planches"]


def test_a_lot_that_is_dropped_is_told_to_who_needs_it() -> None:
    yard()
    alice = person("alice")
    need = wish(alice, title="Du bois", what="material", spec="wood_offcuts", amount=Decimal(5))
    lot = dropped(at=NOW)
    assert len(told(alice, "match")) == 1
    assert tell_matches(lot, at=NOW) == 1
    assert [one.offer.id for one in matches_of(need, at=NOW)] == [lot.pk]
    assert len(told(alice, "match")) == 1


def test_everything_that_is_wrong_with_a_wish_is_told() -> None:
    said = {"side": "x", "what": "y", "title": " ", "place": "moon", "amount": Decimal(-1), "until": NOW, "at": NOW}
    found = codes(make_wish, agent=person("alice").pk, **said)
    assert found == ["unknown-word", "unknown-word", "bad-words", "unknown-place", "bad-amount", "bad-end"]
    for amount in ("0", "501", "1.5", "NaN", "Infinity", "1e30"):
        refused = codes(make_wish, side="need", what="thing", title="A", agent="a", amount=Decimal(amount), at=NOW)
        assert refused == ["bad-amount"]
    for spec in ("", "gold", "electricity", "a\0b"):
        words = {"side": "need", "what": "material", "title": "A", "agent": "a", "at": NOW}
        assert codes(make_wish, spec=spec, **words) == ["unknown-material"]
    assert codes(make_wish, side="need", what="thing", title="a\0", text="b" * 1001, agent="a", at=NOW) == [
        "bad-words",
        "bad-words",
    ]
    assert not Wish.objects.exists()


def test_a_wish_ends_and_is_renewed() -> None:
    alice = person("alice")
    need = wish(alice, until=NOW + DAY)
    assert codes(renew_wish, wish=need.pk, until=NOW + 9 * DAY, at=NOW) == ["wish-still-open"]
    assert end_due_wishes(at=NOW) == 0
    for expected in (1, 0):
        assert end_due_wishes(at=NOW + 2 * DAY) == expected
    need.refresh_from_db()
    assert (need.state, find_pledge(need.pk).ended) == ("over", "cancelled")
    assert told(alice) == ["Your wish has ended: Une perceuse"]
    assert renew_wish(wish=need.pk, until=NOW + 9 * DAY, at=NOW + 3 * DAY).state == "open"
    assert check_ledger().ok


def test_an_answer_is_agreed_and_kept() -> None:
    alice, bob = person("alice"), person("bob")
    need = wish(alice, title="Six chaises", amount=Decimal(6))
    answer = answer_wish(wish=need.pk, agent=bob.pk, amount=Decimal(4), text="Samedi ?", at=NOW)
    assert told(alice, "match") == ["An answer to: Six chaises"]
    assert codes(answer_wish, wish=need.pk, agent=bob.pk, amount=Decimal(1), at=NOW) == ["answered-already"]
    decide_answer(answer=answer.pk, agree=True, reply="Oui, à 10 h", at=NOW, by=alice.pk)
    promise = find_pledge(answer.pk).promise
    assert (promise.provider, promise.receiver) == (bob.pk, alice.pk)
    assert left_of(need) == 2
    assert codes(decide_answer, answer=answer.pk, agree=True, at=NOW) == ["decided-already"]
    for _again in range(2):
        assert keep_answer(answer=answer.pk, at=NOW + DAY).state == "done"
    need.refresh_from_db()
    assert (need.state, find_pledge(need.pk).open, left_of(need)) == ("open", 2, 2)
    last = answer_wish(wish=need.pk, agent=person("carol").pk, amount=Decimal(2), at=NOW)
    decide_answer(answer=last.pk, agree=True, at=NOW)
    keep_answer(answer=last.pk, at=NOW + DAY)
    need.refresh_from_db()
    assert need.state == "met"
    assert check_ledger().ok


def test_what_cannot_be_answered() -> None:
    alice, bob = person("alice"), person("bob")
    need = wish(alice)
    assert codes(answer_wish, wish=need.pk, agent=alice.pk, amount=Decimal(1), at=NOW) == ["own-wish"]
    assert codes(answer_wish, wish=need.pk, agent=bob.pk, amount=Decimal(2), at=NOW) == ["bad-amount"]
    end_wish(wish=need.pk, at=NOW)
    assert codes(answer_wish, wish=need.pk, agent=alice.pk, amount=Decimal(1), at=NOW) == ["own-wish", "wish-over"]


def test_who_answers_first_leaves_less_for_the_next() -> None:
    alice, bob, carol = person("alice"), person("bob"), person("carol")
    need = wish(alice)
    one, two = (answer_wish(wish=need.pk, agent=who.pk, amount=Decimal(1), at=NOW) for who in (bob, carol))
    decide_answer(answer=one.pk, agree=True, at=NOW)
    assert codes(decide_answer, answer=two.pk, agree=True, at=NOW) == ["too-little-left"]
    withdraw_answer(answer=one.pk, at=NOW, by=bob.pk)
    assert told(alice, "match")[-1] == "Taken back: Une perceuse"
    assert find_pledge(one.pk).ended == "cancelled"
    assert decide_answer(answer=two.pk, agree=False, at=NOW).state == "declined"
    assert codes(withdraw_answer, answer=two.pk, at=NOW) == ["decided-already"]
    assert withdraw_answer(answer=one.pk, at=NOW).state == "withdrawn"


def test_time_is_kept_in_hours_that_both_confirm() -> None:
    alice, bob = person("alice"), person("bob")
    need = wish(alice, title="Porter un meuble", what="hours", amount=Decimal(2))
    answer = answer_wish(wish=need.pk, agent=bob.pk, amount=Decimal(2), at=NOW)
    assert codes(keep_answer, answer=answer.pk, at=NOW) == ["not-agreed", "in-hours"]
    decide_answer(answer=answer.pk, agree=True, at=NOW)
    gift = given(bob, alice, "2", answer=answer.pk)
    confirm_hours(gift=gift.pk, by=alice.pk, at=NOW + DAY)
    need.refresh_from_db()
    assert (Answer.objects.get().state, need.state) == ("done", "met")
    assert find_pledge(answer.pk).open == 0
    assert check_ledger().ok


def test_a_second_press_makes_one_wish_and_one_answer() -> None:
    alice, bob = person("alice"), person("bob")
    one, two = (wish(alice, key="w" * 24) for _ in range(2))
    assert one.pk == two.pk
    for _again in range(2):
        answer_wish(wish=one.pk, agent=bob.pk, amount=Decimal(1), at=NOW, key="a" * 24)
    assert (Wish.objects.count(), Answer.objects.count()) == (1, 1)


def test_a_wish_that_ends_declines_what_waits() -> None:
    need = wish(person("alice"), until=NOW + timedelta(days=3))
    answer_wish(wish=need.pk, agent=person("bob").pk, amount=Decimal(1), at=NOW)
    end_wish(wish=need.pk, at=NOW)
    assert Answer.objects.get().state == "declined"
    assert end_wish(wish=need.pk, at=NOW).state == "ended"
