"""The fixed words of the registry: kinds of agents, what a token may do, how an erased agent is called; and words
in both languages at once, for what is written now and read later. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

PERSON = "person"
HOUSEHOLD = "household"
ORGANISATION = "organisation"

KINDS = {
    PERSON: "somebody: known to the ledger by a random pseudonym only",
    HOUSEHOLD: "people who live together and act as one",
    ORGANISATION: "an association, a company, a school",
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

SOMEBODY = {
    PERSON: {"en": "a person", "fr": "une personne"},
    HOUSEHOLD: {"en": "a household", "fr": "un foyer"},
}
"""What a stranger reads in place of the name of a person or a household."""

ERASED_PREFIX = "erased_"
"""How the id of an erased agent begins in a village file; no handle begins so."""

PURPOSES = ("directory", "contact", "letters", "photos")
"""What somebody can agree to: to be found by other members, to be written to by them, news by e-mail, photos."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words in both languages."""

    en: str
    fr: str

    def words(self, lang: str) -> str:
        """Those of a language."""
        return self.fr if lang == "fr" else self.en
