"""Who leaves with open loans, agreed answers or hours owed reads why not yet; later their words are forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.web.exchange.helped import DAY, drill, given, in_english, lent, person, reserved, ticket, wish
from tests.web.registry.somebody import browser, text_of
from wikivillage.web.accounts.departures import erase_account, obstacles
from wikivillage.web.accounts.models import Account
from wikivillage.web.exchange.hour_actions import confirm_hours
from wikivillage.web.exchange.loan_actions import cancel_loan, take_back
from wikivillage.web.exchange.models import HourGift, Loan, RepairTicket, Tool, Wish
from wikivillage.web.exchange.wish_actions import answer_wish, decide_answer, withdraw_answer
from wikivillage.web.ledger.check import check_ledger
from wikivillage.web.registry.leaving import things_of

pytestmark = pytest.mark.usefixtures("house_to_leave")


@pytest.fixture
def house_to_leave(ledger: None) -> Iterator[None]:
    """A house."""
    with in_english():
        yield


def test_every_reason_why_not_yet() -> None:
    alice, bob, now = person("alice"), person("bob"), timezone.now()
    out = lent(drill(at=now), alice, now)
    waiting = reserved(drill(name_fr="Scie", name_en="Saw", at=now), alice, now, at=now)
    need = wish(bob, at=now)
    answer = answer_wish(wish=need.pk, agent=alice.pk, amount=need.amount, at=now)
    decide_answer(answer=answer.pk, agree=True, at=now)
    yesterday = timezone.localdate() - timedelta(days=1)
    gift = given(bob, alice, on=yesterday, at=now)
    confirm_hours(gift=gift.pk, by=alice.pk, at=now)
    assert [one.code for one in obstacles(agent=alice, at=now)] == [
        "loan-open",
        "loan-open",
        "answer-open",
        "hours-owed",
    ]
    page = text_of(browser(alice).get("/me/leave/")).replace("\u00a0", " ")
    for said in ("You still have Drill", "You have reserved Saw", "Une perceuse", "−2"):
        assert said in page, said
    take_back(loan=out.pk, condition="good", at=now)
    cancel_loan(loan=waiting.pk, at=now, by=alice.pk)
    withdraw_answer(answer=answer.pk, at=now, by=alice.pk)
    assert [one.code for one in obstacles(agent=alice, at=now)] == ["hours-owed"]
    back = given(alice, bob, on=yesterday, at=now)
    confirm_hours(gift=back.pk, by=bob.pk, at=now)
    assert obstacles(agent=alice, at=now) == []


def test_what_somebody_wrote_is_forgotten_and_taken_along() -> None:
    alice, bob, now = person("alice"), person("bob"), timezone.now()
    browser(alice)
    wish(alice, "offer", "Mon vieux canapé", text="Sonnez chez Martin", at=now)
    ticket(alice, problem="Chez Martin, 3e", at=now)
    take_back(loan=lent(drill(at=now), alice, now).pk, condition="worn", note="Martin l’a rayée", at=now + DAY)
    confirm_hours(gift=given(alice, bob, at=now, on=timezone.localdate()).pk, by=bob.pk, at=now)
    tables = things_of(alice.pk)
    assert {name for name, rows in tables.items() if rows} >= {"wishes", "loans", "repairs", "hours"}
    erase_account(account=Account.objects.get(agent=alice), at=now + 2 * DAY)
    kept = [Wish.objects.get(), RepairTicket.objects.get(), Loan.objects.get(), HourGift.objects.get()]
    assert "Martin" not in str([vars(one) for one in kept])
    assert Wish.objects.get().state == "ended"
    assert check_ledger().ok


def test_a_row_that_does_not_agree_with_the_ledger_is_found() -> None:
    """Negative controls: each table is changed behind the actions' back."""
    alice, bob, now = person("alice"), person("bob"), timezone.now()
    loan, row = lent(drill(at=now), alice, now), wish(alice, at=now)
    gift = given(alice, bob, on=timezone.localdate(), at=now)
    assert check_ledger().ok
    Loan.objects.filter(pk=loan.pk).update(state="back")
    Wish.objects.filter(pk=row.pk).update(state="met")
    HourGift.objects.filter(pk=gift.pk).update(state="confirmed")
    said = " ".join(check_ledger().differences)
    for words in (f"tool {Tool.objects.get().pk}", f"loan {loan.pk}", f"wish {row.pk}", "what was confirmed adds up"):
        assert words in said, words
