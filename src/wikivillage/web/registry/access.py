"""Who may do what through the API: a token belongs to an agent and is good for some scopes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.registry.actions import record_token_use
from wikivillage.web.registry.models import Token
from wikivillage.web.registry.queries import access_token
from wikivillage.web.registry.words import SCOPES


class TokenAuth(HttpBearer):
    """``Authorization: Bearer wv_...`` of a token that has one of some scopes; a steward's has all."""

    def __init__(self, *scopes: str) -> None:
        assert set(scopes) <= SCOPES.keys(), "scopes are in the table"
        super().__init__()
        self.scopes = scopes

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """The token behind the secret, or None. Raises ProblemError when it is not good for this."""
        found = access_token(token)
        if found is None:
            return None
        if not {*self.scopes, "steward"} & set(found.scopes):
            hint = f"It has {', '.join(found.scopes) or 'none'}."
            what = f"this token is not good for {' or '.join(self.scopes)}."
            raise ProblemError([Problem("missing-scope", "Authorization", what, hint)])
        record_token_use(token=found, at=now())
        return found


def is_steward(token: Token) -> bool:
    """Whether a token may record what others did."""
    return "steward" in token.scopes


Clock = Callable[[], datetime]
now: Clock = timezone.now


def token_of(request: HttpRequest) -> Token:
    """The token with which a request was made."""
    auth: Any = request.auth
    assert isinstance(auth, Token), "the endpoint asks for a token"
    return auth
