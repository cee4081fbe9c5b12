"""Who may do what with what: the one table, and the one question.

A row opens to everybody, or to everybody where the thing is nobody's own, or to whom it belongs (and who acts for
them), or to roles: those of the whole village and those of the thing's own circle or place, and a few wherever they
are held. Everything else is closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wikivillage.web.registry.roles import AUDITOR, CIRCLE_LEAD, KIOSK, MEMBER, ROLES, STEWARD, TREASURER
from wikivillage.web.registry.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Permit:
    """Who may: ``everyone``, everyone where it is ``nobodys`` own, its ``owner``, ``roles``, roles ``anywhere``."""

    everyone: bool = False
    nobodys: bool = False
    owner: bool = False
    roles: frozenset[str] = frozenset()
    anywhere: frozenset[str] = frozenset()


def _roles(*words: str) -> frozenset[str]:
    return frozenset(words)


OPEN = Permit(everyone=True)
STEWARDS = Permit(roles=_roles(STEWARD))
READERS = Permit(roles=_roles(STEWARD, AUDITOR))
KNOWN = Permit(owner=True, roles=_roles(MEMBER))
OWNER = Permit(owner=True)
OWN = Permit(owner=True, roles=_roles(STEWARD))
OWN_SEEN = Permit(owner=True, roles=_roles(STEWARD, AUDITOR))
SEEN = Permit(nobodys=True, owner=True, roles=_roles(STEWARD, AUDITOR))
MONEY = Permit(nobodys=True, owner=True, roles=_roles(STEWARD, AUDITOR, TREASURER))
LEADS = Permit(roles=_roles(STEWARD, CIRCLE_LEAD))
NOTED = Permit(owner=True, roles=_roles(STEWARD, CIRCLE_LEAD, KIOSK))
LEFT = Permit(owner=True, roles=_roles(STEWARD, CIRCLE_LEAD))
PLANNERS = Permit(roles=_roles(STEWARD), anywhere=_roles(CIRCLE_LEAD))
RUN = Permit(owner=True, roles=_roles(STEWARD))
WRITERS = Permit(roles=_roles(STEWARD, AUDITOR, TREASURER))
JOINERS = Permit(roles=_roles(MEMBER))
KEEPERS = Permit(roles=_roles(STEWARD, TREASURER))
RECEPTION = Permit(owner=True, roles=_roles(STEWARD, TREASURER))
TRAINED = Permit(owner=True, roles=_roles(STEWARD, AUDITOR), anywhere=_roles(CIRCLE_LEAD))

PERMITS: dict[str, dict[str, Permit]] = {
    "pulse": {"see": OPEN},
    "building": {"see": OPEN},
    "place": {"see": OPEN},
    "plan": {"see": OPEN, "change": PLANNERS, "choose": STEWARDS, "end": STEWARDS},
    "plan_run": {"see": OPEN, "run": PLANNERS, "stop": RUN},
    "meter": {"see": SEEN, "add": STEWARDS, "change": STEWARDS, "end": STEWARDS},
    "readings": {"see": SEEN, "record": NOTED},
    "event": {"see": SEEN, "record": NOTED, "correct": OWN},
    "note": {"write": WRITERS},
    "stock": {"see": SEEN, "add": STEWARDS, "change": STEWARDS},
    "promise": {"see": MONEY, "make": OWN, "change": OWN, "cancel": OWN},
    "person": {"see": KNOWN, "list": OWN_SEEN, "add": STEWARDS, "change": OWN, "erase": OWN},
    "household": {"see": KNOWN, "list": OWN_SEEN, "add": STEWARDS, "change": OWN, "erase": STEWARDS},
    "organisation": {"see": OPEN, "list": READERS, "add": STEWARDS, "change": STEWARDS, "erase": STEWARDS},
    "membership": {"see": KNOWN, "add": LEADS, "join": JOINERS, "end": LEFT},
    "role": {"see": KNOWN, "give": LEADS, "end": LEFT},
    "circle": {"see": OPEN, "add": STEWARDS, "change": LEADS},
    "guardianship": {"see": OWN_SEEN, "give": STEWARDS, "end": STEWARDS},
    "consent": {"see": OWN_SEEN, "give": OWNER, "withdraw": OWN},
    "village_file": {"see": READERS, "load": STEWARDS},
    "letter": {"see": STEWARDS, "send": STEWARDS},
    "job": {"see": STEWARDS, "start": STEWARDS, "stop": STEWARDS},
    "occurrence": {
        "see": OPEN,
        "see_members": JOINERS,
        "see_private": OWN_SEEN,
        "put": PLANNERS,
        "change": LEFT,
        "cancel": LEFT,
    },
    "opening": {"see": OPEN, "change": STEWARDS, "close": STEWARDS},
    "own_things": {"see": OWNER, "change": OWNER, "export": OWNER, "erase": OWNER},
    "token": {"see": OWN, "give": STEWARDS, "end": OWN},
    "agreement": {"see": OWN_SEEN, "make": PLANNERS, "sign": OWNER, "end": OWN},
    "qualification": {"see": TRAINED, "grant": PLANNERS, "end": PLANNERS},
    "price_policy": {"see": OPEN, "propose": KEEPERS, "activate": STEWARDS, "withdraw": STEWARDS},
    "price_band": {"see": RECEPTION, "declare": OWNER, "set": KEEPERS, "end": RECEPTION},
    "quote": {"see": RECEPTION, "make": OWN, "use": OWN},
    "label": {"see": OPEN, "print": JOINERS, "make": LEADS, "retire": LEADS},
    "notice": {"see": OWNER, "change": OWNER},
    "unit": {"see": OPEN, "add": STEWARDS, "change": LEADS, "close": LEADS},
    "booking": {
        "see": LEFT,
        "list": LEADS,
        "make": OWN,
        "change": LEFT,
        "cancel": LEFT,
        "approve": LEADS,
        "check_in": NOTED,
    },
    "session": {"see": LEFT, "start": NOTED, "stop": NOTED},
    "outage": {"see": OPEN, "report": JOINERS, "end": PLANNERS},
    "lot": {
        "see": OPEN,
        "drop": JOINERS,
        "take": JOINERS,
        "weigh": NOTED,
        "move": JOINERS,
        "hold_back": JOINERS,
        "clear": PLANNERS,
        "transform": JOINERS,
        "throw_away": PLANNERS,
    },
    "reservation": {"see": OWN_SEEN, "make": OWN, "cancel": OWN},
    "wish": {"see": OPEN, "make": JOINERS, "change": OWN, "end": OWN},
    "tool": {"see": OPEN, "add": PLANNERS, "change": PLANNERS},
    "loan": {
        "see": LEFT,
        "list": PLANNERS,
        "make": JOINERS,
        "hand_out": PLANNERS,
        "take_back": PLANNERS,
        "cancel": LEFT,
    },
    "repair_day": {"see": OPEN, "put": PLANNERS, "close": PLANNERS},
    "repair": {"see": SEEN, "bring": JOINERS, "change": LEFT},
    "hours": {"see": LEFT, "give": JOINERS, "confirm": OWN},
    "contact": {"see": OWN, "see_shared": JOINERS, "change": OWN},
}
"""The one table, by kind of thing and verb. What is not in it may not be asked."""


class NotPermittedError(PermissionDenied):
    """That somebody may not; ``reasons`` are sentences in their language, all of them."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


