"""What allauth asks of us: accounts with names, letters in our words and queue, and agents at the first sign-in."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.forms import Form, ValidationError
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wikivillage.web.accounts import actions
from wikivillage.web.accounts.browsers import browser_of
from wikivillage.web.accounts.models import Account
from wikivillage.web.accounts.sealed import seal, unseal
from wikivillage.web.registry.village_of_request import village_here

FRESH_SECONDS = 5 * 60
"""How long after a sign-in nobody is asked again whether it is them."""

LONGEST_ADDRESS = 254
SESSION_KEY = "sign_in_session"
"""Where a session keeps the key under which its sign-in was noted."""


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up, sign-in and letters of the village."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The address or the password is not right."),
        "incorrect_code": _("This is not the code of the newest letter."),
        "too_many_login_attempts": _("Too many tries. Wait a quarter of an hour, then ask for a new code."),
        "rate_limited": _("Too many tries. Wait a quarter of an hour."),
        "email_taken": _("This address cannot be used here."),
    }

    def clean_email(self, email: str) -> str:
        """An address as long as one may be. Raises ValidationError."""
        if len(email) > LONGEST_ADDRESS:
            raise ValidationError(_("No address is so long."), code="too-long")
        return email

    def save_user(self, request: HttpRequest, user: Account, form: Form, commit: bool = True) -> Account:
        """A new account, with the name that its agent will have."""
        user.wanted_name = form.cleaned_data["name"]
        user.language = translation.get_language()[:2]
        saved: Account = super().save_user(request, user, form, commit)
        return saved

    def login(self, request: HttpRequest, user: Account) -> None:
        """Open the session, make the agent of a first sign-in, and note where they are signed in."""
        super().login(request, user)
        if not get_authentication_records(request, user):  # the code that confirmed the address of a sign-up
            record_authentication(request, user, "code", email=user.email)
        actions.welcome(account=user, at=timezone.now(), as_member=settings.DEMONSTRATION)
        note_sign_in(request, user)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """An address was confirmed: from now on it is theirs everywhere."""
        confirmed = bool(super().confirm_email(request, email_address))
        if confirmed and email_address.user_id:
            actions.follow_address(account=email_address.user)
        return confirmed

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whether they must show again that it is them: not within minutes of the sign-in."""
        records = get_authentication_records(self.request, self.request.user)
        fresh = any(time.time() - record["at"] < FRESH_SECONDS for record in records)
        return not fresh and bool(super().is_reauthentication_required(app=app))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Home, or to the page of those who leave."""
        return "/me/leave/" if request.user.leaving_at else str(super().get_login_redirect_url(request))

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Whoever is new sees what is theirs."""
        return "/me/"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own things."""
        return "/me/"

    def format_email_subject(self, subject: str) -> str:
        """A subject that says of which village."""
        return gettext("%(village)s: %(subject)s") % {"village": village_here().name, "subject": subject}

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put a letter into the queue, in the language that its reader chose."""
        account = context.get("user") or Account.objects.filter(email__iexact=email).first()
        language = getattr(account, "language", "") or translation.get_language() or settings.LANGUAGE_CODE
        with translation.override(language):
            said = {"village": village_here(), "origin": settings.ORIGIN, "until": _until(), **context}
            said |= {"email": email, "request": self.request, "current_site": None}
            message = self.render_mail(template_prefix, email, said)
        message.kind = template_prefix.rpartition("/")[2]
        message.agent = getattr(account, "agent_id", None)
        message.send()


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors of the village."""

    def _get_site_name(self) -> str:
        """Of which house an app or a passkey says that it is the key."""
        return village_here().name

    def generate_authenticator_name(self, user: Account, type: str) -> str:
        """How a passkey is called unless its owner says."""
        return gettext("My passkey")

    def encrypt(self, text: str) -> str:
        """The secret of an app or of recovery codes as it is stored."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The same as it is used."""
        return unseal(encrypted_text)


def note_sign_in(request: HttpRequest, user: Account) -> None:
    """Note where somebody is signed in, by the session of the request."""
    records = get_authentication_records(request, user)
    method = ", ".join(dict.fromkeys(str(record["method"]) for record in records))
    browser = browser_of(request.META.get("HTTP_USER_AGENT", ""))
    key = request.session.session_key
    actions.record_sign_in(account=user, session_key=key, method=method, browser=browser, at=timezone.now())
    request.session[SESSION_KEY] = key


def _until() -> datetime:
    return timezone.now() + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
