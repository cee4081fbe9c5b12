"""The front page: with a lived village and a plan, with nothing at all, and with whatever is asked for wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.web.pulse.planned import store_week
from tests.web.remembered import forget_all
from wikivillage.web.ledger.day_sums import bring_up_to_date
from wikivillage.web.ledger.models import DaySum
from wikivillage.web.meters.models import Meter
from wikivillage.web.pulse.views import BEEN_HERE
from wikivillage.web.registry.models import Identity
from wikivillage.web.registry.words import HOUSEHOLD, PERSON

PARIS = "Europe/Paris"
COLD, WARM = 24, 0
"""Questions to the database, when the page is made and when it is kept."""
Planned = tuple[dict[str, Any], pd.DataFrame]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """What one test keeps is not for the next."""
    forget_all()
    yield
    forget_all()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch, lived_village: datetime) -> datetime:
    """The village that has lived, in its present, with its days added up."""
    monkeypatch.setattr(timezone, "now", lambda: lived_village)
    bring_up_to_date(zone=PARIS, limit=10**9)
    return lived_village


def page(address: str = "/", lang: str = "en", **cookies: str) -> str:
    """The text of a page that is there."""
    client = Client()
    for name, value in cookies.items():
        client.cookies[name] = value
    answer = client.get(address, HTTP_ACCEPT_LANGUAGE=lang)
    assert answer.status_code == 200
    return str(answer.content.decode())


def part(html: str, heading: str) -> str:
    """The section under a heading."""
    sections = re.findall(r"<section.*?</section>", html, re.DOTALL)
    return next(section for section in sections if f'aria-labelledby="{heading}"' in section)


def test_the_village_in_its_own_words(now: datetime, planned_week: Planned) -> None:
    plan = store_week(planned_week, now)
    html = page()
    assert re.search(r'There is <span class="u energy">sun until \d\d:00</span>', html), "a Thursday afternoon"
    assert f'href="/plans/{plan.pk}/"' in part(html, "ahead")
    assert "synthetic weather, not a forecast" in part(html, "ahead")
    assert 'class="grade c"' in part(html, "ahead")
    loops = part(html, "loops")
    assert [loop for loop in ("energy", "water", "matter", "food", "people") if f'class="m {loop}"' in loops] == [
        "energy",
        "water",
        "matter",
        "food",
        "people",
    ]
    assert "Yesterday, five loops" in loops
    assert "Where does this number come from?" in loops
    assert part(html, "flows").count("<figure") == 4
    assert "/ledger/events/?resource=grid&amp;spec=electricity&amp;first=2026-11-11&amp;last=2026-11-11" in html
    assert re.search(r"\d+ meters of \d+ answer", part(html, "meters"))
    assert 'href="/meters/power-studios/"' in part(html, "meters"), "it is silent"
    assert "power-homes" not in html, "the meter of a household is not for everybody"


def test_in_french_nothing_is_left_in_english(now: datetime, planned_week: Planned) -> None:
    store_week(planned_week, now)
    html = page(lang="fr")
    assert "Il y a <span" in html
    assert "Hier, cinq boucles" in html
    assert not re.search(r">[^<]*\b(the|of|is|and)\b[^<]*<", re.sub(r"(?s)<head.*?</head>", "", html))


def test_a_first_visit_is_told_what_this_place_is_until_it_says_got_it(now: datetime) -> None:
    client = Client()
    first = client.get("/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "what this place is" in first
    assert 'href="/village/about/"' in first
    answer = client.get("/got-it/")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    cookie = answer.cookies[BEEN_HERE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "Read more about this place" not in client.get("/", HTTP_ACCEPT_LANGUAGE="en").content.decode()


@pytest.mark.parametrize(
    ("address", "days"),
    [
        ("/?period=week", "5 November 2026 to 11 November 2026"),
        ("/?period=year", "12 November 2025 to 11 November 2026"),
        ("/?day=2026-11-09", "Monday 9 November 2026"),
        ("/?period=week&day=2026-11-09", "3 November 2026 to 9 November 2026"),
    ],
)
def test_other_days_are_a_link_away(now: datetime, address: str, days: str) -> None:
    html = page(address)
    assert days in part(html, "loops")
    assert part(html, "flows").count("<figure") == 4


def test_a_chosen_day_stays_when_the_period_is_changed(now: datetime) -> None:
    assert 'href="?period=week&amp;day=2026-11-09#period"' in page("/?day=2026-11-09")
    assert 'href="?period=week#period"' in page("/")


def test_a_day_without_facts_says_from_when_there_are_some(now: datetime) -> None:
    flows = part(page("/?day=2025-02-01"), "flows")
    assert "There are facts from" in flows
    assert "<figure" not in flows


@pytest.mark.parametrize("address", ["/?period=month", "/?day=tomorrow", "/?day=2026-11-13", "/?day=0001-01-01"])
def test_what_is_no_period_and_no_day_is_not_there(now: datetime, address: str) -> None:
    assert Client().get(address).status_code == 404
    assert Client().get(address.replace("/?", "/flows.csv?")).status_code == 404


def test_without_a_plan_it_says_when_one_comes(now: datetime) -> None:
    html = page()
    assert "No plan has been made yet" in part(html, "ahead")
    assert "<figure" not in part(html, "ahead")
    assert "In store now" in part(html, "ahead")


def test_an_empty_village_says_why_and_what_comes(ledger: None) -> None:
    html = page()
    assert "There is no village here yet." in html
    assert "A steward loads the file" in html
    assert "Rien n’a" not in html
    assert "Il n’y a pas encore de village ici." in page(lang="fr")


def test_a_village_without_any_fact_says_so_in_each_part(now: datetime) -> None:
    DaySum.objects.all().delete()
    Meter.objects.update(retired_at=now)
    html = page()
    assert part(html, "loops").count("nothing known") >= 4
    assert "Nothing was recorded yet." in part(html, "flows")
    assert "No meter is known yet." in part(html, "meters")


def test_few_questions_when_it_is_made_and_none_when_it_is_kept(now: datetime, planned_week: Planned) -> None:
    store_week(planned_week, now)
    page()
    forget_all()
    with CaptureQueriesContext(connection) as cold:
        page()
    with CaptureQueriesContext(connection) as warm:
        page()
    assert len(cold) <= COLD, [query["sql"][:200] for query in cold]
    assert len(warm) <= WARM


def test_what_is_kept_is_a_minute_old_at_most_and_says_so(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "As of 16:20." in page()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(seconds=59))
    assert "As of 16:20." in page()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(seconds=61))
    assert "As of 16:21." in page()


def test_the_flows_as_a_file(now: datetime) -> None:
    answer = Client().get("/flows.csv?day=2026-11-09", HTTP_ACCEPT_LANGUAGE="fr")
    assert answer["Content-Disposition"] == 'attachment; filename="flows-2026-11-09-2026-11-09.csv"'
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0].startswith("\ufeffpremier jour;dernier jour;flux;chose;ressource;quantité;unité;")
    bought = next(line for line in lines if ";Réseau électrique;" in line and ";acheté;" in line)
    assert re.match(
        r"2026-11-09;2026-11-09;acheté;Réseau électrique;Électricité;\d+,\d+;kWh;\d+;http://testserver/ledger/", bought
    )
    assert len(lines) > 50


def test_no_name_of_a_person_is_on_the_page(now: datetime) -> None:
    private = Identity.objects.filter(agent__listed=False, agent__kind__in=(PERSON, HOUSEHOLD)).values_list(
        "name", "handle", "agent_id"
    )
    html = page() + page("/?period=week", "fr")
    assert len(private) > 20
    for name, handle, pseudonym in private:
        for word in (name, handle, pseudonym):
            assert not re.search(rf"\b{re.escape(word)}\b", html), word


def test_nothing_is_loaded_from_elsewhere_and_no_style_is_in_the_page(now: datetime, planned_week: Planned) -> None:
    store_week(planned_week, now)
    html = page()
    assert "style=" not in html
    assert "<script" not in html
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)
    assert len(re.sub(r"(?s)<svg.*?</svg>", "", html).encode()) <= 200_000


def test_before_and_after_midnight_it_is_another_yesterday(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    late = datetime(2026, 11, 12, 22, 59, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert "Wednesday 11 November 2026" in part(page(), "loops")
    monkeypatch.setattr(timezone, "now", lambda: late + timedelta(minutes=2))
    assert "Thursday 12 November 2026" in part(page(), "loops")
