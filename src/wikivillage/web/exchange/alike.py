"""Whether two people mean the same thing, by the words of their titles. Pure."""

from __future__ import annotations

import re
import unicodedata

SHORTEST = 3
SMALL_WORDS = frozenset(
    [
        "avec",
        "chez",
        "dans",
        "des",
        "deux",
        "elle",
        "entre",
        "est",
        "les",
        "leur",
        "lui",
        "mais",
        "mes",
        "nos",
        "notre",
        "nous",
        "ont",
        "par",
        "pas",
        "petit",
        "petite",
        "petits",
        "plus",
        "pour",
        "quelqu",
        "qui",
        "quoi",
        "sans",
        "ses",
        "son",
        "sur",
        "tous",
        "tout",
        "toute",
        "une",
        "vos",
        "votre",
        "vous",
        "grand",
        "grande",
        "bon",
        "bonne",
        "vieux",
        "vieille",
        "neuf",
        "neuve",
        "aide",
        "aider",
        "besoin",
        "cherche",
        "chercher",
        "donne",
        "donner",
        "offre",
        "offrir",
        "preter",
        "heure",
        "heures",
        "main",
        "mains",
        "personne",
        "the",
        "and",
        "any",
        "for",
        "from",
        "have",
        "her",
        "his",
        "its",
        "need",
        "needs",
        "not",
        "old",
        "one",
        "our",
        "out",
        "some",
        "that",
        "their",
        "them",
        "these",
        "this",
        "two",
        "with",
        "you",
        "your",
        "small",
        "big",
        "good",
        "new",
        "help",
        "hand",
        "hands",
        "hour",
        "hours",
        "offer",
        "give",
        "lend",
        "someone",
        "somebody",
    ]
)
"""Words that stand in many titles and say nothing about what is meant."""


def key_words(text: str) -> frozenset[str]:
    """The words that say what is meant, without accents, plurals and small words."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    words = re.findall(r"[^\W\d_]+", plain.replace("œ", "oe"))
    return frozenset(_stem(word) for word in words if len(word) >= SHORTEST and word not in SMALL_WORDS)


def are_alike(one: str, other: str) -> bool:
    """Whether two titles share a word that means something."""
    return bool(key_words(one) & key_words(other))


def _stem(word: str) -> str:
    """Without the sign of the plural and of the feminine: ``chaises`` and ``chaise`` are one word."""
    for ending in ("aux", "s", "x"):
        if word.endswith(ending) and len(word) > len(ending) + SHORTEST - 1:
            word = word.removesuffix(ending) + ("al" if ending == "aux" else "")
            break
    return word.removesuffix("e") if len(word) > SHORTEST + 1 else word
