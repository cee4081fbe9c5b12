"""The entrance of the site is open for every test of this room."""

from tests.web.accounts.people import entrance as entrance
