"""Everything about oneself, in one tree and in tables, through the page and through the API; and nothing of others."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.accounts.people import account, sign_up
from wikivillage.flows.kinds import Commitment, Event, Measure
from wikivillage.web.accounts.export import as_csv, as_json, zipped
from wikivillage.web.ledger.actions import record, set_note
from wikivillage.web.meters.models import Batch, Meter, Reading, Register
from wikivillage.web.notices.actions import queue_letter
from wikivillage.web.registry.actions import issue_token
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.role_actions import give_role

AT = datetime(2026, 4, 16, 9, tzinfo=UTC)
ZOE, ALI = "zoe@example.org", "ali@example.org"
HOUR = Measure(Decimal(1), "h")


def agent_of(email: str) -> Agent:
    """Somebody's agent."""
    agent = account(email).agent
    assert agent is not None
    return agent


def live(zoe: Agent, ali: Agent) -> None:
    """A little of everything."""
    give_role(agent=zoe, word="member", at=AT)
    events = [
        Event("mine", "work", zoe.pk, ali.pk, spec="work", effort=HOUR, at=AT),
        Event("his", "work", ali.pk, ali.pk, spec="work", effort=HOUR, at=AT),
    ]
    record(entries=events, at=AT, by=zoe.pk)
    set_note(entry="mine", text="was; fun", at=AT, by=zoe.pk)
    record(entries=[Commitment("soup", "work", ali.pk, zoe.pk, spec="work", effort=HOUR)], at=AT)
    meter = Meter.objects.create(id="my-own", name="Mine", agent=zoe, created_at=AT)
    register = Register.objects.create(
        meter=meter, name="use", resource="electricity", unit="kWh", kind="counter", reset_share=Decimal("0.5"),
        dip="refuse", interval_minutes=60, gap_after=2, decimals=3, timezone="Europe/Paris", installed=AT, grid="day",
    )  # fmt: skip
    batch = Batch.objects.create(at=AT, source="test", new=1, duplicate=0, conflicting=0, quarantined=0)
    Reading.objects.create(register=register, at=AT, value=Decimal("1.25"), received_at=AT, source="test", batch=batch)
    queue_letter(to=ZOE, subject="News", text="Soup on Friday.", kind="news", agent=zoe.pk, at=AT)


@pytest.fixture
def zoe() -> Client:
    """Zoé, who has lived here a little, beside Ali."""
    client = sign_up(ZOE, "Zoé")
    sign_up(ALI, "Ali")
    live(agent_of(ZOE), agent_of(ALI))
    return client


@pytest.mark.usefixtures("ledger")
def test_everything_of_mine_is_in_it_and_nothing_of_others(zoe: Client) -> None:
    answer = zoe.get("/me/export.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    tree: dict[str, Any] = json.loads(answer.content)
    assert tree["person"]["name"] == "Zoé"
    assert tree["account"]["emails"] == [ZOE]
    assert [one["browser"] for one in tree["account"]["sign_ins"]] == [""]
    assert [event["id"] for event in tree["events"]] == ["mine"]
    assert [promise["id"] for promise in tree["promises"]] == ["soup"]
    assert [note["text"] for note in tree["notes"]] == ["was; fun"]
    assert [role["word"] for role in tree["roles"]] == ["member"]
    assert [(one["meter"], one["value"]) for one in tree["readings"]] == [("my-own", "1.25")]
    assert {"News", "Soup on Friday."} < {text for letter in tree["letters"] for text in letter.values()}
    assert ALI not in answer.content.decode()


@pytest.mark.usefixtures("ledger")
def test_a_name_of_somebody_else_is_told_to_members_only(zoe: Client) -> None:
    assert "Ali" in zoe.get("/me/export.json").content.decode()
    give_role_away = agent_of(ZOE).roles.get()
    give_role_away.until = AT
    give_role_away.save()
    assert "Ali" not in zoe.get("/me/export.json").content.decode()


@pytest.mark.usefixtures("ledger")
def test_no_secret_is_in_it(zoe: Client) -> None:
    secret = issue_token(agent=agent_of(ZOE), scopes=["read"], label="phone", at=AT)[1]
    whole = zoe.get("/me/export.json").content.decode()
    assert "phone" in whole
    assert secret not in whole
    assert "Your code is" in newest_letter_with_code()
    assert "Your code is" not in whole
    assert account(ZOE).password not in whole
    assert zoe.session.session_key not in whole


def newest_letter_with_code() -> str:
    """The words of a letter that opens a door."""
    from wikivillage.web.notices.models import Letter

    return Letter.objects.filter(to=ZOE, kind="email_confirmation_signup").latest("made_at").text


@pytest.mark.usefixtures("ledger")
def test_the_tables_open_in_a_french_spreadsheet(zoe: Client) -> None:
    archive = zipfile.ZipFile(io.BytesIO(zoe.get("/me/export.zip").content))
    assert {"everything.json", "person.csv", "account.csv", "events.csv", "readings.csv", "letters.csv"} <= set(
        archive.namelist()
    )
    raw = archive.read("notes.csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert [row["text"] for row in rows] == ["was; fun"]
    assert json.loads(archive.read("everything.json"))["person"]["name"] == "Zoé"


@pytest.mark.usefixtures("ledger")
def test_the_api_gives_the_same_to_ones_own_token(zoe: Client) -> None:
    secret = issue_token(agent=agent_of(ZOE), scopes=["read"], at=AT)[1]
    answer = Client().get("/api/me", headers={"authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    mine, page = json.loads(answer.content), json.loads(zoe.get("/me/export.json").content)
    for part in ("person", "events", "promises", "notes", "readings", "letters", "roles"):
        assert mine[part] == page[part], part


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("scope", ["write", "readings", "commit"])
def test_a_token_for_something_else_does_not_open_it(zoe: Client, scope: str) -> None:
    secret = issue_token(agent=agent_of(ZOE), scopes=[scope], at=AT)[1]
    assert Client().get("/api/me", headers={"authorization": f"Bearer {secret}"}).status_code == 403
    assert Client().get("/api/me").status_code == 401
    assert Client().get("/api/me", headers={"authorization": "Bearer wv_nonsense"}).status_code == 401


def test_what_looks_like_a_formula_is_text() -> None:
    table = as_csv([{"name": "=HYPERLINK(1)", "amount": "-3.5", "note": "@x", "more": None}])
    assert "'=HYPERLINK(1)" in table
    assert ";-3.5;'@x;" in table


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.text(max_size=20), min_size=1), max_size=5))
def test_every_text_survives_the_table(rows: list[dict[str, str]]) -> None:
    kept = list(csv.DictReader(io.StringIO(as_csv(rows).removeprefix("\ufeff"), newline=""), delimiter=";"))
    for row, read in zip(rows, kept, strict=True):
        assert all(read[key] in (value, f"'{value}") for key, value in row.items())


def test_an_empty_tree_is_an_archive_too() -> None:
    assert zipfile.ZipFile(io.BytesIO(zipped({"events": [], "person": {"name": "é"}}))).namelist() == [
        "everything.json",
        "person.csv",
    ]
    assert "é" in as_json({"name": "é"})
