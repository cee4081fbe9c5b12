"""Why a machine may not be started: each rule alone, all of them together, and what to do about each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from wikivillage.web.bookings.machine_rules import Broken, Held, Start, Taken, Training, refusals
from wikivillage.web.diary.reasons import Span, reason
from wikivillage.web.registry.words import Text

LASER = Text("the laser cutter", "la découpe laser")
NEED = Text("laser cutting", "découpe laser")
FINE = Start(
    machine=LASER,
    begin=datetime(2026, 11, 12, 14),
    end=datetime(2026, 11, 12, 16),
    need=NEED,
    level=2,
    has=Held(2, date(2027, 6, 1)),
    granters=("Ada", "Basile"),
    trainings=(Training(datetime(2026, 11, 19, 18), "/diary/dates/t/"),),
)


def codes(start: Start) -> list[str]:
    return [one.code for one in refusals(start)]


def test_who_is_trained_and_has_booked_may_start() -> None:
    assert refusals(FINE) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"broken": Broken(datetime(2026, 11, 11, 9))}, "out-of-order"),
        ({"has": None}, "not-qualified"),
        ({"has": Held(1)}, "level-too-low"),
        ({"has": None, "had": Held(2, date(2026, 10, 31))}, "qualification-over"),
        ({"booked": False}, "not-booked"),
        ({"running": True}, "in-use"),
        ({"taken": Taken(datetime(2026, 11, 12, 15), datetime(2026, 11, 12, 17))}, "taken"),
        ({"shut": (reason("closed_day", where=LASER, day=date(2026, 11, 12)),)}, "closed"),
        ({"quiet": Span(15 * 60, 18 * 60)}, "too-late"),
        ({"buddy": True}, "no-companion"),
        ({"wrong_beside": Text("Nobody is called so.", "Personne ne s’appelle ainsi.")}, "wrong-companion"),
        ({"minor": True, "beside": True}, "guardian-missing"),
        ({"minor": True, "guardian_agreed": True}, "adult-missing"),
    ],
)
def test_each_rule_refuses_by_itself_in_both_languages(changes: dict[str, object], code: str) -> None:
    found = refusals(replace(FINE, **changes))  # type: ignore[arg-type]
    assert [one.code for one in found] == [code]
    for lang in ("fr", "en"):
        assert found[0].why.words(lang).endswith(".")
        assert "{" not in found[0].words(lang) + found[0].out(lang)
        assert found[0].why.fr != found[0].why.en


def test_all_reasons_are_told_at_once() -> None:
    worst = replace(
        FINE,
        broken=Broken(datetime(2026, 11, 11, 9), datetime(2026, 11, 14, 9)),
        has=None,
        booked=False,
        shut=(reason("closed_day", where=LASER, day=date(2026, 11, 12)),),
        quiet=Span(13 * 60, 15 * 60),
        buddy=True,
        minor=True,
    )
    assert codes(worst) == [
        "out-of-order", "not-qualified", "not-booked", "closed", "too-late", "no-companion", "guardian-missing",
        "adult-missing",
    ]  # fmt: skip


def test_who_is_not_trained_reads_when_the_next_training_is_and_who_gives_it() -> None:
    found = refusals(replace(FINE, has=None, had=Held(2, date(2026, 10, 31))))[0]
    assert (
        found.why.fr
        == "Votre formation «\u00a0découpe laser\u00a0» n’est plus valable depuis le samedi 31 octobre 2026."
    )
    assert found.out("fr") == (
        "La prochaine formation a lieu le jeudi 19 novembre 2026, 18\u00a0h. Qui peut la donner\u00a0: Ada et Basile."
    )
    assert [way.path for way in found.ways] == ["/diary/dates/t/", ""]


def test_without_a_training_in_the_diary_that_is_said() -> None:
    found = refusals(replace(FINE, has=None, trainings=(), granters=()))[0]
    assert found.out("en") == "No training is in the diary yet."


def test_a_machine_that_may_run_without_a_booking_starts_while_it_is_free() -> None:
    walk_in = replace(FINE, booked=False, walk_in=60)
    assert codes(walk_in) == []
    assert codes(replace(walk_in, running=True)) == ["in-use"]


def test_quiet_hours_over_midnight_end_on_the_next_day() -> None:
    night = Span(22 * 60, 7 * 60)
    early = replace(FINE, begin=datetime(2026, 11, 12, 6), end=datetime(2026, 11, 12, 8), quiet=night)
    late = replace(FINE, begin=datetime(2026, 11, 12, 21), end=datetime(2026, 11, 12, 23), quiet=night)
    between = replace(FINE, begin=datetime(2026, 11, 12, 7), end=datetime(2026, 11, 12, 22), quiet=night)
    assert [codes(early), codes(late), codes(between)] == [["too-late"], ["too-late"], []]


def test_who_learns_needs_somebody_beside_where_no_more_is_asked() -> None:
    learner = replace(FINE, level=1, has=Held(1))
    assert codes(learner) == ["no-companion"]
    assert codes(replace(learner, beside=True)) == []


def test_another_machine_that_works_is_named() -> None:
    broken = replace(FINE, broken=Broken(datetime(2026, 11, 11, 9)), paths={"other": "/bookings/units/laser-2/here/"})
    assert refusals(broken)[0].ways[-1].path == "/bookings/units/laser-2/here/"
