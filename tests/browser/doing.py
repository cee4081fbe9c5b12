"""What people do on the site: sign up with a code from a letter, sign in, show a second factor, tap."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from dataclasses import dataclass
from typing import Any

CODE = re.compile(r"\b\d{6}\b")
PERIOD = 30
"""Seconds for which a code of an app is good (RFC 6238)."""


def sign_up(page: Any, email: str, name: str) -> None:
    """Make an account, as far as the page that waits for the code, and type the code of the letter."""
    page.goto("/accounts/signup/")
    page.get_by_label("Adresse e-mail").or_(page.locator("input[type=email]")).first.fill(email)
    page.locator("input[name=name]").fill(name)
    press(page)
    type_code(page, email)


def sign_in(page: Any, email: str) -> None:
    """Ask for a code at the sign-in and type it."""
    page.goto("/accounts/login/code/")
    page.locator("main input[type=email]").fill(email)
    press(page)
    type_code(page, email)


def type_code(page: Any, email: str) -> None:
    """Read the newest letter in another tab, and type its code here."""
    code = code_for(page, email)
    page.locator("main input[name=code]").fill(code)
    press(page)


def code_for(page: Any, email: str) -> str:
    """The code in the newest letter to an address, from the post box of the demonstration."""
    post = page.context.new_page()
    post.goto("/letters/")
    post.locator("li", has_text=email).first.get_by_role("link").click()
    text = post.locator("main").inner_text()
    post.close()
    (code, *_) = CODE.findall(text)
    return str(code)


def press(page: Any) -> None:
    """Press the first button of the form that a page is about."""
    page.locator("main form button[type=submit].btn").first.click()


def app_code(secret: str, at: float | None = None) -> str:
    """The code that an app shows now (RFC 6238: HMAC-SHA-1, 30 seconds, six digits)."""
    padded = secret + "=" * (-len(secret) % 8)
    step = struct.pack(">Q", int((time.time() if at is None else at) // PERIOD))
    digest = hmac.digest(base64.b32decode(padded, casefold=True), step, "sha1")
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def set_up_app(page: Any) -> str:
    """Set an app up as a second factor; returns its secret."""
    page.goto("/accounts/2fa/totp/activate/")
    secret = page.locator("main .code").first.inner_text().strip()
    page.locator("main input[name=code]").fill(app_code(secret))
    press(page)
    return str(secret)


@dataclass
class Thumb:
    """A thumb that counts what it does: a tap on something, or into a field to type."""

    taps: int = 0

    def on(self, target: Any) -> None:
        """Tap on something."""
        target.click()
        self.taps += 1

    def types(self, field: Any, text: str) -> None:
        """Tap into a field and type."""
        field.fill(text)
        self.taps += 1


def told(page: Any, words: str) -> Any:
    """The newest notice with these words, in the inbox of whoever is signed in."""
    page.goto("/letters/mine/")
    notice = page.locator("ul.notices li", has_text=words).first
    notice.wait_for()
    return notice
