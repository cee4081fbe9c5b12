"""Cases of meters, replayed: other spellings than those of the published file, and differences told."""

from __future__ import annotations

from typing import Any

import pytest

from wikivillage.connectors.replay_meters import is_about_meters, replay_meter
from wikivillage.flows.replay_words import NotPlayedError

ROWS = [["m", 0, "5"], ["m", 900, "7"], {"meter": "n", "at": "1970-01-01T00:15:00Z", "value": "1"}, ["m", 900, "7"]]


def case_of(*steps: Any, expect: Any, **given: Any) -> dict[str, Any]:
    return {"id": "c", "given": given, "steps": [*steps], "expect": expect}


RIGHT: dict[str, dict[str, Any]] = {
    "a stream without steps is ingested": case_of(stream=ROWS, expect={"stored": 3, "total": {"m": "2", "n": 0}}),
    "backwards, twice, and a batch of its own": case_of(
        {"ingest": "stream reversed"},
        {"ingest": "messages twice", "expect": {"duplicates": 9, "conflicts": 0}},
        {"receive": [["m", "1970-01-01T00:30", "8"]], "expect": {"consumption": "3"}},
        messages=ROWS,
        expect={"value_at": {"900": "7", "n": {"900": "1"}}, "steps": ["2", "1"], "gaps": 0},
    ),
    "quarters where a step spans several": case_of(
        stream=[["m", 0, "0"], ["m", 1800, "3"]],
        expect={"by_interval": [[0, 900, "1.5"], [900, 1800, "1.5"]]},
    ),
    "another share, and a roll-over": case_of(
        readings=["99990", "99998", "4", "3"],
        rule="a drop of 30 percent or more is a reset; rolls over at 100000",
        expect={"cumulative": ["0", "8", "14", "13"]},
    ),
    "dips set aside": case_of(readings=["10", "9.5", "11"], rule="dips are quarantined", expect={"deltas": ["0", "1"]}),
    "readings with times": case_of(readings=[[1767225600, "1"], [1767232800, "2"]], expect={"gaps": 1, "total": 1}),
    "days in hours": case_of(
        zone="Europe/Paris", interval_s=3600, constant_kw="0.5", days=["2026-10-25"],
        expect={"day_totals": {"2026-10-25": "12.5"}, "hours": [25], "intervals": {"2026-10-25": 100}},
    ),
    "days that are only expected": case_of(
        tz="Europe/Paris", interval_min=15, power_kw=2,
        expect={"daily_kwh": {"2026-03-29": "46"}, "quarter_hours": {"2026-03-29": 92}},
    ),
    "reasons of a quarantine": case_of(now=1790000000, stream=[["m", 0, "1"]], expect={"quarantined": ["wrong-clock"]}),
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_other_spellings_are_read(name: str) -> None:
    assert is_about_meters(RIGHT[name])
    outcome = replay_meter(RIGHT[name])
    assert (outcome.differences, outcome.verdict) == ((), "right")


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ({"stored": 4}, "stored is 3, expected 4"),
        ({"value_at": {"900": "8"}}, "the value at 900 is 7, expected 8"),
        ({"by_interval": [[0, 900, "3"]]}, "the intervals is"),
        ({"days": {"1970-01-01": {"weight": 1}}}, "no field weight"),
        ({"moon": "full"}, '"moon" is an expectation that nothing here compares'),
    ],
)
def test_what_differs_is_told(expect: dict[str, Any], told: str) -> None:
    outcome = replay_meter(case_of({"ingest": "stream"}, stream=ROWS, expect=expect))
    assert outcome.verdict == "wrong"
    assert told in outcome.differences[0]


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({"ingest": "stream inside out"}, 'a stream "inside" is not known here'),
        ({"ingest": [["m", 900]]}, "is no message of a meter"),
        ({"send back": "stream"}, "no step of meters is called send back"),
    ],
)
def test_what_cannot_be_played_says_why(step: dict[str, Any], told: str) -> None:
    with pytest.raises(NotPlayedError, match=told):
        replay_meter(case_of(step, stream=ROWS, expect={}))
