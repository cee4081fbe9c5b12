"""Django's settings, all from the environment: DATABASE_URL, SECRET_KEY, ORIGIN, ALLOWED_HOSTS, mail, DEMONSTRATION."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from wikivillage.web.database import DEFAULT_URL, database_settings
from wikivillage.web.secret import secret_key

PACKAGE = Path(__file__).parents[1]

DEBUG = False
DATABASES = {"default": database_settings(os.environ.get("DATABASE_URL", DEFAULT_URL))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = os.environ.get("SECRET_KEY") or secret_key(DATABASES["default"])

# --- Where it is served. An https ORIGIN, such as https://village.example, closes everything that loopback leaves open
ORIGIN = os.environ.get("ORIGIN", "")
SECURE = ORIGIN.startswith("https://")
LOOPBACK = "127.0.0.1,localhost,[::1],testserver"
ALLOWED_HOSTS = (os.environ.get("ALLOWED_HOSTS") or urlsplit(ORIGIN).hostname or LOOPBACK).split(",")
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []
SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# What only https can give is not asked of a server that answers this machine alone.
SILENCED_SYSTEM_CHECKS = [] if SECURE else ["security.W004", "security.W008", "security.W012", "security.W016"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "wikivillage.web.accounts",  # before allauth, whose pages it draws
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ninja",  # serves the script of its API pages from here, so that they work offline
    "wikivillage.web.shell",
    "wikivillage.web.registry",
    "wikivillage.web.notices",
    "wikivillage.web.jobs",
    "wikivillage.web.ledger",
    "wikivillage.web.meters",
    "wikivillage.web.plans",
    "wikivillage.web.prices",
    "wikivillage.web.diary",
    "wikivillage.web.labels",
    "wikivillage.web.building",
    "wikivillage.web.pulse",
    "wikivillage.web.bookings",
    "wikivillage.web.exchange",
    "wikivillage.web.demonstration",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "wikivillage.web.shell.headers.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wikivillage.web.registry.village_of_request.VillageMiddleware",
    "wikivillage.web.accounts.middleware.AccountMiddleware",
]
ROOT_URLCONF = "wikivillage.web.urls"
WSGI_APPLICATION = "wikivillage.web.wsgi.application"
CSRF_FAILURE_VIEW = "wikivillage.web.shell.errors.form_too_old"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wikivillage.web.shell.context.shell",
                "wikivillage.web.notices.context.unread",
            ],
        },
    }
]

# --- Words and times
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"  # of the database; pages use the village's own, see registry.village_of_request
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 31_536_000

# --- Who signs in
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/accounts/login/"
SESSION_COOKIE_AGE = 30 * 86_400
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_SIGNUP_FORM_CLASS = "wikivillage.web.accounts.forms.WithName"
ACCOUNT_FORMS = {"login": "wikivillage.web.accounts.sign_in.SignInForm"}
ACCOUNT_ADAPTER = "wikivillage.web.accounts.adapter.AccountAdapter"
MFA_ADAPTER = "wikivillage.web.accounts.adapter.SecondFactorAdapter"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
# Three tries a code and few codes an address: what is guessed in a day is one in ten thousand.
ACCOUNT_RATE_LIMITS = {"confirm_email": "5/15m/key,40/d/key", "request_login_code": "20/m/ip,5/15m/key,40/d/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE else 0  # who asks is told by the one proxy that an https site stands behind
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE

# --- Letters: queued in the database, then sent by the worker; see notices
EMAIL_BACKEND = "wikivillage.web.notices.backend.QueuedBackend"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "") == "1"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "village@localhost")
# A demonstration shows its letters on a page, for it has no mail server and no one's real address.
DEMONSTRATION = os.environ.get("DEMONSTRATION", "") == "1"

# --- What is remembered for a while
# What visitors read is drawn at most once a minute, and kept in the memory of each process that serves.
KEPT_SECONDS = 60
# Counts of tries to sign in and codes that were used are for all processes, and outlive a restart. Strangers choose
# which pages are kept: these have a memory of their own.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_remembered",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "pages": {
        "BACKEND": "wikivillage.web.shell.memory.Memory",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}

# --- Files
STATIC_URL = "/static/"
STATICFILES_DIRS = [("look", PACKAGE / "report" / "look")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000_000
