"""What ends with a person: memberships, roles, guardians and consents, each kept as what it was until then."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.web.registry.intervals import holding
from wikivillage.web.registry.models import (
    Agent,
    Agreement,
    Consent,
    Guardianship,
    Membership,
    PendingFile,
    Qualification,
    RoleGrant,
)
from wikivillage.web.registry.roles import STEWARD, VILLAGE


def end_everything(agent: Agent, at: datetime) -> None:
    """End whatever an agent belongs to, may do, and has agreed to; words about them go."""
    Membership.objects.filter(agent=agent).update(role="")
    _end(Membership.objects.filter(Q(agent=agent) | Q(body=agent)), at)
    _end(RoleGrant.objects.filter(agent=agent), at)
    _end(Guardianship.objects.filter(Q(ward=agent) | Q(guardian=agent)), at)
    _end(Agreement.objects.filter(parties__agent=agent), at)
    _end(Qualification.objects.filter(agent=agent), at)
    Consent.objects.filter(agent=agent, withdrawn_at=None).update(withdrawn_at=at)
    PendingFile.objects.filter(loaded_at=None).delete()  # any of them may hold the name


def check_last_steward(agent: Agent, at: datetime) -> list[Problem]:
    """Whether a village would be left without a steward if this one were not one any more."""
    stewards = RoleGrant.objects.filter(holding(at), word=STEWARD, scope_kind=VILLAGE).select_for_update(no_key=True)
    holders = set(stewards.values_list("agent_id", flat=True))
    if holders != {agent.pk}:
        return []
    what = _("This is the last steward: nobody could give roles any more.")
    return [Problem("last-steward", "roles", what, _("Give the role to somebody else first."))]


def _end(rows: Any, at: datetime) -> None:
    """What has begun ends now, what has not begun never will."""
    going = rows.filter(Q(until=None) | Q(until__gt=at))
    for row in going:
        row.until = max(at, row.since)
        row.save(update_fields=["until"])
