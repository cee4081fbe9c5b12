"""The first words: one finding, the cost, which weather; all that a hurried reader takes away."""

from __future__ import annotations

from wikivillage.report.formats import moment_of
from wikivillage.report.goals_read import loop_of, period, title_of
from wikivillage.report.markup import Child, Html, loop_class, slug, tag
from wikivillage.report.reading import Reading
from wikivillage.report.sections.parts import grade
from wikivillage.report.words import Words, capital, lowered


def finding(words: Words, met: int, missed: int) -> str:
    """One sentence for the whole plan."""
    total = met + missed
    if total == 0:
        return words("hero.none")
    if total == 1:
        return words("hero.one_met" if met else "hero.one_missed")
    if missed == 0:
        return words("hero.all", n=words.numeral(total))
    if met == 0:
        return words("hero.zero", n=words.numeral(total))
    subject = capital(words.count("hero.met", met))
    if missed == 1:
        return words.count("hero.last", met, met=subject, all=words.numeral(total))
    return words.count("hero.some", met, met=subject, all=words.numeral(total), missed=words.numeral(missed))


def hero(reading: Reading) -> Html:
    """The head of the page."""
    goals = reading.record.get("goals") or []
    met = sum(1 for goal in goals if goal["met"])
    return tag(
        "div",
        tag("p", when(reading), class_="soft-ink"),
        tag("h1", finding(reading.words, met, len(goals) - met)),
        tag("p", lead(reading), class_="lead"),
        _missing(reading),
        _facts(reading),
        class_="hero",
        id="haut",
    )


def when(reading: Reading) -> str:
    """What the plan covers and when it was computed."""
    words, numbers = reading.words, reading.numbers
    made = numbers.date(moment_of(reading.record["made_at"]))
    if reading.whole_year:
        return words("plan.year", year=str(reading.start.year), date=made)
    return words("plan.hours", hours=hours_in_words(reading), start=numbers.date(reading.start), date=made)


def hours_in_words(reading: Reading) -> str:
    """``8 760 heures``."""
    return reading.words.count("hours", reading.hours, n=reading.numbers.number(reading.hours))


def lead(reading: Reading) -> str:
    """What it costs, and how it stands to the goals and needs."""
    words, numbers, record = reading.words, reading.numbers, reading.record
    goals = record.get("goals") or []
    key = "none" if not goals else "all" if all(goal["met"] for goal in goals) else "goals"
    sentence = words(
        f"hero.lead.{key}",
        capital=numbers.money(record["investment"]),
        cost=numbers.money(record["yearly_cost"]),
        period=period(reading),
    )
    unmet = len(record.get("unmet") or [])
    return f"{sentence} {capital(words.count('hero.unmet', unmet))}" if unmet else sentence


def _missing(reading: Reading) -> Html | None:
    """The goals still to win, each underlined in its loop and leading to its gauge."""
    missed = [goal for goal in reading.record.get("goals") or [] if not goal["met"]]
    if not missed:
        return None
    links: list[Child] = []
    for i, goal in enumerate(missed):
        joint = "" if i == 0 else ", " if i < len(missed) - 1 else f" {reading.words('list.and')} "
        name = title_of(reading, goal)
        links += [
            joint,
            tag(
                "a",
                lowered(name),
                class_=f"u {loop_class(loop_of(reading, goal))}",
                href=f"#{slug('goal', goal['id'])}",
            ),
        ]
    return tag("p", reading.words("hero.missing.sense"), " ", links, ".")


def _facts(reading: Reading) -> Html:
    """The village and its sky; synthetic weather says so."""
    words, numbers = reading.words, reading.numbers
    village, weather = reading.record["village"], reading.weather
    facts = []
    if village.get("area_m2"):
        facts.append(words("hero.facts.area", area=numbers.number(village["area_m2"], 0)))
    if village.get("users"):
        facts.append(words("hero.facts.users", users=numbers.number(village["users"], 0)))
    for key, decimals in (("temperature_mean_c", 1), ("rain_mm", 0), ("ghi_kwh_m2", 0)):
        if weather.get(key) is not None:
            facts.append(words(f"hero.{key}", value=numbers.number(weather[key], decimals)))
    text = ", ".join(facts) + ". " if facts else ""
    label = tag("b", words("hero.synthetic")) if reading.synthetic else None
    named = reading.name(weather)
    name = words("hero.weather.name", name=named) + " " if named else ""
    return tag("p", text, name, label, grade(words, weather.get("grade")) if weather else None, class_="note")
