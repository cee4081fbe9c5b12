"""Everything that writes letters: into the queue, on their way, and away."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from wikivillage.web.notices.models import Letter
from wikivillage.web.registry.actions import record_change

BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(days=1),
    timedelta(days=1),
)
"""How long after each try the next one follows; after the last one a steward decides."""

KEPT_AFTER_SENDING = timedelta(days=30)
LONGEST_ERROR = 500


def queue_letter(
    *,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    html: str = "",
    kind: str = "letter",
    agent: str | None = None,
) -> Letter:
    """Put a letter into the queue, in the transaction of the caller: what is not written is not told either."""
    return Letter.objects.create(
        to=to,
        subject=" ".join(_clean(subject).split()),
        text=_clean(text),
        html=_clean(html),
        kind=kind,
        agent_id=agent,
        made_at=at,
        next_try_at=at,
    )


def claim_letter(*, at: datetime) -> Letter | None:
    """The letter that is due first, with its next try put off already: whoever else looks does not find it.

    A worker that dies while it sends leaves the letter to the next try, so a letter may come twice but is never lost.
    """
    for letter in Letter.objects.filter(sent_at=None, next_try_at__lte=at).order_by("next_try_at")[:20]:
        after = at + BACK_OFF[letter.tries] if letter.tries < len(BACK_OFF) else None
        unchanged = Letter.objects.filter(pk=letter.pk, sent_at=None, next_try_at=letter.next_try_at)
        if unchanged.update(tries=F("tries") + 1, next_try_at=after):
            letter.tries, letter.next_try_at = letter.tries + 1, after
            return letter
    return None


def record_sent(*, letter: Letter, at: datetime) -> None:
    """The mail server took it."""
    Letter.objects.filter(pk=letter.pk).update(sent_at=at, next_try_at=None, last_error="")


def record_failure(*, letter: Letter, error: str, final: bool) -> None:
    """The mail server did not take it; ``final``: it never will."""
    said = {"last_error": _clean(error)[:LONGEST_ERROR]}
    Letter.objects.filter(pk=letter.pk, sent_at=None).update(**said, **({"next_try_at": None} if final else {}))


@transaction.atomic
def send_now(*, letter: UUID, at: datetime, by: str) -> bool:
    """Let a letter that waits be tried at once; False where there is none, or it has left."""
    found = Letter.objects.filter(pk=letter, sent_at=None).update(next_try_at=at)
    if found:
        record_change("send_letter", str(letter), at=at, by=by)
    return bool(found)


def adopt_letters(*, agent: str, address: str) -> None:
    """Letters to an address are those of the agent whose it turned out to be."""
    Letter.objects.filter(to=address, agent=None).update(agent=agent)


def erase_old_letters(*, at: datetime) -> int:
    """Forget letters some days after they were sent, or given up. Returns how many."""
    before = at - KEPT_AFTER_SENDING
    gone = Q(sent_at__lt=before) | Q(sent_at=None, next_try_at=None, made_at__lt=before)
    return int(Letter.objects.filter(gone).delete()[0])


def erase_letters(*, agent: str | None, addresses: list[str]) -> int:
    """Forget every letter to somebody, sent or not. Returns how many."""
    theirs = Letter.objects.filter(agent=agent) if agent else Letter.objects.none()
    return int((theirs | Letter.objects.filter(to__in=addresses)).delete()[0])


def _clean(text: str) -> str:
    """Without the one character that PostgreSQL does not keep."""
    return text.replace("\0", "")
