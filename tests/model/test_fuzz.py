"""Whatever is written in a village file, reading it gives a village or problems with a place; never a traceback."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.model.small_village import SMALL, problems_of

LINES = SMALL.splitlines(keepends=True)
WORDS = sorted({word for word in SMALL.replace("{", " ").replace("}", " ").replace(",", " ").split() if word})
ODD = [
    "{", "}", "[", "]", ":", "- ", ", ", "'", '"', "#", "&a ", "*a", "!!int ", "? ", "|\n", "\t", "\n", "---\n", "%",
    "@", "..",
    "1e400", "-1", "nan", ".inf", "0x1F", "null", "~", "yes", "é", "🌱", "\x00", "\ufeff", "any", "{}", "[]", "kWh",
    "/", "*", "(", ")",
]  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """The small village after a few careless or hostile edits."""
    text = SMALL
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        match draw(st.sampled_from(["insert", "delete", "swap word", "copy line", "cut"])):
            case "insert":
                text = text[:at] + draw(st.sampled_from(ODD)) + text[at:]
            case "delete":
                text = text[:at] + text[at + draw(st.integers(1, 12)) :]
            case "swap word":
                text = text.replace(draw(st.sampled_from(WORDS)), draw(st.sampled_from(WORDS + ODD)), 1)
            case "copy line":
                text = text[:at] + draw(st.sampled_from(LINES)) + text[at:]
            case "cut":
                text = text[:at]
    return text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoiled())
def test_a_spoiled_village_gives_a_village_or_located_problems(text: str) -> None:
    for problem in problems_of(text):
        assert problem.where.startswith(("small.yaml", "library/"))
        assert problem.what
        assert problem.code


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_problems(text: str) -> None:
    assert problems_of(text)
