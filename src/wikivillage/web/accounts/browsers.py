"""What a browser says of itself, in two words that a person knows: enough to recognise one's own phone."""

from __future__ import annotations

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrom", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
"""What is looked for, first found first: most browsers say that they are others too."""


def browser_of(said: str) -> str:
    """``Firefox, Android``; empty where nothing is known."""
    return ", ".join(found for table in (BROWSERS, SYSTEMS) if (found := _first(said, table)))


def _first(said: str, table: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in table if sign in said), "")
