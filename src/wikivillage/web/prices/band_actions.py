"""Writing income brackets: a figure is declared, checked against a certificate, becomes a bracket, and is erased."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.prices.models import Declaration, FrozenQuote, PolicyVersion, PriceBand
from wikivillage.web.prices.policies import Scale
from wikivillage.web.prices.queries import scale_at, village_day
from wikivillage.web.prices.splits import cents, euros
from wikivillage.web.registry.actions import identity_of, record_change, refuse_with
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.registry.words import HOUSEHOLD, PERSON

VALID = timedelta(days=365)
"""How long a certificate counts at most, from the day on which it was issued."""
MOST_QUOTIENT = Decimal(1_000_000)
DECLARATIONS_KEPT = timedelta(days=30)
"""How long a figure waits to be checked before it is erased all the same."""


@transaction.atomic
def declare(*, agent: Agent, quotient: Decimal, certificate_on: date, at: datetime, by: str = "") -> Declaration:
    """Write a family quotient down until the reception has checked it; a new figure takes the place of the last.

    Raises ProblemError: already-erased, no-bracket-for-it, bad-quotient, certificate-to-come, certificate-too-old.
    """
    identity_of(agent)
    refuse_with([*_check_kind(agent), *_check_quotient(quotient), *_check_certificate(certificate_on, at)])
    _overwrite()
    figures = {"quotient_cents": cents(quotient), "certificate_on": certificate_on, "at": at}
    row, _made = Declaration.objects.update_or_create(agent=agent, defaults=figures)
    record_change("declare_income", agent.pk, at=at, by=by)
    return row


@transaction.atomic
def set_band(
    *,
    agent: Agent,
    at: datetime,
    by: str,
    quotient: Decimal | None = None,
    certificate_on: date | None = None,
    valid_until: date | None = None,
    key: str = "",
) -> PriceBand:
    """Put somebody into the bracket of a figure that was checked: theirs, or what they declared. No figure is kept.

    Raises ProblemError: already-erased, own-certificate, no-bracket-for-it, nothing-declared, no-scale, bad-quotient,
    certificate-to-come, certificate-too-old, bad-validity.
    """
    made: PriceBand | None = made_before(key, PriceBand, at=at)
    if made is not None:
        return made
    identity_of(agent)
    refuse_with([*_check_kind(agent), *_check_other(agent, by)])
    figure, issued = _figure(agent, quotient, certificate_on)
    version, scale = _scale(at)
    refuse_with([*_check_quotient(figure), *_check_certificate(issued, at)])
    until = valid_until or issued + VALID
    refuse_with(_check_validity(until, issued, at))
    _forget_figures(agent)
    PriceBand.objects.filter(agent=agent, ended_at=None).update(ended_at=at)
    row = PriceBand.objects.create(
        agent=agent,
        band=scale.bracket_of(figure),
        scale=version,
        certificate_on=issued,
        valid_until=until,
        checked_by=by,
        checked_at=at,
    )
    record_change("set_band", agent.pk, at=at, by=by)
    remember(key, row)
    return row


@transaction.atomic
def end_band(*, agent: Agent, at: datetime, by: str = "") -> int:
    """Take somebody out of their bracket, and erase what they declared. How many brackets ended."""
    _forget_figures(agent)
    ended = int(PriceBand.objects.filter(agent=agent, ended_at=None).update(ended_at=at))
    if ended:
        record_change("end_band", agent.pk, at=at, by=by)
    return ended


@transaction.atomic
def forget_declarations(*, at: datetime) -> int:
    """Erase figures that nobody checked in time."""
    _overwrite()
    return int(Declaration.objects.filter(at__lt=at - DECLARATIONS_KEPT).delete()[0])


@transaction.atomic
def forget_prices_of(*, agent: Agent) -> None:
    """Forget brackets and figures of somebody, and the words of their prices; the sums stay."""
    _forget_figures(agent)
    PriceBand.objects.filter(agent=agent).delete()
    FrozenQuote.objects.filter(agent=agent, used_at=None).delete()
    FrozenQuote.objects.filter(agent=agent).update(facts={}, lines=[])


def _forget_figures(agent: Agent) -> None:
    _overwrite()
    Declaration.objects.filter(agent=agent).delete()


def _overwrite() -> None:
    """SQLite leaves deleted rows in its file unless told otherwise."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=ON")


def _figure(agent: Agent, quotient: Decimal | None, certificate_on: date | None) -> tuple[Decimal, date]:
    """The figure that is checked and the day of its certificate, as given or as declared."""
    if quotient is not None and certificate_on is not None:
        return quotient, certificate_on
    declared = Declaration.objects.select_for_update(no_key=True).filter(agent=agent).first()
    if declared is None:
        what = _("Nothing was declared that could be checked.")
        hint = _("Read the family quotient and the day off the certificate.")
        raise ProblemError([Problem("nothing-declared", "quotient", what, hint)])
    given = euros(declared.quotient_cents) if quotient is None else quotient
    return given, certificate_on or declared.certificate_on


def _scale(at: datetime) -> tuple[PolicyVersion, Scale]:
    found = scale_at(at)
    if found is None:
        what = _("Nobody has decided the limits of the brackets yet.")
        raise ProblemError([Problem("no-scale", "bands", what, _("Let a scale be decided and activated first."))])
    return found


def _check_kind(agent: Agent) -> list[Problem]:
    if agent.kind in (PERSON, HOUSEHOLD):
        return []
    what = _("Income brackets are for persons and households.")
    return [Problem("no-bracket-for-it", "agent", what, _("Name one of them."))]


def _check_other(agent: Agent, by: str) -> list[Problem]:
    if by != agent.pk:
        return []
    what = _("Nobody checks their own certificate.")
    return [Problem("own-certificate", "agent", what, _("Ask somebody else of the reception."))]


def _check_quotient(quotient: Decimal) -> list[Problem]:
    if quotient.is_finite() and 0 <= quotient < MOST_QUOTIENT:
        return []
    what = _("A family quotient is a sum in euros a month, from 0 on.")
    return [Problem("bad-quotient", "quotient", what, _("Copy it from the certificate, such as 812.50."))]


def _check_certificate(issued: date, at: datetime) -> list[Problem]:
    today = village_day(at)
    if issued > today:
        what = _("This certificate is from a day to come.")
        return [Problem("certificate-to-come", "certificate_on", what, _("Copy the day that stands on it."))]
    if issued + VALID < today:
        what = _("This certificate is older than a year.")
        return [Problem("certificate-too-old", "certificate_on", what, _("Ask for a new one; it takes a minute."))]
    return []


def _check_validity(until: date, issued: date, at: datetime) -> list[Problem]:
    if village_day(at) <= until <= issued + VALID:
        return []
    what = _("A certificate counts from today to at most a year after its day.")
    return [Problem("bad-validity", "valid_until", what, _("Leave it empty: then it counts for a year."))]
