"""Writing guardians, who act for a ward, and consents, which say what may be done with what is known of somebody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.web.registry.actions import identity_of, record_change, refuse_with
from wikivillage.web.registry.intervals import check_alone, check_interval, end, holding
from wikivillage.web.registry.models import Agent, Consent, Guardianship, Membership
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.words import HOUSEHOLD, PERSON, PURPOSES


@transaction.atomic
def name_guardian(
    *,
    ward: Agent,
    guardian: Agent,
    at: datetime,
    by: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    key: str = "",
) -> Guardianship:
    """Let somebody act for a ward, from now unless said otherwise.

    Raises ProblemError: already-erased, not-a-person, guards-each-other, ends-before-it-begins, overlapping.
    """
    made: Guardianship | None = made_before(key, Guardianship, at=at)
    if made is not None:
        return made
    for person in sorted((ward, guardian), key=lambda agent: str(agent.pk)):  # always locked in the same order
        identity_of(person)
    begins = since or at
    same = Guardianship.objects.filter(ward=ward, guardian=guardian)
    refuse_with(
        [
            *_check_persons(ward, guardian),
            *_check_one_way(ward, guardian, at),
            *(check_interval(begins, until, "until") or check_alone(same, begins, until, "guardian")),
        ]
    )
    row = Guardianship.objects.create(ward=ward, guardian=guardian, since=begins, until=until)
    record_change("name_guardian", ward.pseudonym, at=at, by=by)
    remember(key, row)
    return row


@transaction.atomic
def end_guardianship(*, guardianship: Guardianship, at: datetime, by: str = "") -> Guardianship:
    """End it, and keep it as history; one that has ended stays as it is."""
    kept = Guardianship.objects.select_for_update(no_key=True).get(pk=guardianship.pk)
    if end(kept, at):
        record_change("end_guardianship", kept.ward_id, at=at, by=by)
    return kept


@transaction.atomic
def give_consent(*, agent: Agent, purpose: str, at: datetime, by: str) -> Consent:
    """Agree to a purpose, for oneself, one's household or a ward; what was agreed already stays as it is.

    Raises ProblemError: already-erased, unknown-purpose, not-authorised.
    """
    identity_of(agent)
    refuse_with([*_check_purpose(purpose), *_check_speaks_for(agent, by, at)])
    given: Consent | None = Consent.objects.filter(agent=agent, purpose=purpose, withdrawn_at=None).first()
    if given is None:
        other = "" if by == agent.pk else by
        given = Consent.objects.create(agent=agent, purpose=purpose, given_at=at, given_by=other)
        record_change("give_consent", agent.pseudonym, at=at, by=by)
    return given


@transaction.atomic
def withdraw_consent(*, agent: Agent, purpose: str, at: datetime, by: str = "") -> Consent | None:
    """Take a consent back; the one that ended, or None where there is none to end."""
    given: Consent | None = (
        Consent.objects.select_for_update(no_key=True).filter(agent=agent, purpose=purpose, withdrawn_at=None).first()
    )
    if given is not None:
        given.withdrawn_at = at
        given.save(update_fields=["withdrawn_at"])
        record_change("withdraw_consent", agent.pseudonym, at=at, by=by)
    return given


def _check_persons(*agents: Agent) -> list[Problem]:
    if all(agent.kind == PERSON for agent in agents):
        return []
    return [Problem("not-a-person", "guardian", _("A guardian and a ward are persons."), _("Name the person."))]


def _check_one_way(ward: Agent, guardian: Agent, at: datetime) -> list[Problem]:
    back = Guardianship.objects.filter(holding(at), ward=guardian, guardian=ward).exists()
    if ward.pk != guardian.pk and not back:
        return []
    what = _("Nobody is their own guardian, nor the guardian of their guardian.")
    return [Problem("guards-each-other", "guardian", what, _("Name somebody else."))]


def _check_purpose(purpose: str) -> list[Problem]:
    if purpose in PURPOSES:
        return []
    hint = _("There is: %(known)s.") % {"known": ", ".join(PURPOSES)}
    what = _("“%(word)s” is no purpose that one can agree to.") % {"word": purpose}
    return [Problem("unknown-purpose", "purpose", what, hint)]


def _check_speaks_for(agent: Agent, by: str, at: datetime) -> list[Problem]:
    """Only somebody themselves, their guardian, and who lives in a household agree; no steward does it for them."""
    guards = Guardianship.objects.filter(holding(at), ward=agent, guardian_id=by)
    at_home = Membership.objects.filter(holding(at), body=agent, body__kind=HOUSEHOLD, agent_id=by)
    if by == agent.pk or guards.exists() or at_home.exists():
        return []
    what = _("Only the person themselves or their guardian can agree.")
    return [Problem("not-authorised", "agent", what, _("Ask them."))]
