"""What is given in a published case, as entries: processes, records with their first stock, accounts, promises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from wikivillage.flows.kinds import Entry
from wikivillage.flows.replay_words import each, entry_body, plain_word
from wikivillage.flows.wire import read_entry

OUTSIDE = "outside"

RESOURCE_KEYS: Mapping[str, str] = {
    "accountingquantity": "accounting",
    "owned": "accounting",
    "quantity": "accounting",
    "amount": "accounting",
    "value": "accounting",
    "onhandquantity": "onhand",
    "owner": "primaryAccountable",
    "accountable": "primaryAccountable",
    "holder": "custodian",
    "container": "containedIn",
    "conformsto": "spec",
    "resourcespec": "spec",
    "currentlocation": "location",
    "trackingidentifier": "tracking",
}
"""Other words for what a given record says."""

KEPT = (
    "spec",
    "classifiedAs",
    "location",
    "stage",
    "state",
    "effortUnit",
    "custodian",
    "lot",
    "tracking",
    "allowNegative",
)


def opening(given: Mapping[str, Any], at: datetime) -> Iterator[Entry]:
    """The entries that set the scene of a case, in the order in which they are written."""
    yield read_entry({"id": "opening"}, "process")
    for process in each(given, "processes"):
        yield read_entry(
            entry_body({key: value for key, value in process.items() if key != "value"}, "process", at), "process"
        )
    resources = [resource_record(one) for one in each(given, "resources")]
    for resource in resources:
        yield from opened(resource, given)
    for resource in resources:
        if resource.get("containedIn"):
            yield _packed(resource)
    for account in each(given, "accounts"):
        yield from opened_account(account)
    for one in each(given, "bookable"):
        units = one.get("units", one.get("value", one.get("capacity", 1)))
        yield read_entry(_raise(str(one["id"]), "owner", str(units), "one", {}))
    for kind in ("intents", "commitments", "claims", "events"):
        for body in each(given, kind):
            yield read_entry(entry_body(body, kind.removesuffix("s"), at), kind.removesuffix("s"))


def resource_record(resource: Mapping[str, Any]) -> dict[str, Any]:
    """A given record in our words: its unit beside its counts."""
    named = {RESOURCE_KEYS.get(plain_word(key), key): value for key, value in resource.items()}
    for key in ("accounting", "onhand"):
        if isinstance(named.get(key), Mapping):
            named.setdefault("unit", named[key].get("unit"))
            named[key] = named[key]["value"]
    return {**named, "unit": named.get("unit") or "one"}


def opened(resource: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[Entry]:
    """A record with what it owns, and what of it is somewhere else."""
    owner = resource.get("primaryAccountable") or next((str(one["id"]) for one in each(given, "agents")), OUTSIDE)
    extra = {key: resource[key] for key in KEPT if resource.get(key) is not None}
    unit, owned = resource["unit"], Decimal(str(resource.get("accounting", resource.get("onhand", 0))))
    yield read_entry(_raise(resource["id"], owner, str(owned), unit, {"primaryAccountable": owner, **extra}))
    missing = owned - Decimal(str(resource.get("onhand", owned)))
    if missing and not resource.get("containedIn"):
        yield _lent(resource["id"], owner, missing, unit)


def _raise(id: str, owner: str, amount: str, unit: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": f"open-{id}",
        "action": "raise",
        "provider": owner,
        "receiver": owner,
        "newResource": {"id": id, "unit": unit, **extra},
        "quantity": {"value": amount, "unit": unit},
    }


def _lent(id: str, owner: str, missing: Decimal, unit: str) -> Entry:
    """What is on the books and not on hand is with somebody outside; what is only on hand came from there."""
    out = {"provider": owner, "receiver": OUTSIDE, "resource": id}
    back = {"provider": OUTSIDE, "receiver": owner, "toResource": id}
    body = {
        "id": f"open-{id}-hand",
        "action": "transferCustody",
        "quantity": {"value": str(abs(missing)), "unit": unit},
    }
    return read_entry(body | (out if missing > 0 else back))


def _packed(resource: Mapping[str, Any]) -> Entry:
    owner = resource.get("primaryAccountable", OUTSIDE)
    return read_entry(
        {
            "id": f"open-{resource['id']}-in",
            "action": "combine",
            "provider": owner,
            "receiver": owner,
            "inputOf": "opening",
            "resource": resource["id"],
            "container": resource["containedIn"],
            "quantity": {"value": str(resource["accounting"]), "unit": resource["unit"]},
        }
    )


def opened_account(account: Mapping[str, Any]) -> Iterator[Entry]:
    """An account of a two-column ledger: credits come in, debits go out; without a limit it may go below zero."""
    limits = (account.get("limit"), *account.get("limits", ()), *account.get("flags", ()))
    limited = "debitsmustnotexceedcredits" in {plain_word(one) for one in limits} or account.get("limited") is True
    id = str(account["id"])
    owner, extra = f"owner-{id}", {} if limited else {"allowNegative": True}
    yield read_entry(_raise(id, owner, str(account.get("credits_posted", account.get("balance", 0))), "one", extra))
    amount = {"value": str(account.get("debits_posted", 0)), "unit": "one"}
    out = {"id": f"open-{id}-debits", "action": "lower", "provider": owner, "receiver": owner, "resource": id}
    yield read_entry({**out, "quantity": amount})
