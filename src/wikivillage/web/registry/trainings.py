"""What trainings are for, in words: a qualification keeps a word of the program, people read and write a name."""

from __future__ import annotations

from wikivillage.web.registry.words import Text

TRAININGS = {
    "laser": Text("laser cutter", "découpe laser"),
    "mill": Text("milling machine", "fraiseuse"),
    "saw": Text("panel saw", "scie à panneaux"),
    "printer": Text("3D printer", "imprimante 3D"),
    "lab_safety": Text("safety in the laboratory", "sécurité au laboratoire"),
}


def training_name(subject: str) -> Text:
    """What a training is called: those that the units of Saint-Blaise ask for by name, others by their word."""
    plain = subject.replace("_", " ").replace("-", " ")
    return TRAININGS.get(subject, Text(plain, plain))


def training_word(name: str) -> str:
    """The word for a training that somebody wrote by its name in either language; else what they wrote."""
    wanted = " ".join(name.split())
    names = {said.casefold(): word for word, text in TRAININGS.items() for said in (text.en, text.fr)}
    return names.get(wanted.casefold(), wanted)
