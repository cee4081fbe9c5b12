"""Short codes for labels: read aloud, typed with a thumb, without characters that look alike. Pure."""

from __future__ import annotations

from hashlib import sha256

ALPHABET = "2345679CDFGHJKMNPQRTVWXY"
"""What a code is made of: nothing that looks like another, and no vowels, so that it is never a word."""

SHORTEST = 4
LONGEST = 12
TRIES_PER_LENGTH = 8
"""After so many codes that others have, codes of this length are rare, and the next is longer."""

MEANT = str.maketrans("SZ0O", "52QQ", " -.")
"""How characters that no code has are understood, and what is left out."""


def code_of(kind: str, thing: str, number: int) -> str:
    """The code number ``number`` that a thing would like: always the same, so that what is printed stays true."""
    length = min(SHORTEST + number // TRIES_PER_LENGTH, LONGEST)
    value = int.from_bytes(sha256(f"{kind}\0{thing}\0{number}".encode()).digest())
    characters = []
    for _ in range(length):
        value, digit = divmod(value, len(ALPHABET))
        characters.append(ALPHABET[digit])
    return "".join(characters)


def as_typed(text: str) -> str:
    """A code as it is kept, from what somebody typed or scanned; what cannot be one becomes nothing."""
    code = text[: 3 * LONGEST].strip().upper().translate(MEANT)
    return code if SHORTEST <= len(code) <= LONGEST and set(code) <= set(ALPHABET) else ""
