"""A client of the API as a program would be: JSON in, JSON out, with a token."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from wikivillage.web.registry.actions import add_agent, issue_token

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any

    @property
    def codes(self) -> list[str]:
        """The codes of the problems, if it is a list of them."""
        return [one["code"] for one in self.body["problems"]]


@dataclass(frozen=True)
class Caller:
    """Somebody with a token."""

    http: Client

    def post(self, path: str, body: Any) -> Answer:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        return _answer(self.http.post(f"/api{path}", text, content_type="application/json"))

    def put(self, path: str, body: Any) -> Answer:
        return _answer(self.http.put(f"/api{path}", json.dumps(body), content_type="application/json"))

    def patch(self, path: str, body: Any) -> Answer:
        return _answer(self.http.patch(f"/api{path}", json.dumps(body), content_type="application/json"))

    def get(self, path: str) -> Answer:
        return _answer(self.http.get(f"/api{path}"))


def _answer(response: Any) -> Answer:
    return Answer(response.status_code, json.loads(response.content) if response.content else None)


def caller(handle: str, *scopes: str) -> Caller:
    """Somebody new, with a token that is good for some scopes."""
    agent = add_agent(handle=handle, kind="person", at=AT)
    _, secret = issue_token(agent=agent, scopes=scopes, at=AT)
    return Caller(Client(headers={"Authorization": f"Bearer {secret}"}))


def stranger() -> Caller:
    """Somebody without a token."""
    return Caller(Client())


def raised(id: str, amount: str, *, owner: str = "alice", unit: str = "kg") -> dict[str, Any]:
    """A first stock."""
    return {
        "id": f"raise-{id}",
        "action": "raise",
        "provider": owner,
        "receiver": owner,
        "newResource": {"id": id, "unit": unit, "spec": "apples"},
        "quantity": {"value": amount, "unit": unit},
    }


def given(id: str, amount: str, source: str, target: str, *, by: str = "alice", to: str = "bob") -> dict[str, Any]:
    """A transfer from one stock to another."""
    return {
        "id": id,
        "action": "transfer",
        "provider": by,
        "receiver": to,
        "resource": source,
        "toResource": target,
        "quantity": {"value": amount, "unit": "kg"},
    }
