"""The pages of the village's book: lists of events with their sums, each event told, remarks on it, files of it."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from tests.web.api.client import caller, given, raised, stranger
from tests.web.registry.somebody import browser, holder, person, text_of
from wikivillage.flows.actions import ACTIONS
from wikivillage.flows.wire import read_entry
from wikivillage.web.ledger import day_sums
from wikivillage.web.ledger.actions import LONGEST_NOTE, record
from wikivillage.web.ledger.event_filter import bounds, day_of, matching, page_of, read_filter, totals
from wikivillage.web.ledger.models import Event, Note
from wikivillage.web.ledger.sentences import TOLD, action_word, tell_event
from wikivillage.web.ledger.things import Things
from wikivillage.web.registry.actions import add_agent
from wikivillage.web.registry.village_of_request import village_here

AT = datetime(2026, 5, 9, 12, tzinfo=UTC)


def add(handle: str, kind: str = "organisation") -> str:
    """Somebody new, by a pseudonym that is the handle."""
    add_agent(handle=f"{handle}_handle", kind=kind, name=f"Name of {handle}", at=AT, pseudonym=handle)
    return handle


def write(*bodies: dict[str, Any]) -> None:
    """Record some entries."""
    record(entries=[read_entry(body) for body in bodies], at=AT)


def apples() -> None:
    """The farm gives the café some apples, and Alice gives some of hers."""
    for name, kind in (("farm", "organisation"), ("cafe", "organisation"), ("alice", "person")):
        add(name, kind)
    write(
        {**raised("farm_apples", "50", owner="farm"), "at": "2026-05-01T08:00:00Z"},
        {**raised("alice_apples", "9", owner="alice"), "at": "2026-05-01T09:00:00Z"},
        {**raised("cafe_apples", "1", owner="cafe"), "at": "2026-05-02T09:00:00Z"},
        {**given("g1", "10", "farm_apples", "cafe_apples", by="farm", to="cafe"), "at": "2026-05-02T10:00:00Z"},
        {**given("g2", "2.5", "alice_apples", "cafe_apples", by="alice", to="cafe"), "at": "2026-05-02T22:00:00Z"},
        {**given("g3", "4", "farm_apples", "cafe_apples", by="farm", to="cafe"), "at": "2026-05-03T10:00:00Z"},
        {
            **given("g3-less", "-1", "farm_apples", "cafe_apples", by="farm", to="cafe"),
            "at": "2026-05-03T10:00:00Z",
            "corrects": "g3",
        },
    )


def listed(client: Client, **asked: Any) -> str:
    """The text of the list of some events."""
    response = client.get(f"/ledger/events/?{urlencode(asked)}")
    assert response.status_code == 200
    return text_of(response)


def sum_of(page: str) -> str | None:
    """The large number above a list."""
    found = re.search(r'class="num">([^<]+)<small> ([^<]+)</small>', page)
    return f"{found[1]} {found[2]}" if found else None


@pytest.mark.usefixtures("ledger")
class TestEvents:
    """The list of events."""

    def test_says_the_sum_of_what_is_listed_before_and_after_the_days_are_added_up(self) -> None:
        apples()
        asked = {"action": "transfer", "to_resource": "cafe_apples", "first": "2026-05-02", "last": "2026-05-03"}
        before = listed(browser(), **asked)
        day_sums.rebuild(zone="Europe/Paris")
        write(
            {**given("g4", "0.125", "farm_apples", "cafe_apples", by="farm", to="cafe"), "at": "2026-05-03T11:00:00Z"}
        )
        after = listed(browser(), **asked)
        assert (sum_of(before), sum_of(after)) == ("15.5 kg", "15.6 kg")
        assert "4 events." in before

    def test_counts_the_end_of_a_day_to_that_day(self) -> None:
        """Midnight in Paris is 22:00 UTC: what ends then was of the second of May."""
        apples()
        assert "<b>Name of alice</b>" not in listed(browser(), day="2026-05-02")
        day_sums.rebuild(zone="Europe/Paris")
        for zone in ("Europe/Paris", "UTC"):  # by another clock than that of the sums, events are added up
            with timezone.override(zone):
                found = totals(read_filter({"day": "2026-05-02", "action": "transfer"})[0])
                assert [one.quantity for one in found] == [Decimal("12.5")]

    def test_shows_to_strangers_no_event_of_a_person(self) -> None:
        apples()
        asked = {"first": "2026-05-01", "last": "2026-05-03"}
        seen = {who: "2.5\u00a0kg" in listed(browser(agent), **asked) for who, agent in self.people().items()}
        assert seen == {"stranger": False, "member": False, "alice": True, "auditor": True, "steward": True}

    @staticmethod
    def people() -> dict[str, Any]:
        """Readers of each kind."""
        from wikivillage.web.registry.models import Agent

        roles = {word: holder(f"the_{word}", word) for word in ("member", "auditor", "steward")}
        return {"stranger": None, "alice": Agent.objects.get(pk="alice"), **roles}

    def test_of_a_person_are_asked_for_by_that_person_only(self) -> None:
        apples()
        address = "/ledger/events/?agent=alice&first=2026-05-01&last=2026-05-03"
        people = self.people()
        seen = {who: browser(agent).get(address).status_code for who, agent in people.items()}
        assert seen == {"stranger": 404, "member": 404, "alice": 200, "auditor": 200, "steward": 200}
        assert browser().get(address.replace("events/", "events.csv")).status_code == 404
        assert browser().get(address.replace("alice", "farm")).status_code == 200

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ({"day": "yesterday"}, "not-a-day"),
            ({"day": "2026-13-01"}, "not-a-day"),
            ({"first": "2026-05-03", "last": "2026-05-01"}, "wrong-order"),
            ({"action": "eat"}, "unknown-action"),
        ],
    )
    def test_tell_what_of_an_address_cannot_be(self, asked: dict[str, str], told: str) -> None:
        apples()
        _wanted, problems = read_filter(asked)
        assert [one.code for one in problems] == [told]
        assert "Part of the address was not understood." in listed(browser(), **asked)

    @pytest.mark.parametrize("nasty", ["\0", "' OR 1=1 --", "<script>alert(1)</script>", "é" * 500, "2026-05-01T00:00"])
    def test_stay_calm_whatever_an_address_says(self, nasty: str) -> None:
        apples()
        keys = ("day", "first", "action", "spec", "resource", "input_of", "place", "stock", "before", "process")
        for key in keys:
            page = listed(browser(), **{key: nasty})
            assert "<script>alert" not in page
        assert browser().get(f"/ledger/events/?{urlencode({'agent': nasty})}").status_code in (200, 404)

    def test_go_on_page_by_page_without_a_gap_or_a_double(self) -> None:
        add("farm")
        write(raised("heap", "1000", owner="farm"))
        at = "2026-05-04T10:00:00Z"
        lower = {"action": "lower", "provider": "farm", "receiver": "farm", "resource": "heap", "at": at}
        write(*({**lower, "id": f"low-{n}", "quantity": {"value": "1", "unit": "kg"}} for n in range(120)))
        rows = matching(read_filter({"day": "2026-05-04"})[0])
        seen, mark, pages = [], "", 0
        while pages == 0 or mark:
            shown, mark = page_of(rows, mark)
            seen += [row.id for row in shown]
            pages += 1
        assert pages == 3
        assert seen == [f"low-{n}" for n in reversed(range(120))]

    def test_ask_the_same_number_of_questions_for_few_and_for_many(self) -> None:
        apples()
        village_here()
        counts = []
        for size in (1, 40):
            amounts = (
                {**given(f"m{size}-{n}", "0.1", "farm_apples", "cafe_apples", by="farm", to="cafe")}
                for n in range(size)
            )
            write(*({**one, "at": "2026-05-05T10:00:00Z"} for one in amounts))
            with CaptureQueriesContext(connection) as asked:
                listed(browser(), day="2026-05-05")
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 20

    def test_as_a_file_open_in_a_french_spreadsheet(self) -> None:
        apples()
        address = "/ledger/events.csv?first=2026-05-01&last=2026-05-03"
        answer = browser(lang="fr").get(address)
        text = b"".join(answer.streaming_content).decode()
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
        assert text.startswith("\ufeff")
        assert rows[0][:4] == ["numéro", "jour", "heure", "action"]
        assert [row[5] for row in rows[1:]] == ["-1", "4", "10", "1", "50"]
        assert "alice" not in text


@pytest.mark.usefixtures("ledger")
class TestOneEvent:
    """The page of one event."""

    def test_is_told_with_its_seal_its_number_and_its_corrections(self) -> None:
        apples()
        first, later = (text_of(browser().get(f"/ledger/events/{id}/")) for id in ("g3", "g3-less"))
        row = Event.objects.select_related("record").get(id="g3")
        assert row.record.hash in first
        assert f"It is line {row.record_id} of the book." in first
        assert "This line was put right by a later one." in first
        assert "/ledger/events/g3-less/" in first
        assert "It puts right an earlier line" in later
        assert "from “Apples" not in first or "went from" in first

    @pytest.mark.parametrize("id", ["nothing", "../etc", "%00", "x" * 300])
    def test_that_is_not_there_is_not_found(self, id: str) -> None:
        assert browser().get(f"/ledger/events/{id}/").status_code == 404

    def test_of_a_person_is_shut_to_others(self) -> None:
        apples()
        people = TestEvents.people()
        for path in ("/ledger/events/g2/", "/ledger/trace/g2/?kind=event"):
            seen = {who: browser(agent).get(path).status_code for who, agent in people.items()}
            assert seen == {"stranger": 404, "member": 404, "alice": 200, "auditor": 200, "steward": 200}

    def test_asks_few_questions(self) -> None:
        apples()
        with CaptureQueriesContext(connection) as asked:
            browser().get("/ledger/events/g3/")
        assert len(asked) <= 14


@pytest.mark.usefixtures("ledger")
class TestRemarks:
    """A remark on an event."""

    def test_is_kept_changed_and_taken_away_by_who_may(self) -> None:
        apples()
        member = browser(holder("ada", "treasurer"))
        for text in ("Sweet ones.", "Sweet <script>alert(1)</script> ones.", "Sweet <script>alert(1)</script> ones."):
            answer = member.post("/ledger/events/g3/note/", {"text": text}, follow=True)
            assert answer.status_code == 200
        assert Note.objects.get().text == "Sweet <script>alert(1)</script> ones."
        page = text_of(browser().get("/ledger/events/g3/"))
        assert "Sweet &lt;script&gt;alert(1)&lt;/script&gt; ones." in page
        assert "<script" not in page
        member.post("/ledger/events/g3/note/", {"text": ""})
        assert not Note.objects.exists()

    def test_is_not_for_strangers_nor_on_what_one_may_not_see(self) -> None:
        apples()
        stranger = browser().post("/ledger/events/g3/note/", {"text": "x"})
        assert stranger.headers["Location"].startswith("/accounts/login/")
        for who, path in (
            (person("guest"), "g3"),
            (holder("ada", "member"), "g3"),
        ):
            assert browser(who).post(f"/ledger/events/{path}/note/", {"text": "x"}).status_code == 403
        for who, path in ((holder("ben", "steward"), "nothing"), (holder("eve", "treasurer"), "g2")):
            assert browser(who).post(f"/ledger/events/{path}/note/", {"text": "x"}).status_code == 404
        assert browser().get("/ledger/events/g3/note/").status_code == 405
        assert not Note.objects.exists()

    def test_that_is_too_long_or_not_keepable_comes_back_with_the_reason(self) -> None:
        apples()
        member = browser(holder("ada", "steward"))
        for text in ("long " * LONGEST_NOTE, "nul \0 inside"):
            answer = member.post("/ledger/events/g3/note/", {"text": text})
            assert answer.status_code == 422
            assert text[:10].strip("\0 ") in text_of(answer)
        assert not Note.objects.exists()


@pytest.mark.usefixtures("ledger")
def test_the_first_page_says_what_the_book_is_even_when_it_is_empty() -> None:
    empty = text_of(browser().get("/ledger/"))
    assert "Nothing is written yet." in empty
    apples()
    page = text_of(browser(lang="fr").get("/ledger/"))
    assert "Le grand livre du village" in page
    assert "alice" not in page


def test_the_lived_village_finds_every_number_again(lived_village: datetime) -> None:
    """Whatever a page links: a day, an action and one side; the sum is that of the events themselves."""
    day_sums.rebuild(zone="Europe/Paris")
    day = timezone.localtime(lived_village).date() - timedelta(days=2)
    with timezone.override("Europe/Paris"):
        begin, end = bounds(day, day)
        rows = list(Event.objects.filter(happened_at__gte=begin, happened_at__lt=end))
        assert len(rows) > 50
        for key in ("input_of", "output_of", "resource", "to_resource"):
            name = max((getattr(row, key) for row in rows if getattr(row, key)), key=str)
            wanted, _problems = read_filter({"day": f"{day}", key: name})
            by_hand = sum((row.quantity or 0 for row in rows if getattr(row, key) == name), Decimal(0))
            assert sum(one.quantity for one in totals(wanted)) == pytest.approx(by_hand, abs=Decimal("1e-6"))
            assert {row.id for row in matching(wanted)} == {row.id for row in rows if getattr(row, key) == name}
        assert {day_of(row.happened_at) for row in rows} == {day}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_every_action_is_told_in_a_sentence(action: str, lang: str) -> None:
    row = Event(
        id="e",
        action=action,
        provider_id="a",
        receiver_id="b",
        spec="apples",
        quantity=Decimal(3),
        unit="kg",
        happened_at=AT,
    )
    things = Things(resources={"apples": ("Pommes", "food")}, agents={"a": "Ada", "b": "Ben"})
    with translation.override(lang):
        told = [tell_event(row, things)]
        row.input_of = "kitchen"
        told.append(tell_event(row, things))
        assert action_word(action) == str(TOLD[action].word)
    for sentence in told:
        assert sentence.endswith(".")
        assert "%(" not in sentence
        assert "pommes" in sentence or action == "work"
        assert "3" in sentence or action == "cite"


def test_every_action_has_its_words_and_no_other_has() -> None:
    assert set(TOLD) == set(ACTIONS)
    assert action_word("dance") == "dance"


def test_the_period_of_a_list_is_about_a_month_unless_said(ledger: None) -> None:
    apples()
    wanted, problems = read_filter({})
    assert (wanted.first, wanted.last, problems) == (date(2026, 4, 3), date(2026, 5, 3), [])
    assert read_filter({"first": "2026-06-01"})[0].last == date(2026, 6, 1)


def of_a_day(id: str, begin: str, end: str) -> dict[str, Any]:
    """What a meter closes: an amount from a time to a time."""
    event = given(id, "1", "farm_apples", "cafe_apples", by="farm", to="cafe")
    return {**event, "begin": f"2026-05-{begin}:00:00Z", "end": f"2026-05-{end}:00:00Z"}


def test_what_ends_at_midnight_is_told_as_of_the_day_before(ledger: None) -> None:
    """Midnight in Paris is 22:00 UTC in May."""
    apples()
    write(of_a_day("day", "03T22", "04T22"), of_a_day("hour", "04T21", "04T22"), of_a_day("noon", "04T09", "04T10"))
    page = listed(browser(), day="2026-05-04")
    told = re.findall(r'events/(\w+)/">.*?soft-ink">([^<]+)<', page, re.DOTALL)
    assert told == [
        ("hour", "4 May 2026"),
        ("day", "4 May 2026"),
        ("noon", "4 May 2026, 12:00"),
    ]
    tops = {id: text_of(browser().get(f"/ledger/events/{id}/")).partition("<h1>")[0][-200:] for id in ("day", "hour")}
    assert "Mon 4 May 2026</a>, the whole day</p>" in tops["day"]
    assert "Mon 4 May 2026</a>, from 23:00 to 00:00</p>" in tops["hour"]


def test_programs_are_told_the_same_sums(ledger: None) -> None:
    apples()
    who = caller("reader", "read")
    answer = who.get("/sums?first=2026-05-02&last=2026-05-03&action=transfer&to_resource=cafe_apples")
    (one,) = answer.body["items"]
    assert (one["quantity"], one["unit"], one["spec"], one["events"]) == ("15.5", "kg", "apples", 4)
    assert who.get("/sums?day=now").codes == ["not-a-day"]
    assert who.get("/sums?agent=nobody").codes == ["unknown-agent"]
    assert stranger().get("/sums").status == 401
