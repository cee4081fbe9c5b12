"""Django's own errands on the village: ``python manage.py check --deploy``."""

import sys

from django.core.management import execute_from_command_line

from wikivillage.web.setup import setup

setup()
execute_from_command_line(sys.argv)
