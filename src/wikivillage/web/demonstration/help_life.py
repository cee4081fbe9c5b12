"""Mutual help: what people offer and look for, tools that are lent, repair days, hours from one to another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from wikivillage.web.demonstration.by_hand import moment
from wikivillage.web.demonstration.facts import entry_id
from wikivillage.web.demonstration.gestures import Gesture, table_of
from wikivillage.web.demonstration.noise import chance
from wikivillage.web.demonstration.people import Person, everybody, pseudonym_of
from wikivillage.web.demonstration.week import Week
from wikivillage.web.exchange import helping_words as words
from wikivillage.web.exchange.hour_actions import confirm_hours, tell_hours
from wikivillage.web.exchange.loan_actions import hand_out, reserve_tool, take_back
from wikivillage.web.exchange.loan_ladder import climb
from wikivillage.web.exchange.models import HourGift, Loan, RepairDay, RepairTicket, Tool
from wikivillage.web.exchange.repair_actions import bring_thing, close_day, put_repair_day, set_outcome
from wikivillage.web.exchange.tool_actions import add_tool
from wikivillage.web.exchange.wish_actions import end_due_wishes, make_wish

OPEN_FOR = timedelta(days=16)
WISHES = """
offer  material  boards          ici_montreuil      40  120  fablab    Panneaux de second choix
offer  material  compost         r_urban            50  200  yard      Compost mûr
offer  material  wood_offcuts    ici_montreuil      20  80   recyclab  Chutes de bois
offer  material  mushrooms       person             2   6    cellar    Pleurotes de la cave
offer  material  vegetables      jardin_de_cocagne  5   25   roof      Légumes du toit
need   material  coffee_grounds  r_urban            10  30   yard      Marc de café pour les champignons
need   material  paper_waste     r_urban            30  90   recyclab  Papier pour l’isolant
need   material  wood_offcuts    le_6b              15  50   studios   Chêne pour des socles
need   material  brown_dry       r_urban            20  60   yard      Feuilles et broyat
need   material  vegetables      walt               10  40   cafe      Courges et poireaux
offer  skill     -               person             1   3    -         Réparer un vélo
offer  skill     -               person             1   2    -         Cours de couture
need   skill     -               person             1   2    -         Aide pour un dossier
need   hours     -               person             2   4    -         Un coup de main pour déménager
offer  thing     -               person             1   1    -         Un lit d’enfant
need   thing     -               person             1   1    -         Une cafetière
"""
"""Side, what, kind of matter, who, least and most, place, title."""
WISHES_EACH_WEEK = 4

TOOLS = """
Perceuse-visseuse    Drill driver        recyclab  A1  7
Ponceuse             Sander              recyclab  A1  7
Scie sauteuse        Jigsaw              recyclab  A2  7
Échelle de 4 m       Ladder, 4 m         recyclab  mur  3
Diable               Hand truck          recyclab  sol  2
Vélo-cargo           Cargo bike          yard      abri  2
Machine à laver le sol  Floor scrubber   recyclab  B1  2
Nettoyeur à vapeur   Steam cleaner       recyclab  B1  3
Tente de réception   Marquee             recyclab  C1  4
Vidéoprojecteur      Projector           workspaces  accueil  3
Bêche                Spade               yard      serre  7
Presse à pommes      Apple press         cafe      cave  4
"""
"""French and English name, place, shelf, longest days."""
LENDER = "jeanne_petit"
LOANS_EACH_WEEK = 4

BROUGHT = """
Grille-pain           kitchen      1.4
Bouilloire            kitchen      0.9
Aspirateur            household    5.2
Lampe de bureau       lighting     1.8
Radio                 audio_video  1.1
Ordinateur portable   computer     2.3
Vélo d’enfant         bicycle      8.5
Machine à coudre      household    7.4
Perceuse              tool         2.1
Chaise                furniture    4.6
Manteau               textile      1.2
Train électrique      toy          0.8
"""
"""Things that come to a repair day: name, category, kilograms."""
OUTCOMES = (words.FIXED,) * 6 + (words.REPAIRABLE,) * 2 + (words.END_OF_LIFE,)
REPAIR_DAYS_APART = 3
"""In weeks."""
SKILLS = (
    "Réparation d’un vélo",
    "Cours de français",
    "Garde d’enfants",
    "Aide au déménagement",
    "Couture",
    "Informatique",
)


def help_of(week: Week, agents: frozenset[str], *, begins: bool) -> Iterator[Gesture]:
    """All of a week; ``begins``: the tools of the library are put first."""
    if begins:
        yield Gesture(moment(week, week.span.days[0], 0.3), _put_tools)
    yield from _wishes(week, agents)
    yield from _loans(week)
    yield from _hours(week)
    if week.span.number % REPAIR_DAYS_APART == 0 or begins:
        yield from _repair_day(week)
    for day in week.span.days:
        yield Gesture(moment(week, day, 20.0), _evening)


def _evening(at: datetime) -> None:
    """What is done by itself: a word about what is late, and the end of what is over."""
    climb(at=at)
    end_due_wishes(at=at)


def _wishes(week: Week, agents: frozenset[str]) -> Iterator[Gesture]:
    rows = list(table_of(WISHES))
    drawn = chance(week.seed, "wishes", week.span.number)
    for place in sorted(drawn.choice(len(rows), WISHES_EACH_WEEK, replace=False).tolist()):
        who = rows[place][3]
        people = everybody()
        agent = who if who != "person" else people[int(drawn.integers(len(people)))].pseudonym
        if who == "person" or who in agents:
            said = moment(week, week.span.days[place % len(week.span.days)], 11.5)
            amount = Decimal(int(drawn.integers(int(rows[place][4]), int(rows[place][5]) + 1)))
            yield Gesture(said, partial(_wish, rows[place], agent, amount))


def _wish(row: list[str], agent: str, amount: Decimal, at: datetime) -> None:
    side, what, spec, _who, _least, _most, place, title = row
    make_wish(
        side=side, what=what, spec="" if spec == "-" else spec, title=title, agent=agent, amount=amount,
        place="" if place == "-" else place, until=at + OPEN_FOR, at=at, by=agent,
        key=entry_id("wish", title, agent, at.isoformat()),
    )  # fmt: skip


def _put_tools(at: datetime) -> None:
    owner = "r_urban"
    for french, english, place, shelf, days in table_of(TOOLS):
        add_tool(
            name_fr=french, name_en=english, owner=owner, place=place, shelf=shelf, longest_days=int(days), at=at,
            key=entry_id("tool", french),
        )  # fmt: skip


def _loans(week: Week) -> Iterator[Gesture]:
    names = [row[0] for row in table_of(TOOLS)]
    people = everybody()
    drawn = chance(week.seed, "loans", week.span.number)
    for turn in range(LOANS_EACH_WEEK):
        name, who = names[int(drawn.integers(len(names)))], people[int(drawn.integers(len(people)))]
        begin = moment(week, week.span.days[1 + turn % 5], 17.0) + timedelta(minutes=5 * turn)
        days = int(drawn.integers(1, 3))
        late = timedelta(days=int(drawn.choice([0, 0, 0, 0, 2, 5])))
        due = begin + timedelta(days=days)
        condition = words.DAMAGED if drawn.random() < 0.05 else words.GOOD
        key = entry_id("loan", name, who.handle, begin.isoformat())
        yield Gesture(begin - timedelta(hours=20), partial(_reserve, name, who, begin, due, key))
        yield Gesture(begin + timedelta(minutes=3), partial(_hand_out, name, who, begin))
        yield Gesture(due - timedelta(hours=1) + late, partial(_take_back, name, who, begin, condition))


def _reserve(name: str, who: Person, begin: datetime, due: datetime, key: str, at: datetime) -> None:
    tool = Tool.objects.get(name_fr=name)
    reserve_tool(tool=tool.pk, agent=who.pseudonym, begin=begin, due=due, at=at, by=who.pseudonym, key=key)


def _loan(name: str, who: Person, begin: datetime, state: str) -> Loan | None:
    return Loan.objects.filter(tool__name_fr=name, agent=who.pseudonym, begin=begin, state=state).first()


def _hand_out(name: str, who: Person, begin: datetime, at: datetime) -> None:
    if (loan := _loan(name, who, begin, words.RESERVED)) is not None:
        hand_out(loan=loan.pk, condition=loan.tool.condition, at=at, by=pseudonym_of(LENDER))


def _take_back(name: str, who: Person, begin: datetime, condition: str, at: datetime) -> None:
    if (loan := _loan(name, who, begin, words.OUT)) is not None:
        worse = max(condition, loan.condition_out, key=words.RANKS.index)
        take_back(loan=loan.pk, condition=worse, at=at, by=pseudonym_of(LENDER))


def _repair_day(week: Week) -> Iterator[Gesture]:
    saturday = next(day for day in week.span.days if day.weekday() == 5)
    begin, key = moment(week, saturday, 14.0), entry_id("repair day", saturday.isoformat())
    yield Gesture(moment(week, week.span.days[0], 8.0), partial(_put_day, begin, key))
    rows, people = list(table_of(BROUGHT)), everybody()
    drawn = chance(week.seed, "repairs", saturday.isoformat())
    for turn, place in enumerate(sorted(drawn.choice(len(rows), 8, replace=False).tolist())):
        who = people[int(drawn.integers(len(people)))]
        outcome = OUTCOMES[int(drawn.integers(len(OUTCOMES)))]
        brought = begin + timedelta(minutes=10 + 15 * turn)
        ticket = entry_id("ticket", saturday.isoformat(), rows[place][0])
        yield Gesture(brought, partial(_bring, rows[place], who, begin, ticket))
        minutes = int(drawn.integers(10, 60))
        yield Gesture(brought + timedelta(minutes=minutes), partial(_mend, rows[place][0], begin, outcome, minutes))
    yield Gesture(begin + timedelta(hours=4), partial(_close, begin))


def _put_day(begin: datetime, key: str, at: datetime) -> None:
    put_repair_day(
        title="Atelier de réparation", begin=begin, end=begin + timedelta(hours=3), place="recyclab", at=at,
        by=pseudonym_of("rachid_mansouri"), key=key,
    )  # fmt: skip


def _day(begin: datetime) -> RepairDay | None:
    return RepairDay.objects.filter(begin=begin).first()


def _bring(row: list[str], who: Person, begin: datetime, key: str, at: datetime) -> None:
    if (day := _day(begin)) is not None:
        device, category, kg = row
        bring_thing(
            device=device, category=category, weight_kg=Decimal(kg), agent=who.pseudonym, day=day.pk, at=at,
            by=who.pseudonym, key=key,
        )  # fmt: skip


def _mend(device: str, begin: datetime, outcome: str, minutes: int, at: datetime) -> None:
    ticket = RepairTicket.objects.filter(day__begin=begin, device=device, state=words.WAITING).first()
    if ticket is not None:
        barrier = "" if outcome == words.FIXED else "parts_missing"
        set_outcome(ticket=ticket.pk, outcome=outcome, minutes=minutes, barrier=barrier, at=at, by=pseudonym_of(LENDER))


def _close(begin: datetime, at: datetime) -> None:
    if (day := _day(begin)) is not None:
        close_day(day=day.pk, at=at, by=pseudonym_of("rachid_mansouri"))


def _hours(week: Week) -> Iterator[Gesture]:
    """Some hours from one to another, told by who gave them and confirmed the day after."""
    people, drawn = everybody(), chance(week.seed, "hours", week.span.number)
    for turn in range(int(drawn.integers(2, 5))):
        giver, taker = (people[int(one)] for one in drawn.choice(len(people), 2, replace=False))
        told = moment(week, week.span.days[int(drawn.integers(0, 6))], 20.25) + timedelta(minutes=turn)
        hours, what = Decimal(int(drawn.integers(2, 9))) / 2, SKILLS[int(drawn.integers(len(SKILLS)))]
        key = entry_id("hours", giver.handle, told.isoformat())
        yield Gesture(told, partial(_tell, giver, taker, hours, what, key))
        yield Gesture(told + timedelta(hours=14), partial(_agree, giver, taker))


def _tell(giver: Person, taker: Person, hours: Decimal, what: str, key: str, at: datetime) -> None:
    tell_hours(
        giver=giver.pseudonym, taker=taker.pseudonym, hours=hours, what=what, on=at.date(), told_by=giver.pseudonym,
        at=at, by=giver.pseudonym, key=key,
    )  # fmt: skip


def _agree(giver: Person, taker: Person, at: datetime) -> None:
    for gift in HourGift.objects.filter(giver=giver.pseudonym, taker=taker.pseudonym, state=words.TOLD):
        confirm_hours(gift=gift.pk, by=taker.pseudonym, at=at)
