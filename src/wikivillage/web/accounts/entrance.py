"""Views of allauth with what is ours: late letters are told, and a second factor counts once it is set up."""

from __future__ import annotations

from typing import Any

from allauth.account.internal import flows
from allauth.account.views import ConfirmEmailVerificationCodeView, ConfirmLoginCodeView, SignupView
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.conf import settings
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from wikivillage.web.accounts.actions import begin_again
from wikivillage.web.notices import queries


class SignUp(SignupView):
    """Sign-up; whoever sends it twice, or lost the first letter, begins again with a fresh code."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Make the account and send the code; the answer is the same for an address that is known already."""
        try:
            with transaction.atomic():
                return self._begin_again(form) or super().form_valid(form)
        except IntegrityError:  # the same form came in twice at the same moment
            form.account_already_exists = True
            return self._begin_again(form) or super().form_valid(form)

    def _begin_again(self, form: Form) -> HttpResponse | None:
        said = form.cleaned_data
        if not form.account_already_exists:
            return None
        account = begin_again(email=said["email"], name=said["name"], password=said.get("password1"))
        if account is None:
            return None
        try:
            return flows.signup.complete_signup(self.request, user=account, redirect_url=self.get_success_url())
        except ImmediateHttpResponse as answer:
            return answer.response


class WaitsForLetter:
    """What a page says to somebody who waits for a letter: that letters are late, or where a demonstration keeps it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """allauth's context and ours."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        letter = queries.newest_to(context.get("email") or "") if settings.DEMONSTRATION else None
        return {**context, "letter": letter, "letters_are_late": queries.letters_are_late(timezone.now())}


class ConfirmSignIn(WaitsForLetter, ConfirmLoginCodeView):
    """The code of a sign-in is typed here."""


class ConfirmAddress(WaitsForLetter, ConfirmEmailVerificationCodeView):
    """The code that confirms an address is typed here."""


class CountsAtOnce:
    """Whoever sets a second factor up has it in hand: the session is one with a second factor from then on."""

    request: HttpRequest
    factor: str

    def form_valid(self, form: Form) -> HttpResponse:
        """Keep the new factor and note it in the session."""
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        made = Authenticator.objects.filter(user=self.request.user, type=self.factor).latest("created_at")
        flows.login.record_authentication(self.request, self.request.user, "mfa", id=made.pk, type=made.type)
        return answer


class ActivateApp(CountsAtOnce, ActivateTOTPView):
    """An app that makes codes becomes the second factor."""

    factor = Authenticator.Type.TOTP


class AddPasskey(CountsAtOnce, AddWebAuthnView):
    """A passkey becomes a second factor."""

    factor = Authenticator.Type.WEBAUTHN
