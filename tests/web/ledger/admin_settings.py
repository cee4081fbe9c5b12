"""Settings of a site that also has Django's admin, with every table of the ledger in it."""

from __future__ import annotations

from wikivillage.web.settings import *  # noqa: F403
from wikivillage.web.settings import INSTALLED_APPS as OWN

INSTALLED_APPS = [*OWN, "django.contrib.admin"]
ROOT_URLCONF = "tests.web.ledger.admin_attempts"
