"""The fixed words of the registry: kinds of agents, what a token may do, and how an erased agent is called."""

from __future__ import annotations

PERSON = "person"

KINDS = {
    PERSON: "somebody: known to the ledger by a random pseudonym only",
    "household": "people who live together and act as one",
    "organisation": "an association, a company, a school",
    "outside": "who is not of the village: the grid, the mains, a farm",
}
"""The kinds of agents, and what they are."""

SCOPES = {
    "read": "see the village, its stocks and its promises",
    "write": "record events",
    "commit": "make, change and cancel promises",
    "readings": "hand in readings of meters",
    "steward": "look after the registry: agents, tokens, the village file",
}
"""What a token may be good for."""

ERASED = {"en": "someone (erased)", "fr": "quelqu’un (effacé)"}
"""What is read in place of an erased name, by language."""

ERASED_PREFIX = "erased_"
"""How the id of an erased agent begins in a village file; no handle begins so."""
