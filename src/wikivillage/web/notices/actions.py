"""Everything that writes letters and notices: into the inbox and the queue, on their way, and away."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from wikivillage.web.notices import written
from wikivillage.web.notices.kinds import DAILY, KINDS, NEVER, NOW, WAYS
from wikivillage.web.notices.models import Letter, Notice, Preference
from wikivillage.web.notices.queries import Reader, readers_of, way_of, ways_of
from wikivillage.web.registry.actions import record_change
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.words import Text

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
NOTICES_KEPT = timedelta(days=365)
"""How long a notice stays in the inbox."""


def queue_letter(
    *,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    html: str = "",
    kind: str = "letter",
    agent: str | None = None,
    unsubscribe: str = "",
) -> Letter:
    """Put a letter into the queue, in the transaction of the caller: what is not written is not told either."""
    return Letter.objects.create(
        to=to,
        subject=" ".join(_clean(subject).split()),
        text=_clean(text),
        html=_clean(html),
        kind=kind,
        agent_id=agent,
        unsubscribe=unsubscribe,
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


@transaction.atomic
def tell(*, agent: str, kind: str, title: Text, text: Text, path: str = "", at: datetime, key: str = "") -> None:
    """Tell somebody something, in the transaction of the caller: into the inbox, and by letter as they want it.

    What is meant for a household is told to its people, for an organisation to those who answer for it. With a
    ``key`` it is told once, however often it is said. ``path`` is the page of the thing on this site.
    """
    assert kind in KINDS, f'there is no kind of notices "{kind}": add it to notices.kinds'
    assert path[:1] in ("", "/"), "a notice leads to a page of this site"
    assert path[1:2] not in ("/", "\\"), "a notice leads to a page of this site"
    for reader in readers_of(agent, at):
        way = way_of(reader.agent, kind) if reader.email else NEVER
        notice = _add_notice(reader, kind, way, title, text, path, at, key)
        if notice is not None and way == NOW:
            _write(reader, written.letter_of(notice, reader.language), at)


def _add_notice(
    reader: Reader, kind: str, way: str, title: Text, text: Text, path: str, at: datetime, key: str
) -> Notice | None:
    """A row in the inbox; None where this key was told already."""
    said = {"title_en": title.en, "title_fr": title.fr, "text_en": text.en, "text_fr": text.fr, "path": path}
    cleaned = {name: _clean(words) for name, words in said.items()}
    if key and Notice.objects.filter(agent=reader.agent, key=key).exists():
        return None
    try:
        with transaction.atomic():
            return Notice.objects.create(
                agent_id=reader.agent,
                kind=kind,
                key=key,
                made_at=at,
                way=way,
                lettered_at=at if way == NOW else None,
                **cleaned,
            )
    except IntegrityError:
        return None


def _write(reader: Reader, said: written.Written, at: datetime) -> None:
    queue_letter(
        to=reader.email,
        subject=said.subject,
        text=said.text,
        kind=said.kind,
        agent=reader.agent,
        unsubscribe=said.unsubscribe,
        at=at,
    )


@transaction.atomic
def write_digest(*, agent: str, before: datetime, at: datetime) -> int:
    """One letter for everything that somebody was told before a moment and reads once a day. Returns how much it was.

    Run again, or by two at once, it writes nothing more: what is in a letter is marked in the same transaction.
    """
    waiting = Notice.objects.select_for_update(no_key=True).filter(
        agent=agent, way=DAILY, lettered_at=None, read_at=None, made_at__lt=before
    )
    notices = list(waiting.order_by("made_at", "pk"))
    reader = next((one for one in readers_of(agent, at) if one.agent == agent), None)
    if not notices or reader is None or not reader.email:
        return 0
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(lettered_at=at)
    _write(reader, written.digest_of(agent, notices, reader.language), at)
    return len(notices)


def mark_read(*, agent: str, at: datetime, notice: int | None = None) -> int:
    """Somebody has read one notice, or all of them. Returns how many were unread."""
    rows = Notice.objects.filter(agent=agent, read_at=None)
    return int((rows if notice is None else rows.filter(pk=notice)).update(read_at=at))


@transaction.atomic
def choose_ways(*, agent: str, ways: dict[str, str], at: datetime) -> int:
    """Keep how somebody wants to be told of some kinds. Returns how many of these differ from before."""
    assert set(ways) <= set(KINDS), "kinds are few and fixed"
    assert set(ways.values()) <= set(WAYS), "ways are few and fixed"
    before = ways_of(agent)
    changed = {kind: way for kind, way in ways.items() if before[kind] != way}
    for kind, way in changed.items():
        said = {"way": way, "changed_at": at}
        Preference.objects.update_or_create(agent_id=agent, kind=kind, defaults=said)
    if NEVER in changed.values():
        dropped = [kind for kind, way in changed.items() if way == NEVER]
        Notice.objects.filter(agent=agent, kind__in=dropped, lettered_at=None).update(way=NEVER)
    return len(changed)


@transaction.atomic
def unsubscribe(*, agent: str, kind: str, at: datetime) -> bool:
    """End letters of one kind, or of all that come once a day; False where that is so already, or nobody is there."""
    if not Agent.objects.filter(pk=agent, erased_at=None).exists():
        return False
    ways = ways_of(agent)
    ended = [one for one, way in ways.items() if (way == DAILY if kind == written.DIGEST else one == kind)]
    return choose_ways(agent=agent, ways=dict.fromkeys(ended, NEVER), at=at) > 0


def erase_notices(*, agent: str) -> int:
    """Forget what somebody was told and how they wanted it. Returns how many notices that were."""
    Preference.objects.filter(agent=agent).delete()
    return int(Notice.objects.filter(agent=agent).delete()[0])


def erase_old_notices(*, at: datetime) -> int:
    """Forget notices after their time, and those of whoever was erased. Returns how many."""
    Preference.objects.exclude(agent__erased_at=None).delete()
    gone = Q(made_at__lt=at - NOTICES_KEPT) | Q(agent__erased_at__isnull=False)
    return int(Notice.objects.filter(gone).delete()[0])


def _clean(text: str) -> str:
    """Without the one character that PostgreSQL does not keep."""
    return text.replace("\0", "")
