"""The goals, each measured on a dimension line, with the price of its next step."""

from __future__ import annotations

from wikivillage.report.figures.gauge import gauge
from wikivillage.report.goals_read import Goal, figure_of, loop_of, note_of, says, target_words, title_of
from wikivillage.report.markup import Html, icon, sign, slug, tag
from wikivillage.report.reading import Reading
from wikivillage.report.sections.floor import Floor, floor

LOOPS_WITH_GOALS = ("energy", "water", "matter", "food", "people")


def goals(reading: Reading) -> Floor:
    """Every goal of the file, then the loops that have none."""
    words = reading.words
    listed = reading.record.get("goals") or []
    if not listed:
        return floor("objectifs", words("goals.title"), "plan", "", tag("p", words("goals.none")))
    rows = tag("ul", [_row(reading, goal) for goal in listed], class_="goals")
    used = {loop_of(reading, goal) for goal in listed}
    without = [words(f"loop.{loop}").lower() for loop in LOOPS_WITH_GOALS if loop not in used]
    rest = tag("p", words("goals.others", loops=words.list(without)), class_="note") if without else None
    return floor("objectifs", words("goals.title"), "plan", words("goals.note"), rows, rest)


def _row(reading: Reading, goal: Goal) -> Html:
    loop = loop_of(reading, goal)
    digits, unit = figure_of(reading, goal)
    small = unit if unit == "%" and not reading.numbers.french else f"\u00a0{unit}"
    return tag(
        "li",
        tag(
            "div", tag("h3", sign(loop), " ", title_of(reading, goal)), tag("p", note_of(reading, goal), class_="note")
        ),
        tag("p", digits, tag("small", small), class_="num"),
        _gauge(reading, goal, loop),
        _says(reading, goal),
        id=slug("goal", goal["id"]),
    )


def _gauge(reading: Reading, goal: Goal, loop: str) -> Html:
    return gauge(
        reached=goal["reached"],
        target=goal["target"],
        at_least=goal["sense"] == "at_least",
        loop=loop,
        target_label=target_words(reading, goal),
    )


def _says(reading: Reading, goal: Goal) -> Html:
    words, said = reading.words, says(reading, goal)
    met = bool(goal["met"])
    state = tag("p", icon("check" if met else "cross"), words("goal.reached" if met else "goal.missed"), class_="state")
    step = None
    if said.step:
        step = tag("p", None if met else tag("b", words("goal.next")), " " if not met else "", said.step)
    return tag(
        "div",
        state,
        tag("p", said.fact) if said.fact else None,
        step,
        tag("p", said.worth, class_="note") if said.worth else None,
        class_="says",
    )
