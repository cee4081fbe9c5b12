"""Everything that the village knows of somebody, as one tree, and as tables for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Literal

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from wikivillage.flows.exact import plain
from wikivillage.web.accounts import queries
from wikivillage.web.accounts.models import Account
from wikivillage.web.ledger import queries as ledger
from wikivillage.web.ledger.models import Note
from wikivillage.web.meters import queries as meters
from wikivillage.web.meters.models import Meter
from wikivillage.web.notices.models import Letter, Notice, Preference
from wikivillage.web.notices.queries import letters_of
from wikivillage.web.prices.models import Declaration, FrozenQuote, PriceBand
from wikivillage.web.registry.leaving import things_of
from wikivillage.web.registry.models import Agent, AgreementParty, Change, Identity, Qualification, Token
from wikivillage.web.registry.queries import names_for
from wikivillage.web.registry.viewer import Viewer

Row = dict[str, Any]
Language = Literal["en", "fr"]
KEYS = frozenset({"login_code", "email_confirmation", "email_confirmation_signup", "password_reset_key"})
"""Kinds of letters that hold a key."""
BAND_COLUMNS = ("band", "certificate_on", "valid_until", "checked_by", "checked_at", "ended_at")
QUOTE_COLUMNS = ("id", "policy", "facts", "lines", "total_cents", "made_at", "used_at", "used_by")
AGREEMENT_COLUMNS = ("agreement__kind", "agreement__terms_version", "agreement__since", "agreement__until", "signed_at")
NOTICE_COLUMNS = (
    *("kind", "title_en", "title_fr", "text_en", "text_fr", "path"),
    *("made_at", "read_at", "way", "lettered_at"),
)
BOM = "\ufeff"
"""By which spreadsheets know that a file is UTF-8."""


def everything(*, agent: Agent, viewer: Viewer, at: datetime, lang: Language) -> dict[str, Any]:
    """All that is known of an agent. Others are called as the reader may call them: see ``names``."""
    account = queries.account_of(agent.pk)
    events = [json.loads(row.record.body) for row in ledger.events(agent=agent.pk)]
    promises = [_promise(row) for row in queries.promises_of(agent.pk)]
    mentioned = {entry[key] for entry in (*events, *promises) for key in ("provider", "receiver") if entry.get(key)}
    own_meters = list(Meter.objects.filter(agent=agent).prefetch_related("registers"))
    return {
        "made_at": at,
        "person": _person(agent),
        "account": _account(account, at) if account else None,
        "memberships": [_membership(row, lang) for row in queries.memberships_of(agent.pk)],
        "roles": _rows(queries.roles_of(agent.pk), "word", "scope_kind", "scope", "since", "until", "given_by"),
        "guardianships": _rows(queries.guardianships_of(agent.pk), "ward", "guardian", "since", "until"),
        "consents": _rows(queries.consents_of(agent.pk), "purpose", "given_at", "given_by", "withdrawn_at"),
        "tokens": _rows(
            Token.objects.filter(agent=agent), "label", "scopes", "created_at", "revoked_at", "last_used_at"
        ),
        "events": events,
        "promises": promises,
        "notes": _rows(Note.objects.filter(author=agent), "entry", "text", "written_at"),
        "meters": [_meter(meter) for meter in own_meters],
        "readings": [reading for meter in own_meters for reading in _readings(meter)],
        "price_bands": _rows(PriceBand.objects.filter(agent=agent), *BAND_COLUMNS),
        "declared_incomes": _rows(Declaration.objects.filter(agent=agent), "quotient_cents", "certificate_on", "at"),
        "quotes": _rows(FrozenQuote.objects.filter(agent=agent), *QUOTE_COLUMNS),
        "agreements": _rows(AgreementParty.objects.filter(agent=agent), *AGREEMENT_COLUMNS),
        "qualifications": _rows(
            Qualification.objects.filter(agent=agent), "subject", "level", "since", "until", "granted_by"
        ),
        "letters": [_letter(letter) for letter in letters_of(agent.pk)],
        "notices": _rows(Notice.objects.filter(agent=agent).order_by("made_at"), *NOTICE_COLUMNS),
        "notice_preferences": _rows(Preference.objects.filter(agent=agent), "kind", "way", "changed_at"),
        "changes": _rows(Change.objects.filter(subject=agent.pk).order_by("at"), "at", "verb", "by"),
        **things_of(agent.pk),
        "names": names_for(viewer, sorted(mentioned), lang),
    }


def zipped(tree: dict[str, Any]) -> bytes:
    """The tree as one JSON file, and each list in it as a table, in one archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("everything.json", as_json(tree))
        for name, rows in _tables(tree):
            archive.writestr(f"{name}.csv", as_csv(rows))
    return file.getvalue()


