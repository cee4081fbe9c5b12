"""What things of the village file are called in one language. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from wikivillage.base.ids import title
from wikivillage.model.kinds import Name, Village
from wikivillage.web.pulse.nets import name_of


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id; an id without a name is read as the words it is made of."""

    village: Village | None
    lang: str

    def resource(self, id: str) -> str:
        """A kind of thing that flows."""
        kind = self.village.resources.get(id) if self.village else None
        return self._in_words(kind.name if kind else None, id)

    def store(self, id: str) -> str:
        """A store."""
        return self._in_words(name_of("charged", id, self.village) if self.village else None, id)

    def machine(self, id: str) -> str:
        """A process, or a need."""
        if self.village is None:
            return title(id)
        return self._in_words(name_of("output", id, self.village) or name_of("served", id, self.village), id)

    def thing(self, kind: str, id: str) -> str:
        """Whose flow of a kind it is."""
        return self._in_words(name_of(kind, id, self.village) if self.village else None, id)

    def place(self, id: str | None) -> str:
        """A place; nothing where there is none."""
        place = self.village.places.get(id or "") if self.village else None
        return self._in_words(place.name if place else None, id or "")

    def _in_words(self, name: Name | None, id: str) -> str:
        if name is None:
            return title(id)
        return name.fr if self.lang == "fr" else name.en
