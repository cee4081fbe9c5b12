"""Django's settings, all from the environment: DATABASE_URL, SECRET_KEY, ALLOWED_HOSTS."""

from __future__ import annotations

import os
import secrets

from wikivillage.web.database import DEFAULT_URL, database_settings

SECRET_KEY = os.environ.get("SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
DEBUG = False

DATABASES = {"default": database_settings(os.environ.get("DATABASE_URL", DEFAULT_URL))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "ninja",  # serves the script of its API pages from here, so that they work offline
    "wikivillage.web.registry",
    "wikivillage.web.ledger",
    "wikivillage.web.meters",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "wikivillage.web.urls"
WSGI_APPLICATION = "wikivillage.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": []},
    }
]

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000_000
X_FRAME_OPTIONS = "DENY"
