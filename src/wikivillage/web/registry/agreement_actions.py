"""Writing what people agreed to with each other, and what they were trained for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.registry.actions import check_text, identity_of, record_change, refuse_with
from wikivillage.web.registry.intervals import check_alone, check_interval, end
from wikivillage.web.registry.models import Agent, Agreement, AgreementParty, Qualification
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.words import PERSON

HIGHEST = 3
"""Levels: 1 with somebody beside, 2 alone, 3 trains others."""


@transaction.atomic
def make_agreement(
    *,
    kind: str,
    parties: Sequence[Agent],
    terms_version: str,
    at: datetime,
    terms: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    by: str = "",
    key: str = "",
) -> Agreement:
    """Write down terms for some parties, from now unless said otherwise. It counts once all have signed.

    Raises ProblemError: already-erased, no-party, bad-agreement, bad-name, ends-before-it-begins.
    """
    made: Agreement | None = made_before(key, Agreement, at=at)
    if made is not None:
        return made
    wanted = sorted({agent.pk: agent for agent in parties}.values(), key=lambda agent: str(agent.pk))
    for agent in wanted:
        identity_of(agent)
    begins = since or at
    problems = [*_check_word("kind", kind), *_check_word("terms_version", terms_version), *_check_parties(wanted)]
    refuse_with([*problems, *check_text("terms", terms, "terms"), *check_interval(begins, until, "until")])
    row = Agreement.objects.create(
        kind=kind, terms_version=terms_version, terms=terms, since=begins, until=until, made_at=at, made_by=by
    )
    AgreementParty.objects.bulk_create([AgreementParty(agreement=row, agent=agent) for agent in wanted])
    record_change("make_agreement", str(row.pk), at=at, by=by)
    remember(key, row)
    return row


@transaction.atomic
def sign_agreement(*, agreement: Agreement, agent: Agent, at: datetime, by: str = "") -> Agreement:
    """Let a party sign; whoever signed stays so. The last signature is that of the agreement.

    Raises ProblemError: not-a-party, agreement-over.
    """
    kept: Agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    party = kept.parties.filter(agent=agent).first()
    if party is None:
        what = _("That agreement is between others.")
        raise ProblemError([Problem("not-a-party", "agent", what, _("Ask for one of your own."))])
    if party.signed_at is not None:
        return kept
    if kept.until is not None and kept.until <= at:
        what = _("That agreement is over.")
        raise ProblemError([Problem("agreement-over", "agreement", what, _("Ask for a new one."))])
    party.signed_at, party.signed_by = at, "" if by == agent.pk else by
    party.save(update_fields=["signed_at", "signed_by"])
    if not kept.parties.filter(signed_at=None).exists():
        kept.signed_at = at
        kept.save(update_fields=["signed_at"])
    record_change("sign_agreement", agent.pk, at=at, by=by)
    return kept


@transaction.atomic
def end_agreement(*, agreement: Agreement, at: datetime, by: str = "") -> Agreement:
    """End an agreement, and keep it as history; one that has ended stays as it is."""
    kept: Agreement = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    if end(kept, at):
        record_change("end_agreement", str(kept.pk), at=at, by=by)
    return kept


@transaction.atomic
def grant_qualification(
    *,
    agent: Agent,
    subject: str,
    at: datetime,
    level: int = 1,
    since: datetime | None = None,
    until: datetime | None = None,
    by: str = "",
    key: str = "",
) -> Qualification:
    """Note that somebody was trained for a kind of machine or task. A higher level takes the place of a lower one.

    Raises ProblemError: already-erased, not-a-person, bad-agreement, unknown-level, ends-before-it-begins, overlapping.
    """
    made: Qualification | None = made_before(key, Qualification, at=at)
    if made is not None:
        return made
    identity_of(agent)
    begins = since or at
    held = Qualification.objects.filter(agent=agent, subject=subject)
    for lower in held.filter(level__lt=level, since__lte=begins).select_for_update(no_key=True):
        end(lower, begins)
    refuse_with(
        [
            *_check_trainee(agent),
            *_check_word("subject", subject),
            *_check_level(level),
            *(check_interval(begins, until, "until") or check_alone(held, begins, until, "subject")),
        ]
    )
    row = Qualification.objects.create(
        agent=agent, subject=subject, level=level, since=begins, until=until, granted_by=by
    )
    record_change("grant_qualification", agent.pk, at=at, by=by)
    remember(key, row)
    return row


@transaction.atomic
def end_qualification(*, qualification: Qualification, at: datetime, by: str = "") -> Qualification:
    """Take a qualification back, and keep it as history; one that has ended stays as it is."""
    kept: Qualification = Qualification.objects.select_for_update(no_key=True).get(pk=qualification.pk)
    if end(kept, at):
        record_change("end_qualification", kept.agent_id, at=at, by=by)
    return kept


def _check_parties(parties: Sequence[Agent]) -> list[Problem]:
    if parties:
        return []
    what = _("An agreement is between somebody.")
    return [Problem("no-party", "parties", what, _("Name who agrees."))]


def _check_word(field: str, word: str) -> list[Problem]:
    if word.strip() and "\0" not in word and len(word) <= (64 if field == "subject" else 32):
        return []
    what = _("A short word is missing here.")
    return [Problem("bad-agreement", field, what, _("Write a word, such as: loan, laser or 2026-1."))]


def _check_trainee(agent: Agent) -> list[Problem]:
    if agent.kind == PERSON:
        return []
    what = _("Only a person can be trained.")
    return [Problem("not-a-person", "agent", what, _("Name who learnt it."))]


def _check_level(level: int) -> list[Problem]:
    if 1 <= level <= HIGHEST:
        return []
    what = _("Levels go from 1 to %(highest)s.") % {"highest": HIGHEST}
    return [Problem("unknown-level", "level", what, _("Choose one of them."))]
