"""From the name that somebody typed to the handle by which programs call them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from wikivillage.base.ids import LONGEST
from wikivillage.web.registry.people_actions import slug

NOBODY = "person"
NUMBERED = 20
"""How many times a number after a name is tried before chance is asked."""


def clean_name(name: str) -> str:
    """A name on one line, without signs that cannot be seen or that turn the writing around."""
    seen = "".join(" " if unicodedata.category(sign) in ("Zl", "Zp", "Cc") else sign for sign in name)
    visible = "".join(sign for sign in seen if unicodedata.category(sign) not in ("Cf", "Cs", "Co", "Cn"))
    return " ".join(visible.split())


def handle_of(name: str) -> str:
    """The handle that a name asks for: ``Zoé d’Arc`` is ``zoe_d_arc``."""
    words = slug(name)
    begins_well = words[:1].isalpha() and not words.startswith("erased_")
    return (words if begins_well else f"{NOBODY}_{words}").strip("_")[: LONGEST - 10] or NOBODY


def handles_of(name: str, chance: str) -> Iterator[str]:
    """Handles to try one after the other, the last of which ``chance`` makes nobody else's."""
    wanted = handle_of(name)
    yield wanted
    yield from (f"{wanted}_{number}" for number in range(2, NUMBERED))
    yield f"{wanted}_{chance}"
