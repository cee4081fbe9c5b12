"""The door by which a web server enters."""

from __future__ import annotations

from wikivillage.web.setup import setup

setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402  (Django wants its settings before its imports)

application = get_wsgi_application()
