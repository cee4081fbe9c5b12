"""Django's way to send letters: into the queue."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from wikivillage.web.notices.actions import queue_letter


class QueuedBackend(BaseEmailBackend):
    """Writes every message into the queue, a letter for each address.

    A message may say of what ``kind`` it is and to which ``agent`` (a pseudonym).
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue them; how many messages were taken."""
        now = timezone.now()
        for message in email_messages:
            assert not message.attachments, "letters carry no attachments"
            for address in message.recipients():
                queue_letter(
                    to=address,
                    subject=message.subject,
                    text=message.body,
                    html=_html(message),
                    kind=getattr(message, "kind", "letter"),
                    agent=getattr(message, "agent", None),
                    at=now,
                )
        return len(email_messages)


def _html(message: EmailMessage) -> str:
    found = [content for content, kind in getattr(message, "alternatives", ()) if kind == "text/html"]
    return str(found[0]) if found else ""
