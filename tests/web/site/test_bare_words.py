"""No template says a word that cannot be translated: all that is read is inside of trans or blocktrans, or listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web.site.catalogues import WEB
from tests.web.site.parsed import read_page

SAME_IN_EVERY_LANGUAGE = {
    "API",
    "CSV",
    "ICS",
    "EN",
    "FR",
    "English",
    "Français",
    "WikiVillage",
    "TOTP",
    "YAML",
    "JSON",
    "Parquet",
    "m²",
}
"""Names of things and of languages, which each language calls the same, or itself."""
COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?%\}.*?\{% endcomment %\}", re.DOTALL)
TRANSLATED = re.compile(r"\{% (blocktrans(?:late)?)\b.*?%\}.*?\{% end\1 %\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TYPED = re.compile(r"<(code|kbd|samp)\b.*?</\1>|<(span|b) class=\"code\b[^\"]*\">.*?</\2>", re.DOTALL)
"""What a person types as it stands, or a program says."""
SAID_BY_A_TAG = re.compile(r"""(?<!_\()(?:"([^"]*)"|'([^']*)')""")
NOT_READ = re.compile(
    r"\{%-? *(?:trans|translate|load|extends|url|static|include +\"[^\"]*\" *%|block|if|elif|query|icon)\b"
)
"""Tags whose texts are no words, or are translated; a space or a capital makes a text of any other a word."""
WORD = re.compile(r"[^\W\d_]{2,}")

TEMPLATES = sorted(WEB.glob("*/templates/**/*.html"))


@pytest.mark.parametrize("template", [pytest.param(path, id=path.relative_to(WEB).as_posix()) for path in TEMPLATES])
def test_a_template_says_nothing_bare(template: Path) -> None:
    assert bare_words(template.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<p>{% trans "Hello" %} {{ name }}</p>', []),
        ("<p>{% blocktrans trimmed %}Hello {{ name }}{% endblocktrans %} you</p>", ["you"]),
        ('<a title="Go there" href="/there/">{# a remark #}</a>', ["Go there"]),
        ('<a {% if on %}aria-current="page"{% endif %} class="here">API</a>', []),
        ('<input type="submit" value="Send">', ["Send"]),
        ("<title>{% block title %}{% endblock %} – {{ village.name|default:'WikiVillage' }}</title>", []),
        ("{% comment %}Told to nobody{% endcomment %}", []),
        ("<p><code>python -m wikivillage</code></p>", []),
        ('{% include "shell/problems.html" with title="It is refused" %}', ["It is refused"]),
        ('{% include "shell/problems.html" with title=_("It is refused") %}', []),
        ('{{ name|default:"nobody yet" }}', ["nobody yet"]),
    ],
)
def test_the_scanner_finds_bare_words(text: str, bare: list[str]) -> None:
    assert bare_words(text) == bare


def bare_words(text: str) -> list[str]:
    """What a template shows or reads out that is in no translation, nor the same in every language."""
    for pattern in (COMMENT, TRANSLATED):
        text = pattern.sub("", text)
    tags = [found for found in TAG.findall(text) if not NOT_READ.match(found)]
    told = [double or single for tag in tags for double, single in SAID_BY_A_TAG.findall(tag)]
    shown = [one.text for one in read_page(TYPED.sub("", TAG.sub("", text)).encode()).words]
    words = [*(one for one in told if " " in one and not one.startswith(("%", "/"))), *shown]
    return [one for one in words if set(WORD.findall(one)) - SAME_IN_EVERY_LANGUAGE]
