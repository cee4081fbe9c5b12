"""How wide words are in a figure, and fewer of them where they do not fit. No letter is ever made smaller."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

NARROW, LOW, MIDDLE = "!'’.,:;|ijlI ·", '()-ft/[]r"«»*', "aceszkxyvJ0123456789"
LARGE, WIDEST = "ABCDGHKNOQRUw&", "mMW%@—œŒæÆ…"
SHARES = {**dict.fromkeys(NARROW, 0.285), **dict.fromkeys(LOW, 0.37), **dict.fromkeys(MIDDLE, 0.56)}
SHARES |= {**dict.fromkeys(LARGE, 0.755), **dict.fromkeys(WIDEST, 0.97)}
OTHER = 0.62
"""The width of a letter as a share of the size: what a bold Helvetica has at most, by groups of letters."""

RAISED = 0.42
"""The same of small raised letters, as in 4ᵉ."""

ODD = 1.3
"""The same of what is not written with Latin letters."""

BREAKS = re.compile(r"\s*(?: : |:|,|;|\(| – | - | et | and |/)\s*")
"""After what comes before one of these, a name can stop."""

LITTLE = "a à au aux d de des du en et for in l la le les of on the to un une with –"
SMALL = frozenset(LITTLE.split(" "))
"""Words that a name does not end with."""

NOT_WRITTEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
"""What XML does not know, and what would break a line."""


def clean(text: str) -> str:
    """The text without what a drawing cannot hold."""
    return NOT_WRITTEN.sub(" ", text).strip()


@lru_cache(maxsize=4096)
def width_of(text: str, size: float) -> float:
    """How much room a text takes at a size in pixels, rather too much than too little."""
    return size * sum(_share(letter) for letter in unicodedata.normalize("NFC", text))


def _share(letter: str) -> float:
    found = SHARES.get(letter)
    if found is not None:
        return found
    if unicodedata.category(letter) == "Lm":
        return RAISED
    base = unicodedata.normalize("NFD", letter)[0]
    return SHARES.get(base, OTHER) if base < "\u0250" else ODD


@lru_cache(maxsize=4096)
def shortened(text: str, room: float, size: float) -> str:
    """The text, or as much of it as fits into ``room``: a part, some words, some letters, or nothing."""
    text = clean(text)
    if width_of(text, size) <= room:
        return text
    part = BREAKS.split(text)[0].strip()
    if len(part) > 2 and width_of(part, size) <= room:
        return part
    return _words(part or text, room, size) or _letters(part or text, room, size)


def _words(text: str, room: float, size: float) -> str:
    words = text.split(" ")
    for count in range(len(words) - 1, 0, -1):
        if words[count - 1].lower().strip("'’") in SMALL:
            continue
        said = " ".join(words[:count])
        if width_of(said, size) <= room:
            return said
    return ""


def _letters(text: str, room: float, size: float) -> str:
    for count in range(len(text) - 1, 2, -1):
        said = text[:count].rstrip(" -'’") + "…"
        if width_of(said, size) <= room:
            return said
    return ""


@lru_cache(maxsize=1024)
def in_lines(text: str, room: float, size: float, most: int = 2) -> tuple[str, ...]:
    """The text in a few lines, or shortened in one where it does not even fit into those."""
    words, lines = clean(text).split(" "), [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    fits = len(lines) <= most and all(width_of(line, size) <= room for line in lines)
    found = tuple(line for line in lines if line) if fits else (shortened(text, room, size),)
    return tuple(line for line in found if line)


def first_that_fits(texts: tuple[str, ...], room: float, size: float) -> str:
    """The first of some texts that fits whole, else the last one shortened."""
    whole = (clean(text) for text in texts)
    fitting = (text for text in whole if text and width_of(text, size) <= room)
    return next(fitting, shortened(texts[-1], room, size))
