"""Letters wait in the database, in the transaction of whoever writes them, and are tried less and less often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import transaction

from wikivillage.web.notices import queries
from wikivillage.web.notices.actions import (
    BACK_OFF,
    adopt_letters,
    claim_letter,
    erase_letters,
    erase_old_letters,
    queue_letter,
    record_failure,
    record_sent,
    send_now,
)
from wikivillage.web.notices.models import Letter
from wikivillage.web.registry.actions import add_agent
from wikivillage.web.registry.models import Change

AT = datetime(2026, 4, 16, 9, tzinfo=UTC)
LATER = AT + timedelta(seconds=1)

pytestmark = pytest.mark.usefixtures("ledger")


def letter(to: str = "zoe@example.org", **more: object) -> Letter:
    return queue_letter(to=to, subject="Hello", text="One line.", at=AT, **more)  # type: ignore[arg-type]


def test_django_writes_into_the_queue() -> None:
    assert send_mail("Good\tday", "Text", None, ["zoe@example.org", "ali@example.org"]) == 1
    assert sorted(Letter.objects.values_list("to", "subject", "text", "kind")) == [
        ("ali@example.org", "Good day", "Text", "letter"),
        ("zoe@example.org", "Good day", "Text", "letter"),
    ]


def test_a_letter_with_two_faces_keeps_both() -> None:
    message = EmailMultiAlternatives("Hello", "Text", None, ["zoe@example.org"])
    message.attach_alternative("<p>Text</p>", "text/html")
    message.send()
    assert Letter.objects.get().html == "<p>Text</p>"


def test_what_was_not_done_is_not_told() -> None:
    class UndoneError(Exception):
        pass

    def fails() -> None:
        with transaction.atomic():
            letter()
            raise UndoneError

    with pytest.raises(UndoneError):
        fails()
    assert not Letter.objects.exists()


def test_a_nul_character_and_a_line_break_do_no_harm() -> None:
    queue_letter(to="zoe@example.org", subject="Hello\nBcc: all@example.org\0", text="a\0b", at=AT)
    kept = Letter.objects.get()
    assert (kept.subject, kept.text) == ("Hello Bcc: all@example.org", "ab")


def test_a_claimed_letter_is_not_found_again() -> None:
    letter()
    assert claim_letter(at=LATER) is not None
    assert claim_letter(at=LATER) is None


def test_a_worker_that_died_leaves_the_letter_to_the_next_try() -> None:
    letter()
    claim_letter(at=LATER)
    again = claim_letter(at=LATER + BACK_OFF[0])
    assert again is not None
    assert again.tries == 2


def test_tries_become_rarer_and_end() -> None:
    letter()
    at, waits = LATER, []
    while claimed := claim_letter(at=at):
        record_failure(letter=claimed, error="no answer", final=False)
        if claimed.next_try_at is None:
            break
        waits.append(claimed.next_try_at - at)
        at = claimed.next_try_at
    assert tuple(waits) == BACK_OFF
    kept = Letter.objects.get()
    assert (kept.tries, kept.sent_at, kept.last_error) == (len(BACK_OFF) + 1, None, "no answer")
    assert list(queries.failing()) == [kept]


def test_who_was_refused_for_good_is_not_tried_again() -> None:
    letter()
    claimed = claim_letter(at=LATER)
    assert claimed is not None
    record_failure(letter=claimed, error="550", final=True)
    assert claim_letter(at=AT + timedelta(days=365)) is None


def test_a_steward_lets_it_be_tried_at_once_and_twice_is_once() -> None:
    kept = letter()
    claimed = claim_letter(at=LATER)
    assert claimed is not None
    record_failure(letter=claimed, error="550", final=True)
    assert send_now(letter=kept.pk, at=LATER, by="p-steward")
    assert send_now(letter=kept.pk, at=LATER, by="p-steward")
    assert claim_letter(at=LATER) is not None
    assert claim_letter(at=LATER) is None
    assert Change.objects.filter(verb="send_letter").count() == 2


def test_what_has_left_is_not_sent_again() -> None:
    kept = letter()
    claimed = claim_letter(at=LATER)
    assert claimed is not None
    record_sent(letter=claimed, at=LATER)
    assert not send_now(letter=kept.pk, at=LATER, by="p-steward")
    assert claim_letter(at=AT + timedelta(days=9)) is None
    assert list(queries.sent()) == [kept]


def test_letters_go_a_month_after_they_left_or_were_given_up() -> None:
    left, given_up, waits = letter("a@example.org"), letter("b@example.org"), letter("c@example.org")
    record_sent(letter=left, at=LATER)
    record_failure(letter=given_up, error="550", final=True)
    assert erase_old_letters(at=AT + timedelta(days=29)) == 0
    assert erase_old_letters(at=AT + timedelta(days=31)) == 2
    assert list(Letter.objects.all()) == [waits]


def test_letters_go_with_whom_they_were_for_and_no_others() -> None:
    zoe = add_agent(handle="zoe", kind="person", at=AT)
    letter("ali@example.org")
    letter("old@example.org", agent=zoe.pk)
    letter("zoe@example.org")
    assert erase_letters(agent=zoe.pk, addresses=["zoe@example.org"]) == 2
    assert [one.to for one in Letter.objects.all()] == ["ali@example.org"]


def test_letters_before_the_first_sign_in_become_theirs() -> None:
    zoe = add_agent(handle="zoe", kind="person", at=AT)
    letter("zoe@example.org")
    letter("ali@example.org")
    adopt_letters(agent=zoe.pk, address="zoe@example.org")
    assert [one.to for one in queries.letters_of(zoe.pk)] == ["zoe@example.org"]


def test_whoever_waits_is_told_when_letters_are_late(settings: object) -> None:
    settings.EMAIL_HOST = "127.0.0.1"  # type: ignore[attr-defined]
    assert not queries.letters_are_late(AT)
    kept = letter()
    assert not queries.letters_are_late(AT + timedelta(seconds=30))
    assert queries.letters_are_late(AT + timedelta(minutes=2))
    record_sent(letter=kept, at=LATER)
    assert not queries.letters_are_late(AT + timedelta(minutes=2))
    settings.EMAIL_HOST = ""  # type: ignore[attr-defined]
    assert queries.letters_are_late(AT)
    settings.DEMONSTRATION = True  # type: ignore[attr-defined]
    assert not queries.letters_are_late(AT)
