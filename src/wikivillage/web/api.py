"""The API of the village: one address for programs, described at /api/docs, which works without the internet."""

from __future__ import annotations

from ninja import NinjaAPI

from wikivillage import __version__
from wikivillage.web.accounts.api import router as accounts
from wikivillage.web.bookings.api import router as bookings
from wikivillage.web.bookings.change_api import router as booking_changes
from wikivillage.web.bookings.use_api import router as booking_use
from wikivillage.web.building.api import router as building
from wikivillage.web.diary.api import router as diary
from wikivillage.web.exchange.helping_api import router as helping
from wikivillage.web.exchange.lot_api import router as lots
from wikivillage.web.jobs.api import router as jobs
from wikivillage.web.labels.api import router as labels
from wikivillage.web.ledger.api import router as ledger
from wikivillage.web.meters.api import router as meters
from wikivillage.web.notices.api import router as notices
from wikivillage.web.plans.api import router as plans
from wikivillage.web.prices.api import router as prices
from wikivillage.web.problems import answer_with_problems
from wikivillage.web.pulse.api import router as pulse
from wikivillage.web.registry.api import router as registry

DESCRIPTION = """
What happened in the village, what was promised, and what is there. Every entry has an id that the client makes, best a
UUID: sending the same again is safe. Amounts are texts with exact decimals, times have a zone, agents are called by
their handles. Whatever is wrong with a request is told in one list, and nothing was written.
"""

api = NinjaAPI(title="WikiVillage", version=__version__, description=DESCRIPTION)
answer_with_problems(api)
api.add_router("", ledger)
api.add_router("", registry)
api.add_router("", meters)
api.add_router("", jobs)
api.add_router("", plans)
api.add_router("", diary)
api.add_router("", prices)
api.add_router("", notices)
api.add_router("", accounts)
api.add_router("", pulse)
api.add_router("", building)
api.add_router("", helping)
api.add_router("", lots)
api.add_router("", bookings)
api.add_router("", booking_use)
api.add_router("", booking_changes)
api.add_router("", labels)
