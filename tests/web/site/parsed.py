"""A page read as a person or a program would: its words, headings, links, forms and weight. No browser is needed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SAID = ("title", "aria-label", "alt", "placeholder")
"""Attributes that are read out or shown."""
FIGURE = re.compile(rb"<svg\b.*?</svg>", re.DOTALL)
CONTROLS = ("input", "select", "textarea", "button")


@dataclass(slots=True)
class Control:
    """A field of a form: its kind, name and what it holds; for a choice, what can be chosen."""

    kind: str
    name: str
    value: str = ""
    choices: list[str] = field(default_factory=list)
    is_checked: bool = False

    @property
    def takes_text(self) -> bool:
        """Whether somebody can type into it."""
        return self.kind in ("text", "search", "email", "url", "tel", "textarea", "password", "number", "date", "time")


@dataclass(slots=True)
class Form:
    """A form: where it goes, how, and its fields."""

    action: str
    method: str
    enctype: str = ""
    controls: list[Control] = field(default_factory=list)

    def filled(self) -> dict[str, str]:
        """What would be sent if somebody pressed its first button."""
        sent: dict[str, str] = {}
        for one in self.controls:
            chosen = one.kind not in ("checkbox", "radio") or one.is_checked
            if one.name and chosen and one.kind not in ("submit", "button", "file", "reset"):
                sent[one.name] = one.value or (one.choices[0] if one.choices else "")
        first = next((one for one in self.controls if one.kind == "submit" and one.name), None)
        return sent | ({first.name: first.value} if first else {})


@dataclass(slots=True)
class Words:
    """A text of the page and the language that it is marked with."""

    text: str
    lang: str


class _Reader(HTMLParser):
    """Walks through the tags once."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[tuple[str, str]] = []
        self.form: Form | None = None
        self.select: Control | None = None
        self.in_title = False

    @property
    def lang(self) -> str:
        return self.open[-1][1] if self.open else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        lang = given.get("lang", self.lang)
        if tag not in VOID:
            self.open.append((tag, lang))
        self.page.tags.append((tag, given))
        self.page.words += [Words(given[name], lang) for name in SAID if given.get(name)]
        if tag == "html":
            self.page.lang = lang
        if tag == "form":
            self.form = Form(given.get("action", ""), given.get("method", "get").lower(), given.get("enctype", ""))
            self.page.forms.append(self.form)
        if tag in CONTROLS:
            self._control(tag, given, lang)
        if tag == "option" and self.select is not None:
            self.select.choices.append(given.get("value", ""))
            if "selected" in given:
                self.select.value = given.get("value", "")

    def _control(self, tag: str, given: dict[str, str], lang: str) -> None:
        kind = given.get("type", "text" if tag == "input" else "submit" if tag == "button" else tag)
        control = Control(kind, given.get("name", ""), given.get("value", ""), is_checked="checked" in given)
        if self.form is not None:
            self.form.controls.append(control)
        if tag == "select":
            self.select = control
        if tag == "input" and kind == "submit":
            self.page.words.append(Words(control.value, lang))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag == "select":
            self.select = None
        while self.open and tag not in VOID:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split(" ")).strip(" \n\t\r")
        inside = [tag for tag, _ in self.open]
        if text and not {"script", "style"} & set(inside):
            self.page.words.append(Words(text, self.lang))
        if inside and inside[-1] == "title" and "svg" not in inside:
            self.page.title += data


@dataclass(slots=True)
class Page:
    """What a page holds."""

    lang: str = ""
    title: str = ""
    words: list[Words] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    weight: int = 0

    def count(self, tag: str) -> int:
        """How many there are of a tag."""
        return sum(one == tag for one, _ in self.tags)

    def links(self, base: str) -> list[str]:
        """Addresses on this site that the page leads to, without the part after ``#``."""
        found = [urljoin(base, given["href"]) for tag, given in self.tags if tag == "a" and given.get("href")]
        host = urlsplit(base).netloc
        return list(dict.fromkeys(one.split("#")[0] for one in found if urlsplit(one).netloc == host))

    def sheets(self) -> list[str]:
        """Addresses of its style sheets."""
        return [given["href"] for tag, given in self.tags if tag == "link" and given.get("rel") == "stylesheet"]

    @property
    def text(self) -> str:
        """All its words."""
        return "\n".join(one.text for one in self.words)


def read_page(content: bytes) -> Page:
    """A page from the bytes of an answer. ``weight`` leaves out its figures."""
    reader = _Reader()
    reader.feed(content.decode("utf-8"))
    reader.close()
    reader.page.weight = len(FIGURE.sub(b"", content))
    reader.page.title = reader.page.title.strip()
    return reader.page