def may(viewer: Viewer, verb: str, kind: str, *, owner: str | None = None, scope: str | None = None) -> bool:
    """Whether somebody may do this to a thing of a kind that belongs to ``owner`` or stands in ``scope``."""
    permit = permit_of(verb, kind)
    return (
        permit.everyone
        or (permit.nobodys and owner is None)
        or (permit.owner and viewer.owns(owner))
        or any(viewer.holds(word, scope) for word in permit.roles)
        or any(role.word in permit.anywhere for role in viewer.roles)
    )


def access(viewer: Viewer, verb: str, kind: str, *, owner: str | None = None, scope: str | None = None) -> None:
    """The same, as a demand. Raises NotPermittedError with every reason."""
    if not may(viewer, verb, kind, owner=owner, scope=scope):
        raise NotPermittedError(reasons(viewer, permit_of(verb, kind)))


def permit_of(verb: str, kind: str) -> Permit:
    """The row of the table."""
    assert verb in PERMITS.get(kind, {}), f'no permit says who may "{verb}" a "{kind}": add a row to PERMITS'
    return PERMITS[kind][verb]


def reasons(viewer: Viewer, permit: Permit) -> Iterator[str]:
    """Why a permit does not open to somebody, and who can change that."""
    wanted = permit.roles | permit.anywhere
    if viewer.agent is None:
        yield _("You are not signed in.")
    elif permit.owner:
        yield _("It belongs to somebody else: it opens to them, to their household and to their guardian.")
    if wanted:
        names = [word for word in ROLES if word in wanted]
        text = ngettext(
            "It needs the role of %(roles)s. A steward gives it.",
            "It needs one of these roles: %(roles)s. A steward gives them.",
            len(names),
        )
        yield text % {"roles": _listed(names)}
    for word in sorted({role.word for role in viewer.waiting if role.word in wanted}):
        text = _("Your role of %(role)s counts once you have signed in with your second factor.")
        yield text % {"role": ROLES[word].name}
    for word in sorted({role.word for role in viewer.roles if role.word in wanted and role.scope is not None}):
        yield _("Your role of %(role)s counts in another circle or place, not here.") % {"role": ROLES[word].name}


def _listed(words: Iterable[str]) -> str:
    return ", ".join(str(ROLES[word].name) for word in words)
