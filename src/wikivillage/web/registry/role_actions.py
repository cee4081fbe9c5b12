"""Writing roles: who gives which to whom, where they count, and that they end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem
from wikivillage.web.registry.actions import identity_of, record_change, refuse_with
from wikivillage.web.registry.endings import check_last_steward
from wikivillage.web.registry.intervals import check_alone, check_interval, end, holding
from wikivillage.web.registry.models import Agent, Circle, Place, RoleGrant
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.roles import CIRCLE, KIOSK, MEMBER, PLACE, ROLES, SCOPE_WORDS, STEWARD, VILLAGE, rank_of
from wikivillage.web.registry.words import PERSON

WHERE: dict[str, Any] = {CIRCLE: Circle, PLACE: Place}


@transaction.atomic
def give_role(
    *,
    agent: Agent,
    word: str,
    at: datetime,
    by: str = "",
    scope_kind: str = VILLAGE,
    scope: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    key: str = "",
) -> RoleGrant:
    """Give somebody a role, from now unless said otherwise; ``by`` nobody is the command line, which may give any.

    Raises ProblemError: already-erased, unknown-role, wrong-scope, unknown-circle, unknown-place, role-above-own,
    not-a-person, ends-before-it-begins, overlapping.
    """
    made: RoleGrant | None = made_before(key, RoleGrant, at=at)
    if made is not None:
        return made
    identity_of(agent)
    refuse_with(_check_role(word) or _check_scope(word, scope_kind, scope))
    begins = since or at
    same = RoleGrant.objects.filter(agent=agent, word=word, scope_kind=scope_kind, scope=scope)
    refuse_with(
        [
            *_check_holder(agent, word),
            *check_rank(word, by, scope_kind, scope, at),
            *(check_interval(begins, until, "until") or check_alone(same, begins, until, "word")),
        ]
    )
    grant = RoleGrant.objects.create(
        agent=agent, word=word, scope_kind=scope_kind, scope=scope, since=begins, until=until, given_by=by
    )
    record_change("give_role", agent.pseudonym, at=at, by=by)
    remember(key, grant)
    return grant


@transaction.atomic
def end_role(*, grant: RoleGrant, at: datetime, by: str = "") -> RoleGrant:
    """End a role, and keep it as history; one that has ended stays as it is.

    Raises ProblemError: last-steward, role-above-own.
    """
    kept = RoleGrant.objects.select_for_update(no_key=True).get(pk=grant.pk)
    ended = kept.until is not None and kept.until <= at
    if ended:
        return kept
    begun_for_all = kept.word == STEWARD and kept.scope_kind == VILLAGE and kept.since <= at
    refuse_with(
        [
            *([] if by == kept.agent_id else check_rank(kept.word, by, kept.scope_kind, kept.scope, at)),
            *(check_last_steward(kept.agent, at) if begun_for_all else []),
        ]
    )
    end(kept, at)
    record_change("end_role", kept.agent_id, at=at, by=by)
    return kept


def check_rank(word: str, by: str, scope_kind: str, scope: str, at: datetime) -> list[Problem]:
    """Nobody gives or takes, be it from themselves, a role above what they hold there."""
    if not by:
        return []
    held = RoleGrant.objects.filter(holding(at), agent_id=by)
    there = {
        row.word for row in held if row.scope_kind == VILLAGE or (row.scope_kind, row.scope) == (scope_kind, scope)
    }
    if rank_of(there) >= ROLES[word].rank:
        return []
    what = _("The role of %(role)s is above any that you hold here.") % {"role": ROLES[word].name}
    return [Problem("role-above-own", "word", what, _("Ask somebody who holds it, or a steward."))]


def _check_role(word: str) -> list[Problem]:
    if word in ROLES:
        return []
    hint = _("There is: %(known)s.") % {"known": ", ".join(ROLES)}
    return [Problem("unknown-role", "word", _("“%(word)s” is no role.") % {"word": word}, hint)]


def _check_scope(word: str, kind: str, scope: str) -> list[Problem]:
    """Whether a role can count in such a scope, and whether there is such a circle or place."""
    if kind not in ROLES[word].counts or (kind == VILLAGE) != (scope == ""):
        can = ", ".join(str(SCOPE_WORDS[kind]) for kind in ROLES[word].counts)
        what = _("Where the role of %(role)s can count: %(scopes)s.") % {"role": ROLES[word].name, "scopes": can}
        return [Problem("wrong-scope", "scope", what, _("Choose one of these."))]
    if kind == VILLAGE or ("\0" not in scope and WHERE[kind].objects.filter(pk=scope).exists()):
        return []
    code = "unknown-circle" if kind == CIRCLE else "unknown-place"
    what = _("“%(scope)s” is not here.") % {"scope": scope}
    return [Problem(code, "scope", what, _("Choose one of the list."))]


def _check_holder(agent: Agent, word: str) -> list[Problem]:
    """A role is a person's; a screen at a door and a whole household may be what they are."""
    if agent.kind == PERSON or word in (KIOSK, MEMBER):
        return []
    what = _("Only a person can hold the role of %(role)s.") % {"role": ROLES[word].name}
    return [Problem("not-a-person", "agent", what, _("Name one who answers for it."))]
