"""From the queue to the mail server, one letter after the other."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from wikivillage.web.notices.actions import claim_letter, record_failure, record_sent
from wikivillage.web.notices.models import Letter

SMTP = "django.core.mail.backends.smtp.EmailBackend"
MOST_AT_ONCE = 100


def send_due_letters(now: Callable[[], datetime], say: Callable[[int], None] = lambda number: None) -> int:
    """Send what is due and count it. A server that cannot be reached ends it: the other letters wait untouched."""
    number = 0
    connection = get_connection(SMTP)
    try:
        while number < MOST_AT_ONCE and (letter := claim_letter(at=now())) is not None:
            if not _send(letter, connection, now):
                break
            number += 1
            say(number)
    finally:
        connection.close()
    return number


def _send(letter: Letter, connection: BaseEmailBackend, now: Callable[[], datetime]) -> bool:
    """Send one letter; False where the next would fare no better."""
    try:
        message_of(letter, connection).send()
    except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as error:
        record_failure(letter=letter, error=f"{type(error).__name__}: {error}", final=is_final(error))
        return is_about_the_letter(error)
    record_sent(letter=letter, at=now())
    return True


def message_of(letter: Letter, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """A letter as Django sends it. Its id is its own, so that a reader's program knows a second copy."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    headers = {
        "Message-ID": f"<{letter.pk}@{domain}>",
        "Auto-Submitted": "auto-generated",
        "Date": format_datetime(letter.made_at),
        **_one_press(letter.unsubscribe),
    }
    sender = settings.DEFAULT_FROM_EMAIL
    message = EmailMultiAlternatives(
        letter.subject, letter.text, sender, [letter.to], headers=headers, connection=connection
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message


def _one_press(address: str) -> dict[str, str]:
    """How a mail program ends letters of this kind (RFC 2369); by itself only where the address is safe (RFC 8058)."""
    if not address:
        return {}
    told = {"List-Unsubscribe": f"<{address}>"}
    return {**told, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if address.startswith("https://") else told


def is_final(error: Exception) -> bool:
    """Whether the server said that it will never take this letter."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return int(error.smtp_code) >= 500
    return isinstance(error, UnicodeError | ValueError)


def is_about_the_letter(error: Exception) -> bool:
    """Whether other letters may still go."""
    return isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError | UnicodeError | ValueError)
