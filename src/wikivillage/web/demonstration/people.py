"""The people of the demonstration: invented, with first and family names that are common in France.

They are agents like all others, so their names are in the registry only. Their pseudonyms come from their handles, so
that the same village is made again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from wikivillage.web.registry.actions import add_agent
from wikivillage.web.registry.models import Agent, Circle
from wikivillage.web.registry.people_actions import join, make_circle
from wikivillage.web.registry.role_actions import give_role
from wikivillage.web.registry.roles import AUDITOR, CIRCLE_LEAD, MEMBER, TREASURER
from wikivillage.web.registry.roles import CIRCLE as IN_A_CIRCLE
from wikivillage.web.registry.words import HOUSEHOLD, PERSON

GARDEN, WORKSHOP, RECYCLING, KITCHEN, HOUSE = "garden", "workshop", "recycling", "kitchen", "house"
CIRCLES = {
    GARDEN: ("Garden", "Jardin"),
    WORKSHOP: ("Workshop", "Atelier"),
    RECYCLING: ("Recycling", "Recyclage"),
    KITCHEN: ("Kitchen", "Cuisine"),
    HOUSE: ("House and energy", "Maison et énergie"),
}
"""Working groups and their names."""

HOMES = """
home_lilas      Foyer Lilas      Camille_Durand:garden Yanis_Benali:workshop Léa_Durand:kitchen
home_cascades   Foyer Cascades   Inès_Moreau:recycling Thomas_Moreau:house
home_orteaux    Foyer Orteaux    Aminata_Diallo:kitchen Moussa_Diallo:workshop Fatou_Diallo:garden
home_bagnolet   Foyer Bagnolet   Jeanne_Petit:garden
home_vitruve    Foyer Vitruve    Nadia_Haddad:house Karim_Haddad:recycling Sofia_Haddad:garden
home_mouraud    Foyer Mouraud    Paul_Nguyen:workshop Linh_Nguyen:kitchen
home_reunion    Foyer Réunion    Chloé_Bernard:garden Hugo_Lefèvre:workshop
home_charonne   Foyer Charonne   Odile_Girard:recycling Marcel_Girard:garden
home_clos       Foyer du Clos    Mariam_Keïta:kitchen Adama_Keïta:house Awa_Keïta:recycling
home_croix      Foyer Croix      Lucas_Rousseau:workshop Zoé_Fontaine:garden
"""
"""The households of the shared houses and the circle that each of their people is in."""

OUTSIDERS = """
Solène_Mercier:garden Baptiste_Roux:workshop Esther_Cohen:house Rachid_Mansouri:recycling Manon_Lambert:kitchen
Gaël_Le_Goff:workshop Priya_Raman:workshop Louise_Chevalier:garden Omar_Traoré:garden Agnès_Blanchard:house
Théo_Marchand:recycling Yuki_Tanaka:workshop
"""
"""People of the quarter who belong to a circle and live elsewhere."""

LEADS = {
    GARDEN: "solene_mercier",
    WORKSHOP: "baptiste_roux",
    RECYCLING: "rachid_mansouri",
    KITCHEN: "manon_lambert",
    HOUSE: "esther_cohen",
}
CARES = {"agnes_blanchard": TREASURER, "paul_nguyen": AUDITOR}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented, their pseudonym, circle, and household if they live in the house."""

    handle: str
    name: str
    circle: str
    home: str = ""

    @property
    def pseudonym(self) -> str:
        """The same for the same handle."""
        return pseudonym_of(self.handle)


def pseudonym_of(handle: str) -> str:
    """A pseudonym that says nothing, the same for the same handle of the demonstration."""
    return f"p-{sha256(f'demonstration {handle}'.encode()).hexdigest()[:16]}"


def everybody() -> tuple[Person, ...]:
    """All the people of the demonstration, in a fixed order."""
    return (*_at_home(), *(_person(word, "") for word in OUTSIDERS.split()))


def of_circle(circle: str) -> tuple[Person, ...]:
    """The people of a circle."""
    return tuple(one for one in everybody() if one.circle == circle)


def homes() -> dict[str, str]:
    """The households: handle and name."""
    return {handle: name for handle, name, _ in _homes()}


def _homes() -> Iterator[tuple[str, str, list[str]]]:
    for line in HOMES.strip().splitlines():
        words = line.split()
        names = [word for word in words[1:] if ":" not in word]
        yield words[0], " ".join(names), [word for word in words if ":" in word]


def _at_home() -> Iterator[Person]:
    for home, _, members in _homes():
        yield from (_person(word, home) for word in members)


def _person(word: str, home: str) -> Person:
    name, circle = word.split(":")
    return Person(_plain(name), name.replace("_", " "), circle, home)


def _plain(name: str) -> str:
    return name.lower().translate(str.maketrans("éèêëïîôçà", "eeeeiioca"))


def move_in(*, at: datetime, by: str = "") -> int:
    """Let everybody be known to the registry, with households, circles and roles; how many agents were new."""
    known = set(Agent.objects.values_list("pk", flat=True))
    new = [one for one in everybody() if one.pseudonym not in known]
    for circle, (english, french) in CIRCLES.items():
        if not Circle.objects.filter(pk=f"circle-{circle}").exists():
            make_circle(id=f"circle-{circle}", name_en=english, name_fr=french, at=at, by=by)
    bodies = {handle: _home(handle, name, at, by) for handle, name in homes().items()}
    for one in new:
        person = add_agent(handle=one.handle, kind=PERSON, name=one.name, pseudonym=one.pseudonym, at=at, by=by)
        give_role(agent=person, word=MEMBER, at=at, by=by)
        join(agent=person, circle=Circle.objects.get(pk=f"circle-{one.circle}"), at=at, by=by)
        if one.home:
            join(agent=person, body=bodies[one.home], at=at, by=by)
        _give_roles(one, person, at, by)
    return len(new)


def _home(handle: str, name: str, at: datetime, by: str) -> Agent:
    found = Agent.objects.filter(pk=pseudonym_of(handle)).first()
    return found or add_agent(handle=handle, kind=HOUSEHOLD, name=name, pseudonym=pseudonym_of(handle), at=at, by=by)


def _give_roles(one: Person, person: Agent, at: datetime, by: str) -> None:
    if LEADS[one.circle] == one.handle:
        give_role(agent=person, word=CIRCLE_LEAD, scope_kind=IN_A_CIRCLE, scope=f"circle-{one.circle}", at=at, by=by)
    if one.handle in CARES:
        give_role(agent=person, word=CARES[one.handle], at=at, by=by)
