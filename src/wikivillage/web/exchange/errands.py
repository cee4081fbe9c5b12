"""What the worker does for the room; found by this file's name."""

from __future__ import annotations

from wikivillage.web.exchange import helping_errands as helping_errands
from wikivillage.web.exchange import lot_errands as lot_errands
