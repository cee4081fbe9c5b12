"""The pages of the meters: how all of them do, each with its curve and its doubts, what an event rests on, files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.connectors.streams import M1, START
from tests.web.meters.rooms import close, ingest, meter
from tests.web.registry.somebody import browser, holder, text_of
from wikivillage.connectors.kinds import Reading
from wikivillage.web import urls as urls  # read before any clock is put, for the API remembers the true one
from wikivillage.web.ledger.models import Event
from wikivillage.web.meters.models import Meter, Quarantine
from wikivillage.web.meters.page_queries import STATES
from wikivillage.web.meters.state_words import MEANING, WORDS
from wikivillage.web.registry.actions import add_agent
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.village_of_request import village_here

NOON = START.replace(hour=11)
"""Noon in Paris, where it is winter."""


@contextmanager
def present(at: datetime) -> Iterator[None]:
    """It is this moment."""
    with patch.object(timezone, "now", lambda: at):
        yield


def count(id: str, values: list[str | None], *, begin: datetime = NOON, hours: int = 1) -> datetime:
    """A meter shows these values, hour by hour; None is no reading. When the last of them was."""
    times = [begin + timedelta(hours=hours * number) for number in range(len(values))]
    ingest(
        [
            Reading(id, M1.name, at, Decimal(value), "test", at)
            for at, value in zip(times, values, strict=True)
            if value
        ],
        at=times[-1],
    )
    return times[-1]


def hourly(id: str, **more: Any) -> None:
    """A meter that is read every hour."""
    meter(id, grid="hour", interval_minutes=60, **more)


def page_of(path: str, at: datetime, agent: Agent | None = None, lang: str = "en") -> str:
    """The text of a page at a moment."""
    with present(at):
        answer = browser(agent, lang=lang).get(path)
    assert answer.status_code == 200, path
    return text_of(answer)


def owned(id: str, kind: str) -> Agent:
    """A meter that belongs to somebody of a kind."""
    agent = add_agent(handle=f"of_{id}", kind=kind, name=f"Owner of {id}", at=START)
    hourly(id)
    Meter.objects.filter(pk=id).update(agent=agent)
    return agent


@pytest.mark.usefixtures("ledger")
class TestAllMeters:
    """The list."""

    def test_without_any_says_how_to_begin(self) -> None:
        assert "No meter is described yet." in page_of("/meters/", NOON)

    def test_finds_the_silent_one_and_leads_to_it(self) -> None:
        for id in ("m1", "quiet", "never"):
            hourly(id)
        last = count("m1", ["0", "1", "2", "3", "4", "5"])
        count("quiet", ["0", "1"])
        close(at=last)
        page = page_of("/meters/", last)
        assert "1 meter of 3 answers." not in page
        assert "1 meters of 3 answer." in page
        looked = page.partition("To be looked at")[2].partition("</section>")[0]
        assert 'href="/meters/quiet/"' in looked
        assert 'href="/meters/never/"' in looked
        assert 'href="/meters/m1/"' not in looked
        assert looked.index("quiet") < looked.index("never")

    def test_is_searched_and_chosen_from(self) -> None:
        hourly("m1")
        hourly("other")
        Meter.objects.filter(pk="other").update(name="Roof <b>sun</b>", place="roof")
        last = count("m1", ["0", "1"])
        for query, found in (
            ("?q=SUN", {"other"}),
            ("?q=zzz", set()),
            ("?place=roof", {"other"}),
            ("?state=unread", {"other"}),
            ("?state=well", {"m1"}),
            ("?loop=food", set()),
            ("?by=place", {"m1", "other"}),
            ("?q=%00&state=%3Cscript%3E", set()),
        ):
            listed = page_of(f"/meters/{query}", last).partition('id="list"')[2]
            assert {id for id in ("m1", "other") if f'href="/meters/{id}/"' in listed} == found, query
            assert "<b>sun</b>" not in listed

    def test_hides_the_meters_of_persons_and_households(self) -> None:
        people = {kind: owned(f"of-{kind}", kind) for kind in ("person", "household", "organisation")}
        readers = {"stranger": None, "owner": people["person"], "steward": holder("sue", "steward")}
        seen = {
            who: {kind for kind in people if f"/meters/of-{kind}/" in page_of("/meters/", NOON, agent)}
            for who, agent in readers.items()
        }
        assert seen == {
            "stranger": {"organisation"},
            "owner": {"organisation", "person"},
            "steward": {"person", "household", "organisation"},
        }
        for path in ("", "readings.csv", "sums.csv"):
            answers = [browser(agent).get(f"/meters/of-person/{path}").status_code for agent in readers.values()]
            assert answers == [404, 200, 200], path

    def test_asks_the_same_number_of_questions_for_few_and_many(self) -> None:
        village_here()
        counts = []
        for size in (1, 15):
            for number in range(size):
                hourly(f"m-{size}-{number}")
                count(f"m-{size}-{number}", ["0", "1", "2"])
            with CaptureQueriesContext(connection) as asked:
                page_of("/meters/", NOON)
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 12

    def test_never_looks_through_the_readings(self) -> None:
        hourly("m1")
        last = count("m1", [str(n) for n in range(30)])
        close(at=last)
        with CaptureQueriesContext(connection) as asked:
            page_of("/meters/", last)
            page_of("/meters/m1/?span=year", last)
        reading = [one["sql"] for one in asked if "meters_reading" in one["sql"]]
        assert len(reading) == 1
        assert "LIMIT 11" in reading[0]

    def test_as_a_file_has_a_line_for_each_register(self) -> None:
        hourly("m1")
        last = count("m1", ["0", "1"])
        with present(last):
            text = b"".join(browser(lang="fr").get("/meters/meters.csv").streaming_content).decode()
        head, line = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
        assert head[:2] == ["compteur", "registre"]
        assert line[:2] == ["m1", M1.name]
        assert line[4] == "répond"


def test_every_state_has_its_words() -> None:
    assert set(WORDS) == set(MEANING) == set(STATES)


@pytest.mark.usefixtures("ledger")
class TestOneMeter:
    """The page of one meter."""

    @pytest.mark.parametrize("id", ["nothing", "%00", "a%20b", "é" * 90])
    def test_that_is_not_there_is_not_found(self, id: str) -> None:
        assert browser().get(f"/meters/{id}/").status_code == 404
        hourly("m1")
        assert browser().get("/meters/m1/?register=nothing").status_code == 404

    def test_shows_what_flowed_in_each_hour_and_leads_to_its_event(self) -> None:
        hourly("m1")
        last = count("m1", ["0", "1", "3", "3.5"])
        close(at=last)
        page = page_of("/meters/m1/", last)
        assert "<h3>3.5\u00a0kWh" in page
        assert "most of it at 13:00, 2\u00a0kWh" in page
        event = Event.objects.get(quantity=2)
        assert f'<a class="src" href="/ledger/events/{event.id}/">2.00</a>' in page
        assert "All of the time above was measured." in page

    @pytest.mark.parametrize("span", ["day", "week", "month", "year", "century"])
    def test_shows_every_stretch_and_the_ones_around_it(self, span: str) -> None:
        hourly("m1")
        last = count("m1", ["0", "1", "3"], hours=24)
        close(at=last)
        page = page_of(f"/meters/m1/?span={span}&at={last:%Y-%m-%d}", last)
        assert "<svg" in page
        assert 'rel="prev"' in page
        assert 'rel="next"' not in page
        assert 'rel="next"' in page_of(f"/meters/m1/?span={span}&at=1999-01-01", last)

    @pytest.mark.parametrize("at", ["", "x", "0001-01-01", "9999-12-31", "2026-02-30"])
    def test_stays_calm_whatever_day_is_asked_for(self, at: str) -> None:
        hourly("m1")
        count("m1", ["0", "1"])
        for span in ("day", "week", "month", "year"):
            page_of(f"/meters/m1/?span={span}&at={at}&before={at}", NOON)

    def test_names_what_is_estimated_and_what_is_missing(self) -> None:
        hourly("m1")
        last = count("m1", ["0", "1", None, None, None, None, "7", "8"])
        close(at=last)
        page = page_of("/meters/m1/", last)
        assert '<span class="state">estimated</span><div>' in page
        assert "13:00 to " in page
        silent = page_of("/meters/m1/", last + timedelta(hours=4))
        assert "Nothing has come from it since" in silent
        assert '<span class="state">no reading</span>' in silent

    def test_tells_conflicts_corrections_and_what_was_set_aside(self) -> None:
        hourly("m1", largest_step_per_hour=Decimal(5))
        last = count("m1", ["0", "1", None, "3"])
        close(at=last)
        count("m1", ["1.5", "1.5"], begin=NOON + timedelta(hours=1))
        count("m1", ["999"], begin=last + timedelta(hours=1))
        close(at=last)
        page = page_of("/meters/m1/", last)
        for part in (
            "For these times two values came",
            "Late readings changed these hours or days",
            "impossible jump",
            "It would be more than can flow in that time.",
        ):
            assert part in page, part
        assert "Decide" not in page
        assert "Decide" in page_of("/meters/m1/", last, holder("sue", "steward"))

    def test_goes_through_its_readings_page_by_page(self) -> None:
        hourly("m1")
        last = count("m1", [str(n) for n in range(1, 81)])
        seen, path = "", "/meters/m1/"
        for _number in range(4):
            page = page_of(path, last)
            table = page.partition('id="readings"')[2]
            seen += table.partition("</table>")[0]
            more = table.partition('rel="next" href="')[2].partition("#")[0].replace("&amp;", "&")
            if not more:
                break
            path = f"/meters/m1/{more}"
        assert [seen.count(f'<td class="r">{n}</td>') for n in range(1, 81)] == [1] * 80

    def test_of_a_gauge_shows_the_level(self) -> None:
        meter("m1", None, "hour", kind=replace(M1, kind="gauge"), interval_minutes=60)
        last = count("m1", ["3", "2", "5", "4"])
        page = page_of("/meters/m1/", last)
        assert "The level over this time" in page
        assert "Nothing strange is known of it." in page

    def test_that_was_taken_away_says_so(self) -> None:
        hourly("m1")
        Meter.objects.update(retired_at=NOON)
        assert "It was taken away on" in page_of("/meters/m1/", NOON)
        assert "No meter is described yet." in page_of("/meters/", NOON)

    def test_asks_few_questions(self) -> None:
        hourly("m1")
        last = count("m1", [str(n) for n in range(40)])
        close(at=last)
        for span in ("day", "year"):
            with CaptureQueriesContext(connection) as asked:
                page_of(f"/meters/m1/?span={span}", last)
            assert len(asked) <= 18

    def test_has_files_of_its_readings_and_sums(self) -> None:
        hourly("m1")
        last = count("m1", ["0", "1", "3"])
        close(at=last)
        client = browser()
        for path, lines in (
            ("readings.csv", 3),
            ("readings.csv?first=2000-01-01&last=2000-02-01", 0),
            ("sums.csv?grid=hour", 2),
            ("sums.csv?grid=xx&first=zz", 1),
        ):
            text = b"".join(client.get(f"/meters/m1/{path}").streaming_content).decode()
            assert text.startswith("\ufeff")
            assert text.count("\r\n") == lines + 1, path


@pytest.mark.usefixtures("ledger")
class TestEvidence:
    """What an event rests on."""

    def test_is_told_with_the_readings_and_the_rule(self) -> None:
        hourly("m1")
        last = count("m1", ["0", "1", "3"])
        close(at=last)
        event = Event.objects.get(quantity=2)
        page = page_of(f"/meters/evidence/{event.id}/", last)
        assert "2\u00a0kWh, read from the meter “m1”." in page
        assert "The difference of two readings." in page
        assert '<td class="r">1</td>' in page
        assert f"/meters/evidence/{event.id}/" in page_of(f"/ledger/events/{event.id}/", last)

    def test_of_a_persons_meter_is_theirs(self) -> None:
        agent = owned("m1", "person")
        last = count("m1", ["0", "1", "3"])
        close(at=last)
        path = f"/meters/evidence/{Event.objects.get(quantity=2).id}/"
        assert [browser(one).get(path).status_code for one in (None, agent)] == [404, 200]

    @pytest.mark.parametrize("event", ["nothing", "x" * 500, "é"])
    def test_is_not_there_where_somebody_wrote_by_hand(self, event: str) -> None:
        answer = browser().get(f"/meters/evidence/{event}/")
        assert answer.status_code == 404
        assert "No meter stands behind this." in text_of(answer)


def test_the_lived_village_shows_its_bad_days(lived_village: datetime) -> None:
    page = page_of("/meters/", lived_village, lang="fr")
    assert "répondent" in page
    looked = page.partition("À regarder")[2].partition("</section>")[0]
    assert 'href="/meters/power-studios/"' in looked
    assert "Rien n’en est venu depuis" in page_of("/meters/power-studios/", lived_village, lang="fr")
    assert Quarantine.objects.filter(resolved_at=None).exists()
