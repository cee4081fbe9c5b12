"""What the room says when somebody leaves; found by this file's name."""

from __future__ import annotations

from wikivillage.web.exchange import helping_leaving
from wikivillage.web.registry.leaving import Room, say

say("exchange", Room(helping_leaving.reasons, helping_leaving.things, helping_leaving.forget))
