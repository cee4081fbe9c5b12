"""Settings of a site that also has Django's admin, with every table of the ledger in it."""

from __future__ import annotations

from wikivillage.web.settings import *  # noqa: F403
from wikivillage.web.settings import INSTALLED_APPS as OWN
from wikivillage.web.settings import MIDDLEWARE as OWN_MIDDLEWARE

INSTALLED_APPS = [*OWN, *(f"django.contrib.{name}" for name in ("admin", "auth", "messages", "sessions"))]
MIDDLEWARE = [
    *OWN_MIDDLEWARE,
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "tests.web.ledger.admin_attempts"
