"""Catalogues of translated messages, read as gettext writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

WEB = Path(__file__).parents[3] / "src" / "wikivillage" / "web"
LINE = re.compile(r'^(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?) )?"(.*)"$')
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(slots=True)
class Message:
    """One message: what is in the code, and what is read in its place. ``kind``: of the line that is being read."""

    parts: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it this message: its context, its text and the text for many."""
        return self.parts.get("msgctxt", ""), self.parts["msgid"], self.parts.get("msgid_plural", "")

    @property
    def originals(self) -> list[str]:
        """The texts in the code."""
        return [self.parts[name] for name in ("msgid", "msgid_plural") if self.parts.get(name)]

    @property
    def translations(self) -> list[str]:
        """What is read in their place."""
        return [text for name, text in self.parts.items() if name.startswith("msgstr")]


def rooms() -> list[Path]:
    """The folder of every room, in order."""
    return sorted(path.parent for path in WEB.glob("*/__init__.py") if (path.parent / "apps.py").exists())


def catalogue_of(room: Path) -> Path:
    """Where the French of a room is."""
    return room / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def read_catalogue(path: Path) -> list[Message]:
    """Its messages without the head; none where there is no file."""
    return list(_messages(path.read_text("utf-8"))) if path.exists() else []


def _messages(text: str) -> Iterator[Message]:
    for block in re.split(r"\n\s*\n", text):
        message, part = Message(), ""
        for line in block.splitlines():
            if line.startswith("#,"):
                message.flags |= {flag.strip() for flag in line[2:].split(",")}
            elif found := LINE.match(line):
                part = found[1] or part
                message.parts[part] = message.parts.get(part, "") + _plain(found[2])
        if message.parts.get("msgid"):
            yield message


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[0]), text)
