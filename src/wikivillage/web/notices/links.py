"""Addresses in letters: whole ones, and the signed one that ends letters of a kind without a sign-in."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

SALT = "wikivillage.web.notices.unsubscribe"


def absolute(path: str) -> str:
    """A path of this site as it stands in a letter."""
    return f"{settings.ORIGIN}{path}"


def unsubscribe_path(agent: str, kind: str) -> str:
    """The page on which somebody ends letters of a kind. Its signature never runs out, for letters are kept."""
    return reverse("notices:unsubscribe", args=[Signer(salt=SALT).sign(f"{agent}:{kind}")])


def read_unsubscribe(signed: str) -> tuple[str, str] | None:
    """Whose letters of which kind an address ends; None where we did not write it."""
    try:
        agent, _, kind = Signer(salt=SALT).unsign(signed).partition(":")
    except BadSignature:
        return None
    return agent, kind
