"""Writing price rules: a version is proposed, then activated or withdrawn, and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from wikivillage.base.ids import is_id
from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.prices.band_actions import declare as declare
from wikivillage.web.prices.band_actions import end_band as end_band
from wikivillage.web.prices.band_actions import forget_declarations as forget_declarations
from wikivillage.web.prices.band_actions import forget_prices_of as forget_prices_of
from wikivillage.web.prices.band_actions import set_band as set_band
from wikivillage.web.prices.defaults import default_rules
from wikivillage.web.prices.models import ACTIVE, PROPOSED, WITHDRAWN, PolicyVersion
from wikivillage.web.prices.queries import village_day
from wikivillage.web.prices.quote_actions import Use as Use
from wikivillage.web.prices.quote_actions import forget_quotes as forget_quotes
from wikivillage.web.prices.quote_actions import freeze_quote as freeze_quote
from wikivillage.web.prices.quote_actions import use_quote as use_quote
from wikivillage.web.prices.trees import policy_tree, read_policy
from wikivillage.web.registry.actions import record_change, refuse_with
from wikivillage.web.registry.once import made_before, remember
from wikivillage.web.shell.templatetags.village import day


@transaction.atomic
def propose_version(
    *,
    service: str,
    tree: Mapping[str, Any],
    valid_from: date,
    decided_by: str,
    why_en: str,
    why_fr: str,
    at: datetime,
    by: str = "",
    key: str = "",
) -> PolicyVersion:
    """Write down the next version of a rule. It counts for nobody until it is activated.

    Raises ProblemError: bad-service, bad-words, and whatever is wrong with the tree.
    """
    made: PolicyVersion | None = made_before(key, PolicyVersion, at=at)
    if made is not None:
        return made
    refuse_with([*_check_service(service), *_check_words(decided_by=decided_by, why_en=why_en, why_fr=why_fr)])
    newest = PolicyVersion.objects.filter(service=service).aggregate(newest=Max("version"))["newest"] or 0
    policy = read_policy(tree, service=service, version=newest + 1, valid_from=valid_from)
    row = PolicyVersion(
        id=f"{service}-{policy.version}",
        service=service,
        version=policy.version,
        kind=policy.kind,
        tree=policy_tree(policy),
        valid_from=valid_from,
        decided_by=decided_by.strip(),
        why_en=why_en.strip(),
        why_fr=why_fr.strip(),
        proposed_by=by,
        proposed_at=at,
    )
    _save_new(row)
    record_change("propose_prices", row.pk, at=at, by=by)
    remember(key, row)
    return row


def _save_new(row: PolicyVersion) -> None:
    """Two who propose at the same moment are told apart by the database."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        what = _("Somebody proposed another version of the same rule at the same moment.")
        raise ProblemError([Problem("version-taken", row.pk, what, _("Look at it, then propose again."))]) from None


@transaction.atomic
def activate_version(*, version: PolicyVersion, at: datetime, by: str = "") -> PolicyVersion:
    """Let a version count from its day on; one that is active stays so.

    Raises ProblemError: withdrawn-version, starts-in-the-past.
    """
    kept = PolicyVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if kept.state == ACTIVE:
        return kept
    refuse_with([*_check_not_withdrawn(kept), *_check_not_past(kept, at)])
    kept.state, kept.activated_at, kept.activated_by = ACTIVE, at, by
    kept.save(update_fields=["state", "activated_at", "activated_by"])
    record_change("activate_prices", kept.pk, at=at, by=by)
    return kept


@transaction.atomic
def withdraw_version(*, version: PolicyVersion, at: datetime, by: str = "") -> PolicyVersion:
    """Take back a version that has not begun. Raises ProblemError holds-already."""
    kept = PolicyVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    if kept.state == WITHDRAWN:
        return kept
    if kept.state == ACTIVE and kept.valid_from <= village_day(at):
        what = _("This version has begun to hold: prices were promised by it.")
        raise ProblemError([Problem("holds-already", kept.pk, what, _("Propose another that follows it."))])
    kept.state = WITHDRAWN
    kept.save(update_fields=["state"])
    record_change("withdraw_prices", kept.pk, at=at, by=by)
    return kept


@transaction.atomic
def propose_defaults(*, at: datetime, by: str = "") -> list[PolicyVersion]:
    """Let the rules to begin with hold from today, where a service has none yet: rooms, machines, materials, bands."""
    made = []
    for rule in default_rules():
        if PolicyVersion.objects.filter(service=rule["service"]).exists():
            continue
        row = propose_version(valid_from=village_day(at), at=at, by=by, **rule)
        made.append(activate_version(version=row, at=at, by=by))
    return made


def _check_service(service: str) -> list[Problem]:
    if is_id(service) and len(service) <= 48:
        return []
    what = _("“%(service)s” cannot be the name of a service.") % {"service": service}
    return [Problem("bad-service", "service", what, _("Use small letters, digits and underscores."))]


def _check_words(**words: str) -> list[Problem]:
    return [
        Problem("bad-words", field, _("Prices need their reason and who decided them, in words."), _("Write it down."))
        for field, text in words.items()
        if not text.strip() or "\0" in text
    ]


def _check_not_withdrawn(row: PolicyVersion) -> list[Problem]:
    if row.state == PROPOSED:
        return []
    what = _("This version was taken back.")
    return [Problem("withdrawn-version", row.pk, what, _("Propose a new one."))]


def _check_not_past(row: PolicyVersion, at: datetime) -> list[Problem]:
    if row.valid_from >= village_day(at):
        return []
    what = _("It would have begun on %(day)s: no price changes for days that are past.") % {"day": day(row.valid_from)}
    return [Problem("starts-in-the-past", "valid_from", what, _("Propose it from today on, or later."))]
