"""The secrets of second factors, sealed before they are stored: a copy of the database alone opens no door.

The key is derived from ``SECRET_KEY``. Where that one is made anew at each start nothing is sealed: what was would be
lost with the next start, and its owner locked out.
"""

from __future__ import annotations

import base64
import os
import secrets
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from wikivillage.web.secret import is_kept

MARK = "sealed:"
"""How a sealed secret begins; any other is from before, and stays as it is until it is sealed."""
PURPOSE = b"wikivillage second factors"


def seal(text: str) -> str:
    """A secret as it is stored."""
    if not os.environ.get("SECRET_KEY") and not is_kept(settings.DATABASES["default"]):
        return text
    return MARK + _keys().encrypt(text.encode()).decode()


def unseal(text: str) -> str:
    """A secret as it is used. One that was sealed with a key that is lost becomes another that nobody knows."""
    if not text.startswith(MARK):
        return text
    try:
        return _keys().decrypt(text.removeprefix(MARK)).decode()
    except InvalidToken:
        return base64.b32encode(secrets.token_bytes(20)).decode()


def _keys() -> MultiFernet:
    """The key that seals, then those of before, which only open."""
    return MultiFernet([_key(one) for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@cache
def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
