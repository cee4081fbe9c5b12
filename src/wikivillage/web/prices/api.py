"""Prices through the API: the rules, what something would cost, proposing a version, and brackets for the reception."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.prices.actions import activate_version, propose_version, set_band
from wikivillage.web.prices.engine import by_bracket, quote
from wikivillage.web.prices.facts import Band, Facts, Item, Sun
from wikivillage.web.prices.models import PolicyVersion
from wikivillage.web.prices.policies import EVERYONE, Policy
from wikivillage.web.prices.queries import policy_for, rules_at, versions_of, village_day
from wikivillage.web.prices.written import lines_tree
from wikivillage.web.problems import Problems, not_found
from wikivillage.web.registry.access import TokenAuth, now, token_of
from wikivillage.web.registry.api_parts import Steward, agent_called, in_english

router = Router(tags=["prices"])
REFUSED = {422: Problems, 403: Problems, 404: Problems}


class RuleOut(Schema):
    """A version of a price rule; ``rule`` is its tree, in the shape in which one is proposed."""

    id: str
    service: str
    version: int
    kind: str
    state: str
    valid_from: date
    decided_by: str
    why_en: str
    why_fr: str
    rule: dict[str, Any]


class RuleIn(Schema):
    """The next version of a rule. ``activate``: it was decided already."""

    service: str = Field(max_length=48)
    rule: dict[str, Any]
    valid_from: date
    decided_by: str = Field(max_length=500)
    why_en: str = Field(max_length=2000)
    why_fr: str = Field(max_length=2000)
    activate: bool = False
    key: str = Field("", max_length=64)


class ItemIn(Schema):
    """So much of something of the grid, in its unit."""

    item: str = Field(max_length=64)
    amount: Decimal


class SunIn(Schema):
    """Energy in kWh, and how much of it comes from the sun."""

    own: Decimal
    all: Decimal


class FactsIn(Schema):
    """What would be bought; nothing of it is kept. Sums somebody names are in cents, an income in euros a month."""

    items: list[ItemIn] = Field(max_length=50)
    audience: str = Field(EVERYONE, max_length=64)
    band: int | None = Field(None, ge=1, le=99)
    children: int = Field(0, ge=0, le=99)
    disabled: int = Field(0, ge=0, le=99)
    income: Decimal | None = None
    offered: int | None = None
    pledge: int | None = None
    fund: int | None = None
    sun: SunIn | None = None
    days: int = Field(1, ge=1, le=366)


class QuoteOut(Schema):
    """A price with its calculation; ``brackets`` are what each bracket would pay, in cents."""

    service: str
    version: int
    total_cents: int
    words: dict[str, str]
    lines: list[dict[str, Any]]
    brackets: dict[int, int]


class BandIn(Schema):
    """A certificate that was seen; the quotient finds the bracket and is kept nowhere."""

    agent: str
    quotient: Decimal
    certificate_on: date
    valid_until: date | None = None
    key: str = Field("", max_length=64)


class BandOut(Schema):
    """The bracket of somebody."""

    agent: str
    band: int
    valid_until: date


@router.get("/prices", auth=TokenAuth("read"), response=list[RuleOut])
def get_prices(request: HttpRequest) -> Any:
    """The rules that hold today."""
    return [_rule(rule.row) for rule in rules_at(now())]


@router.get("/prices/{service}", auth=TokenAuth("read"), response={200: list[RuleOut], **REFUSED})
@in_english
def get_versions(request: HttpRequest, service: str) -> Any:
    """All versions of a rule, the newest first."""
    return [_rule(row) for row in versions_of(_known(service))]


@router.post("/prices/{service}/quote", auth=TokenAuth("read"), response={200: QuoteOut, **REFUSED})
@in_english
def post_quote(request: HttpRequest, service: str, body: FactsIn) -> Any:
    """What something would cost today. It is a computation: nothing is promised and nothing is kept."""
    policy = policy_for(_known(service), now())
    if policy is None:
        raise ProblemError([Problem("no-policy", service, "no version of this rule holds today.", "Activate one.")])
    return _quoted(policy, _facts(body))


@router.post("/prices", auth=Steward, response={201: RuleOut, **REFUSED})
@in_english
def post_rule(request: HttpRequest, body: RuleIn) -> Any:
    """Propose the next version of a rule, and let it count where it was decided already."""
    words = body.dict(exclude={"rule", "activate"})
    by = token_of(request).agent_id
    row = propose_version(tree=body.rule, at=now(), by=by, **words)
    return Status(201, _rule(activate_version(version=row, at=now(), by=by) if body.activate else row))


@router.post("/price-bands", auth=Steward, response={201: BandOut, **REFUSED})
@in_english
def post_band(request: HttpRequest, body: BandIn) -> Any:
    """Put somebody into a bracket by their certificate."""
    words = body.dict(exclude={"agent"})
    band = set_band(agent=agent_called(body.agent), at=now(), by=token_of(request).agent_id, **words)
    return Status(201, {"agent": body.agent, "band": band.band, "valid_until": band.valid_until})


def _known(service: str) -> str:
    """A service that has a rule. Raises ProblemError not-found."""
    if "\0" in service or not PolicyVersion.objects.filter(service=service).exists():
        raise not_found("price rule", service)
    return service


def _rule(row: PolicyVersion) -> dict[str, Any]:
    columns = ("id", "service", "version", "kind", "state", "valid_from", "decided_by", "why_en", "why_fr")
    return {**{name: getattr(row, name) for name in columns}, "rule": row.tree}


def _facts(body: FactsIn) -> Facts:
    today = village_day(now())
    plain = body.dict(exclude={"items", "band", "sun"})
    return Facts(
        on=today,
        items=tuple(Item(one.item, one.amount) for one in body.items),
        band=Band(body.band, today, today) if body.band else None,
        sun=Sun(body.sun.own, body.sun.all) if body.sun else None,
        **plain,
    )


def _quoted(policy: Policy, facts: Facts) -> dict[str, Any]:
    found = quote(policy, facts)
    lines = [line for line in lines_tree(found) if "cents" in line]
    return {
        "service": policy.service,
        "version": policy.version,
        "total_cents": found.total_cents,
        "words": {"en": found.words.en, "fr": found.words.fr},
        "lines": lines,
        "brackets": {number: paid for number, _share, paid in by_bracket(policy, facts)},
    }
