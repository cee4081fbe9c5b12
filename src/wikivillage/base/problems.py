"""What is wrong with somebody's input: located, in their words, all at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend. ``where`` is ``file:line`` or ``file``; ``hint`` says what would work."""

    code: str
    where: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.where}  {self.what}{hint}"


class ProblemError(Exception):
    """Raised once per input, with every problem that was found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        assert self.problems, "a ProblemError without a problem tells nobody anything"
        super().__init__(show(self.problems))


def show(problems: Iterable[Problem]) -> str:
    """One line per problem, in the order in which they were found."""
    return "\n".join(str(problem) for problem in problems)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` was probably meant to be, or None."""
    folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None
