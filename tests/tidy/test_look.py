"""The two dark blocks of the tokens say the same: one for who asks for it, one for whose system does."""

from __future__ import annotations

import re

from tests.tidy.sources import ROOT, text_of

TOKENS = ROOT / "src" / "wikivillage" / "report" / "look" / "tokens.css"
DARK_BY_SYSTEM = (
    r"@media screen and \(prefers-color-scheme:\s*dark\)\s*\{\s*:root:not\(\[data-theme=light\]\)\s*\{(.*?)\}"
)
DARK_BY_CHOICE = r"@media screen\s*\{\s*:root\[data-theme=dark\]\s*\{(.*?)\}"


def test_dark_blocks_are_identical() -> None:
    by_system, by_choice = (_declarations(pattern) for pattern in (DARK_BY_SYSTEM, DARK_BY_CHOICE))
    assert by_system == by_choice
    assert len(by_system) > 20


def _declarations(pattern: str) -> list[str]:
    (block,) = re.findall(pattern, text_of(TOKENS), re.DOTALL)
    without_comments = re.sub(r"/\*.*?\*/", "", block, flags=re.DOTALL)
    return [part.strip() for part in without_comments.split(";") if part.strip()]
