"""Everything that writes in the registry: one transaction each, with a trace of when and by whom."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction

from wikivillage.base.ids import LONGEST, is_id, title
from wikivillage.base.problems import Problem, ProblemError, nearest
from wikivillage.web.registry.endings import check_last_steward, end_everything
from wikivillage.web.registry.models import Agent, Change, Definition, Identity, Place, Token
from wikivillage.web.registry.village_file import REFERENCES, digest, referring
from wikivillage.web.registry.words import ERASED_PREFIX, KINDS, SCOPES

TOKEN_PREFIX = "wv_"
HANDLE = re.compile(rf"[^\W\d][\w.-]{{0,{LONGEST - 1}}}")
"""How somebody may be called; whom the village file names is called by an id of it, without hyphens and points."""
USE_NOTED_EVERY = timedelta(minutes=1)
"""How exactly the last use of a token is known: a database is not written to at every question."""


def random_pseudonym() -> str:
    """A pseudonym that says nothing: ``p-`` and 16 hexadecimal digits."""
    return f"p-{secrets.token_hex(8)}"


@transaction.atomic
def add_agent(
    *,
    handle: str,
    kind: str,
    at: datetime,
    name: str = "",
    email: str = "",
    phone: str = "",
    note: str = "",
    pseudonym: str | None = None,
    language: str = "",
    by: str = "",
) -> Agent:
    """Somebody new; without a ``pseudonym`` a random one, without a ``name`` what the handle says.

    Raises ProblemError: bad-handle, handle-taken, unknown-kind, bad-name.
    """
    said = {"name": name or title(handle), "email": email, "phone": phone, "note": note}
    unkeepable = [problem for field, text in said.items() for problem in check_text(field, text, handle)]
    refuse_with([*check_handle(handle), *check_kind(kind, handle), *unkeepable])
    agent = Agent.objects.create(pseudonym=pseudonym or random_pseudonym(), kind=kind, created_at=at)
    _save(Identity(agent=agent, handle=handle, language=language, **said))
    _keep_as_pseudonym(handle, agent)
    record_change("add_agent", agent.pseudonym, at=at, by=by)
    return agent


@transaction.atomic
def rename(*, agent: Agent, at: datetime, handle: str | None = None, name: str | None = None, by: str = "") -> Identity:
    """Another handle, another name or both. Raises ProblemError: already-erased, bad-handle, handle-taken, bad-name."""
    identity = identity_of(agent)
    wanted = identity.handle if handle is None else handle
    refuse_with([*check_handle(wanted, agent), *check_text("name", name or "", identity.handle)])
    identity.handle = wanted
    identity.name = name or identity.name
    _save(identity)
    _keep_as_pseudonym(wanted, agent)
    record_change("rename", agent.pseudonym, at=at, by=by)
    return identity


@transaction.atomic
def erase_agent(*, agent: Agent, at: datetime, by: str = "") -> Agent:
    """Forget who an agent is: the name goes, the pseudonym and all sums stay, the handle is free.

    Tokens, memberships, roles, guardians and consents end. Raises ProblemError: already-erased, last-steward.
    """
    refuse_with(check_last_steward(agent, at))
    _overwrite_what_is_deleted()
    identity_of(agent).delete()
    end_everything(agent, at)
    held = Token.objects.filter(agent=agent)
    held.update(label="")
    held.filter(revoked_at=None).update(revoked_at=at)
    erased = Agent.objects.get(pk=agent.pk)
    erased.erased_at = at
    erased.save(update_fields=["erased_at"])
    record_change("erase_agent", agent.pseudonym, at=at, by=by)
    return erased


@transaction.atomic
def issue_token(
    *, agent: Agent, scopes: Iterable[str], at: datetime, label: str = "", by: str = ""
) -> tuple[Token, str]:
    """A new token and its secret, which is known to nobody afterwards.

    Raises ProblemError: already-erased, no-scope, unknown-scope.
    """
    identity_of(agent)
    wanted = sorted(set(scopes))
    unknown = [word for word in wanted if word not in SCOPES]
    problems = [Problem("unknown-scope", "scopes", f'"{word}" is no scope.', _hint(word, SCOPES)) for word in unknown]
    if not wanted:
        problems = [Problem("no-scope", "scopes", "A token without a scope opens nothing.", _hint("", SCOPES))]
    refuse_with([*problems, *check_text("label", label, "token")])
    secret = TOKEN_PREFIX + secrets.token_urlsafe(30)
    token = Token.objects.create(agent=agent, label=label, digest=digest(secret.encode()), scopes=wanted, created_at=at)
    record_change("issue_token", agent.pseudonym, at=at, by=by)
    return token, secret


@transaction.atomic
def revoke_token(*, token: Token, at: datetime, by: str = "") -> Token:
    """End a token; one that has ended stays as it is."""
    kept = Token.objects.select_for_update(no_key=True).get(pk=token.pk)
    if kept.revoked_at is None:
        kept.revoked_at = at
        kept.save(update_fields=["revoked_at"])
        record_change("revoke_token", kept.agent_id, at=at, by=by)
    return kept


def record_token_use(*, token: Token, at: datetime) -> None:
    """Note that a token was used, to the minute."""
    if token.last_used_at is None or at - token.last_used_at >= USE_NOTED_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=at)


def record_change(verb: str, subject: str, *, at: datetime, by: str) -> None:
    """Leave a trace, without names."""
    Change.objects.create(at=at, by=by, verb=verb, subject=subject)


def check_handle(handle: str, agent: Agent | None = None) -> list[Problem]:
    """What keeps ``agent``, or somebody new, from being called so."""
    in_the_file = agent is not None and agent.listed
    if not (is_id(handle) if in_the_file else HANDLE.fullmatch(handle)) or handle.startswith(ERASED_PREFIX):
        more = "" if in_the_file else ", hyphens, points"
        hint = f"Use letters, digits, underscores{more}, at most {LONGEST}, a letter first and not {ERASED_PREFIX}."
        return [Problem("bad-handle", handle, "cannot be a handle.", hint)]
    others = Agent.objects.exclude(pk=agent.pk) if agent else Agent.objects
    taken = others.filter(identity__handle=handle).exists() or others.filter(pk=handle, erased_at=None).exists()
    return [_taken(handle)] if taken else []


def check_kind(kind: str, where: str) -> list[Problem]:
    """Whether there is such a kind of agents."""
    known = kind in KINDS
    return [] if known else [Problem("unknown-kind", where, f'"{kind}" is no kind of agent.', _hint(kind, KINDS))]


def check_text(field: str, text: str, where: str) -> list[Problem]:
    """Whether both databases can keep these words."""
    return [Problem("bad-name", where, f"The {field} holds a NUL character.", "Take it out.")] if "\0" in text else []


def _hint(word: str, known: Iterable[str]) -> str:
    close = nearest(word, known)
    return f'Did you mean "{close}"?' if close else f"There is: {', '.join(known)}."


def _taken(handle: str) -> Problem:
    return Problem("handle-taken", handle, "is the handle of somebody else.", "Choose another.")


def refuse_with(problems: list[Problem]) -> None:
    """Refuse with all problems, if there are any."""
    if problems:
        raise ProblemError(problems)


def identity_of(agent: Agent) -> Identity:
    """The name of an agent, locked until the transaction ends. Raises ProblemError already-erased."""
    found = Identity.objects.select_for_update(no_key=True).filter(agent=agent).first()
    if found is None:
        raise ProblemError([Problem("already-erased", agent.pseudonym, "was erased already.")])
    return found


def _save(identity: Identity) -> None:
    """Two who ask for one handle at the same moment are told apart by the database."""
    try:
        with transaction.atomic():
            identity.save()
    except IntegrityError:
        raise ProblemError([_taken(identity.handle)]) from None


def _keep_as_pseudonym(handle: str, agent: Agent) -> None:
    """Where the village file named somebody before the registry knew them, keep the pseudonym instead of the handle."""
    for row in [*Place.objects.all(), *Definition.objects.filter(section="exchanges")]:
        key = REFERENCES["places" if isinstance(row, Place) else "exchanges"]
        if row.tree.get(key) == handle:
            row.tree = referring(row.tree, key, {handle: agent.pseudonym})
            if isinstance(row, Place):
                row.run_by = agent
            row.save()


def _overwrite_what_is_deleted() -> None:
    """SQLite leaves deleted rows in its file and in its log unless told otherwise."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")
        transaction.on_commit(_empty_the_log)


def _empty_the_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
