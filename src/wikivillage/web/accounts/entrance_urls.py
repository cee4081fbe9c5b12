"""Addresses of allauth that have views of ours; all others are its own."""

from __future__ import annotations

from django.urls import path

from wikivillage.web.accounts import entrance

urlpatterns = [
    path("signup/", entrance.SignUp.as_view(), name="account_signup"),
    path("login/code/confirm/", entrance.ConfirmSignIn.as_view(), name="account_confirm_login_code"),
    path("confirm-email/", entrance.ConfirmAddress.as_view(), name="account_email_verification_sent"),
    path("2fa/totp/activate/", entrance.ActivateApp.as_view(), name="mfa_activate_totp"),
    path("2fa/webauthn/add/", entrance.AddPasskey.as_view(), name="mfa_add_webauthn"),
]