def as_json(tree: dict[str, Any]) -> str:
    """The tree as text, readable by people too."""
    return json.dumps(tree, ensure_ascii=False, indent=1, default=_text)


def as_csv(rows: list[Row]) -> str:
    """Rows as a spreadsheet in France opens them: UTF-8 with its mark, semicolons, no formulas."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    file = io.StringIO()
    file.write(BOM)
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([[_cell(row.get(column)) for column in columns] for row in rows])
    return file.getvalue()


def _tables(tree: dict[str, Any]) -> Iterator[tuple[str, list[Row]]]:
    for name, value in tree.items():
        if isinstance(value, list) and value:
            yield name, value
        elif isinstance(value, dict) and name != "names":
            yield name, [value]


def _cell(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else _flat(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not _is_number(text) else text


def _flat(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_text).strip('"')


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _rows(rows: QuerySet[Any], *columns: str) -> list[Row]:
    return list(rows.values(*columns))


def _person(agent: Agent) -> Row:
    known = Identity.objects.filter(agent=agent).values("handle", "name", "email", "phone", "note").first() or {}
    return {"pseudonym": agent.pk, "kind": agent.kind, "created_at": agent.created_at, **known}


def _account(account: Account, at: datetime) -> Row:
    ways = queries.ways_of(account)
    factors: Iterable[Authenticator] = Authenticator.objects.filter(user=account)
    return {
        "emails": queries.emails_of(account),
        "language": account.language,
        "joined_at": account.date_joined,
        "last_sign_in": account.last_login,
        "leaving_at": account.leaving_at,
        "has_password": ways.has_password,
        "second_factors": [
            {"kind": one.type, "name": str(one), "created_at": one.created_at, "last_used_at": one.last_used_at}
            for one in factors
        ],
        "sign_ins": [
            {"at": one.at, "method": one.method, "browser": one.browser} for one in queries.sign_ins_of(account, at)
        ],
    }


def _membership(row: Any, lang: Language) -> Row:
    body = row.body.identity.name if row.body and hasattr(row.body, "identity") else None
    circle = getattr(row.circle, f"name_{lang}") if row.circle else None
    return {
        "in": body or circle,
        "body": row.body_id,
        "circle": row.circle_id,
        "role": row.role,
        "votes": row.votes,
        "since": row.since,
        "until": row.until,
    }


def _letter(letter: Letter) -> Row:
    """A letter; one that opens a door is told without its words, for programs read this too."""
    said = {"made_at": letter.made_at, "sent_at": letter.sent_at, "kind": letter.kind, "to": letter.to}
    return {**said, "subject": letter.subject, "text": "" if letter.kind in KEYS else letter.text}


def _promise(row: Any) -> Row:
    state = {"kind": row.kind, "delivered": plain(row.delivered), "ended": row.ended}
    return {**json.loads(row.record.body), **state}


def _meter(meter: Meter) -> Row:
    registers = [{"name": one.name, "resource": one.resource, "unit": one.unit} for one in meter.registers.all()]
    return {"id": meter.pk, "name": meter.name, "place": meter.place, "registers": registers}


def _readings(meter: Meter) -> Iterator[Row]:
    for register in meter.registers.all():
        rows = meters.readings(register).values_list("at", "value", "stamped").iterator(meters.CHUNK)
        for at, value, stamped in rows:
            said = {"meter": meter.pk, "register": register.name, "at": at, "value": plain(value)}
            yield {**said, "unit": register.unit, "time_of_arrival": stamped}
