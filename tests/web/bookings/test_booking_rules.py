"""Every rule of booking: what it lets through, what it refuses, and the sentence that a person reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.web.diary.days import paris
from tests.web.registry.somebody import codes
from wikivillage.flows.occupancy import Stretch
from wikivillage.web.bookings.asked import Asked, Has, Thing, Trained, Who
from wikivillage.web.bookings.policies import UnitPolicy, policy_tree, read_policy
from wikivillage.web.bookings.policy_words import rule_sentences
from wikivillage.web.bookings.refusals import Refusal, raise_all
from wikivillage.web.bookings.rules import refusals, time_words
from wikivillage.web.diary.openings import Closure, House
from wikivillage.web.registry.words import Text

AT = paris("2026-04-16T11:00")
EVENING = paris("2026-04-17T18:00")
HOUR = timedelta(hours=1)
ALICE = Who("alice")
SPACE = "\u00a0"


def thing(**changes: Any) -> Thing:
    """A room for eight that nobody has."""
    policy = UnitPolicy(**changes.pop("policy", {}))
    name = Text("The room", "La salle")
    return replace(Thing("room", "room", name, 8, 1, policy, stocks={"unit-room": 1}), **changes)


def asked(begin: datetime = EVENING, hours: float = 2, persons: int = 6, **changes: Any) -> Asked:
    """Two hours of an evening for six."""
    return replace(Asked(begin, begin + hours * HOUR, persons, AT, "Europe/Paris"), **changes)


def found(one: Thing, what: Asked, who: Who = ALICE) -> dict[str, Refusal]:
    """The reasons against something by their codes."""
    return {refusal.code: refusal for refusal in refusals(one, what, who)}


def french(one: Refusal) -> str:
    """What a person reads, with plain spaces."""
    return one.words("fr").replace(SPACE, " ")


def test_a_plain_booking_has_nothing_against_it() -> None:
    assert refusals(thing(), asked(), ALICE) == ()


def test_all_reasons_are_told_at_once_with_number_and_way_out() -> None:
    shut = Closure("room", datetime(2026, 4, 17, 9), datetime(2026, 4, 18, 9), Text("Painting.", "Peinture."))
    house = House((("room", Text("The room", "La salle")),), closures=(shut,))
    policy = {"min_persons": 8, "quota": 2, "max_minutes": 60}
    has = tuple(Has("room", "alice", day, day + HOUR) for day in (EVENING - 96 * HOUR, EVENING - 24 * HOUR))
    why = found(thing(policy=policy, house=house), asked(), replace(ALICE, has=has))
    assert list(why) == ["closed", "too-few-persons", "quota", "too-long"]
    assert french(why["too-few-persons"]) == "8 personnes au moins. Vous êtes 6."
    assert french(why["quota"]) == "2 réservations par semaine et par foyer. Vous en avez déjà 2 : lundi et jeudi."
    assert french(why["too-long"]) == "1 h au plus. Vous demandez 2 h."
    assert "Peinture." in french(why["closed"])
    assert all(one.out("fr") and one.out("en") for one in why.values())
    assert codes(raise_all, found=why.values(), lang="fr") == list(why)


@pytest.mark.parametrize(
    ("policy", "what", "code", "said"),
    [
        ({}, {"persons": 9}, "too-many-persons", "Il y a 8 places. Vous êtes 9."),
        ({"min_minutes": 60}, {"hours": 0.5}, "too-short", "1 h au moins. Vous demandez 30 min."),
        ({"max_minutes": 90}, {"hours": 2}, "too-long", "1 h 30 au plus. Vous demandez 2 h."),
        ({}, {"begin": EVENING + HOUR / 4}, "off-step", "Les horaires vont par pas de 30 min."),
        ({}, {"begin": EVENING + timedelta(seconds=1)}, "off-step", "Les horaires vont par pas de 30 min."),
        ({"horizon_days": 30}, {"begin": EVENING + 40 * 24 * HOUR}, "too-far-ahead", "On réserve au plus 30 jours"),
        ({"notice_minutes": 2880}, {}, "too-late", "On réserve au moins 2 jours à l’avance."),
        ({}, {"begin": EVENING - 48 * HOUR}, "in-the-past", "Ce moment est passé. Il a commencé le mercredi 15 avril"),
        ({"buddy": True}, {"persons": 1}, "alone", "On n’y travaille jamais seul. Vous êtes 1."),
        ({"curfew_from": 1200, "curfew_to": 420}, {"hours": 3}, "too-loud", "Elle se tait de 20 h à 7 h."),
        ({"qualification": "laser"}, {}, "not-trained", "Il faut une formation : découpe laser, niveau 1."),
        ({"who": "organisations"}, {}, "not-for-you", "La salle : pour les organisations."),
        ({"who": "circle"}, {}, "not-for-you", "La salle : pour le cercle qui s’en occupe."),
        ({"step_minutes": 60}, {"hours": 1.5}, "off-step", "Les horaires vont par pas de 1 h."),
    ],
)
def test_each_rule_says_its_figure(policy: dict[str, Any], what: dict[str, Any], code: str, said: str) -> None:
    why = found(thing(policy=policy), asked(**what))
    assert list(why) == [code]
    assert said in french(why[code])
    assert why[code].out("fr")
    assert why[code].words("en") != why[code].words("fr")


def test_nothing_ends_before_it_begins() -> None:
    assert list(found(thing(), asked(hours=-1))) == ["backwards"]


def test_what_is_taken_says_from_when_to_when() -> None:
    taken = {"unit-room": (Stretch(EVENING + HOUR, EVENING + 3 * HOUR, Decimal(1)),)}
    why = found(thing(taken=taken), asked())
    assert french(why["taken"]) == "C’est déjà pris. Le vendredi 17 avril 2026, de 19 h à 21 h."
    assert refusals(thing(taken=taken), asked(hours=1), ALICE) == ()
    with_rest = thing(taken=taken, policy={"buffer_minutes": 30})
    assert list(found(with_rest, asked(hours=1))) == ["taken"]


def test_a_pool_counts_how_many_are_left() -> None:
    taken = {"desks": (Stretch(EVENING, EVENING + 2 * HOUR, Decimal(3)),)}
    pool = thing(size=4, persons=1, stocks={"desks": 4}, taken=taken)
    assert refusals(pool, asked(persons=1, amount=1), ALICE) == ()
    assert list(found(pool, asked(persons=2, amount=2))) == ["taken"]
    assert list(found(pool, asked(persons=5, amount=5))) == ["too-many-of-it"]


def test_a_quota_counts_those_of_its_party_in_the_same_week() -> None:
    mother = Has("room", "mother", EVENING - 24 * HOUR, EVENING - 23 * HOUR)
    alice = replace(ALICE, has=(mother,), household=frozenset({"home", "mother"}))
    one = {"quota": 1}
    why = found(thing(policy=one), asked(), alice)
    assert french(why["quota"]).startswith("Une réservation par semaine et par foyer.")
    assert refusals(thing(policy={**one, "quota_per": "person"}), asked(), alice) == ()
    assert refusals(thing(policy=one), asked(begin=EVENING + 168 * HOUR), alice) == ()
    assert refusals(thing(policy=one), asked(), replace(alice, steward=True)) == ()


def test_a_training_counts_by_level_and_day() -> None:
    laser = thing(policy={"qualification": "laser", "level": 2})
    low = replace(ALICE, trained={"laser": Trained(1, None)})
    assert "niveau 1" in french(found(laser, asked(), low)["not-trained"])
    over = replace(ALICE, trained={"laser": Trained(2, EVENING)})
    assert "17 avril 2026" in french(found(laser, asked(), over)["training-over"])
    assert refusals(laser, asked(), replace(ALICE, trained={"laser": Trained(3, None)})) == ()


def test_what_is_retired_or_broken_is_told() -> None:
    assert "ne se réserve plus" in french(found(thing(retired=True), asked())["retired"])
    broken = thing(outage=Text("Since Monday.", "Depuis lundi."))
    assert french(found(broken, asked())["out-of-order"]) == "Elle est en panne. Depuis lundi."


def test_who_is_no_member_is_told_for_whom_it_is() -> None:
    stranger = replace(ALICE, member=False)
    assert list(found(thing(), asked(), stranger)) == ["not-for-you"]
    assert refusals(thing(policy={"who": "everyone"}), asked(), stranger) == ()
    assert (
        refusals(thing(policy={"who": "circle"}, circle="circle-x"), asked(), replace(ALICE, circles={"circle-x"}))
        == ()
    )


def test_rules_are_read_and_written_back() -> None:
    tree = {"max_minutes": 120, "approval": True, "who": "everyone"}
    assert policy_tree(read_policy(tree)) == tree
    assert codes(read_policy, tree={"max_minuts": 1}) == ["unknown-rule"]
    bad = {"max_minutes": "long", "approval": 1, "who": "nobody", "qualification": 7, "level": 9, "quota": True}
    assert codes(read_policy, tree=bad) == ["bad-rule-value"] * 6
    assert codes(read_policy, tree={"min_minutes": 90, "max_minutes": 60}) == ["bad-rule-value"]


def test_rules_are_sentences_in_both_languages() -> None:
    every = UnitPolicy(
        who="everyone",
        notice_minutes=60,
        min_persons=3,
        quota=2,
        approval=True,
        cancel_hours=0,
        buffer_minutes=15,
        qualification="laser",
        buddy=True,
        curfew_from=1200,
        curfew_to=420,
        walk_in=True,
        reconfirm_weeks=4,
    )
    said = rule_sentences(every)
    assert len(said) == 14
    assert len({text.fr for text in said}) == 14
    assert all(text.en != text.fr for text in said)
    assert len(rule_sentences(UnitPolicy(check_in_minutes=0))) == 4


@pytest.mark.parametrize(
    ("minutes", "said"), [(45, "45 min"), (60, "1 h"), (90, "1 h 30"), (2880, "2 jours"), (2910, "48 h 30")]
)
def test_lengths_are_words(minutes: int, said: str) -> None:
    assert time_words(minutes).fr.replace(SPACE, " ") == said
