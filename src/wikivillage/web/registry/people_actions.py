"""Writing who belongs together: households, organisations and circles, and who is in them from when to when."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.ids import LONGEST
from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.registry.actions import (
    add_agent,
    check_handle,
    check_text,
    identity_of,
    record_change,
    refuse_with,
)
from wikivillage.web.registry.intervals import check_alone, check_interval, end
from wikivillage.web.registry.models import Agent, Circle, Membership
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.words import HOUSEHOLD, ORGANISATION, PERSON

CIRCLE_PREFIX = "circle-"


@transaction.atomic
def add_person(*, name: str, at: datetime, by: str = "", email: str = "", key: str = "") -> Agent:
    """Somebody without an account, such as a child, under the first handle of their name that is free.

    Raises ProblemError: no-name, bad-name, handle-taken.
    """
    made = made_before(key, Agent, at=at)
    if made is not None:
        return made
    somebody = _add_agent(PERSON, name, free_handle(name), at, by, None, email=email)
    remember(key, somebody)
    return somebody


@transaction.atomic
def add_household(
    *, name: str, at: datetime, by: str = "", handle: str = "", members: Iterable[Agent] = (), key: str = ""
) -> Agent:
    """People who live together. The ledger knows them by a random pseudonym.

    Raises ProblemError: no-name, bad-handle, handle-taken, bad-name, already-erased.
    """
    made = made_before(key, Agent, at=at)
    if made is not None:
        return made
    home = _add_agent(HOUSEHOLD, name, handle or free_handle(name), at, by, None)
    for member in members:
        join(agent=member, body=home, at=at, by=by)
    remember(key, home)
    return home


@transaction.atomic
def add_organisation(
    *, name: str, at: datetime, by: str = "", handle: str = "", email: str = "", note: str = "", key: str = ""
) -> Agent:
    """An association, a company, a school: no person, so that the ledger knows it by its handle where that is free.

    Raises ProblemError: no-name, bad-handle, handle-taken, bad-name.
    """
    made = made_before(key, Agent, at=at)
    if made is not None:
        return made
    wanted = handle or free_handle(name)
    pseudonym = None if Agent.objects.filter(pk=wanted).exists() else wanted
    body = _add_agent(ORGANISATION, name, wanted, at, by, pseudonym, email=email, note=note)
    remember(key, body)
    return body


@transaction.atomic
def join(
    *,
    agent: Agent,
    at: datetime,
    body: Agent | None = None,
    circle: Circle | None = None,
    role: str = "",
    votes: bool = True,
    since: datetime | None = None,
    until: datetime | None = None,
    by: str = "",
    key: str = "",
) -> Membership:
    """Let somebody belong to a household or organisation (``body``) or to a ``circle``, from now unless said otherwise.

    Raises ProblemError: already-erased, not-a-body, ends-before-it-begins, overlapping, bad-name.
    """
    assert (body is None) != (circle is None), "a membership is in one thing"
    made = made_before(key, Membership, at=at)
    if made is not None:
        return made
    identity_of(agent)
    begins = since or at
    same = Membership.objects.filter(agent=agent, body=body, circle=circle)
    refuse_with(
        [
            *_check_body(agent, body),
            *check_text("role", role, "role"),
            *(check_interval(begins, until, "until") or check_alone(same, begins, until, "membership")),
        ]
    )
    membership = Membership.objects.create(
        agent=agent, body=body, circle=circle, role=role, votes=votes, since=begins, until=until
    )
    record_change("join", agent.pseudonym, at=at, by=by)
    remember(key, membership)
    return membership


@transaction.atomic
def leave(*, membership: Membership, at: datetime, by: str = "") -> Membership:
    """End a membership, and keep it as history; one that has ended stays as it is."""
    kept = Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    if end(kept, at):
        record_change("leave", kept.agent_id, at=at, by=by)
    return kept


@transaction.atomic
def make_circle(
    *, name_en: str, name_fr: str, at: datetime, purpose: str = "", id: str = "", by: str = "", key: str = ""
) -> Circle:
    """A working group. Raises ProblemError: no-name, bad-name, bad-circle, circle-taken."""
    made = made_before(key, Circle, at=at)
    if made is not None:
        return made
    names = {"name_en": name_en.strip() or name_fr.strip(), "name_fr": name_fr.strip() or name_en.strip()}
    said = {**names, "purpose": purpose.strip()}
    wanted = id or (CIRCLE_PREFIX + slug(names["name_fr"], "-"))[:LONGEST]
    refuse_with(
        [
            *_check_name(names["name_fr"], "name_fr"),
            *(problem for field, text in said.items() for problem in check_text(field, text, field)),
            *_check_circle(wanted),
        ]
    )
    circle = Circle.objects.create(id=wanted, **said)
    record_change("make_circle", wanted, at=at, by=by)
    remember(key, circle)
    return circle


def slug(name: str, dash: str = "_") -> str:
    """A name in small plain letters: ``Café de l'été`` is ``cafe_de_l_ete``."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", dash, plain).strip(dash)


def free_handle(name: str) -> str:
    """A handle made of a name, with a number where others are called so already."""
    base = slug(name)[: LONGEST - 4] or "agent"
    base = base if base[0].isalpha() else f"n_{base}"
    numbered = (base if number == 1 else f"{base}_{number}" for number in range(1, 1000))
    return next((handle for handle in numbered if not check_handle(handle)), base)


def _add_agent(kind: str, name: str, handle: str, at: datetime, by: str, pseudonym: str | None, **more: str) -> Agent:
    problems = _check_name(name, "name")
    if problems:
        raise ProblemError(problems)
    return add_agent(handle=handle, kind=kind, name=name.strip(), at=at, by=by, pseudonym=pseudonym, **more)


def _check_name(name: str, where: str) -> list[Problem]:
    return [] if name.strip() else [Problem("no-name", where, _("A name is missing."), _("Write what people call it."))]


def _check_body(agent: Agent, body: Any) -> list[Problem]:
    """One belongs to a household or an organisation that is there, and not to oneself."""
    if body is None or (body.kind in (HOUSEHOLD, ORGANISATION) and body.erased_at is None and body.pk != agent.pk):
        return []
    what = _("One can belong to a household or to an organisation that is still there, and to nothing else.")
    return [Problem("not-a-body", "body", what, _("Choose one of the list."))]


def _check_circle(id: str) -> list[Problem]:
    if not re.fullmatch(rf"{CIRCLE_PREFIX}[a-z0-9][a-z0-9-]*", id) or len(id) > LONGEST:
        hint = _("Use a name with letters or digits.")
        return [Problem("bad-circle", "name_fr", _("“%(id)s” cannot be the id of a circle.") % {"id": id}, hint)]
    if Circle.objects.filter(pk=id).exists():
        what = _("A circle of this name is there already.")
        return [Problem("circle-taken", "name_fr", what, _("Choose another name."))]
    return []
