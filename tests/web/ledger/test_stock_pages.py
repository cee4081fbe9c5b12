"""The pages of what is there, of what was promised, of processes, and of the way of a thing through all of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.api.client import given, raised
from tests.web.ledger.test_book_pages import add, apples, write
from tests.web.registry.somebody import browser, holder, text_of
from wikivillage.base.problems import ProblemError
from wikivillage.flows.trace import trace, track
from wikivillage.web.ledger import day_sums
from wikivillage.web.ledger.history import LedgerHistory
from wikivillage.web.ledger.read_ahead import NARROW
from wikivillage.web.ledger.story import tell_story
from wikivillage.web.registry.models import Agent
from wikivillage.web.registry.village_of_request import village_here

pytestmark = pytest.mark.usefixtures("ledger")


def process(id: str) -> dict[str, Any]:
    """A process begins."""
    return {"kind": "process", "id": id, "name": f"The {id}"}


def eat(id: str, amount: str, at: str, **more: Any) -> dict[str, Any]:
    """The kitchen consumes apples of the café."""
    quantity = {"value": amount, "unit": "kg"}
    party = {"provider": "cafe", "receiver": "cafe", "resource": "cafe_apples", "inputOf": "kitchen"}
    return {"id": id, "action": "consume", "quantity": quantity, "at": at, **party, **more}


def kitchen() -> None:
    """Apples become a pie."""
    apples()
    pie = {"id": "pie", "unit": "kg", "spec": "pies"}
    write(
        process("kitchen"),
        eat("eaten", "3", "2026-05-03T12:00:00Z"),
        {
            "id": "baked",
            "action": "produce",
            "provider": "cafe",
            "receiver": "cafe",
            "outputOf": "kitchen",
            "newResource": pie,
            "quantity": {"value": "2", "unit": "kg"},
            "at": "2026-05-03T13:00:00Z",
        },
    )


def promise(id: str, **more: Any) -> dict[str, Any]:
    """The farm promises the café some apples."""
    quantity = {"value": "5", "unit": "kg"}
    said = {"action": "transfer", "provider": "farm", "receiver": "cafe", "resource": "farm_apples"}
    return {"kind": "commitment", "id": id, **said, "quantity": quantity, "due": "2026-06-01T10:00:00Z", **more}


def test_a_stock_tells_what_is_there_whose_it_is_and_what_changed_it() -> None:
    apples()
    write(promise("p1", reserves=True))
    page = text_of(browser().get("/ledger/stocks/farm_apples/"))
    for part in (
        "<small> kg</small>",
        "It belongs to: Name of farm",
        "5\u00a0kg of it are promised",
        "32\u00a0kg are free",
    ):
        assert part in page
    assert 'href="/ledger/events/g3/"' in page
    assert 'href="/ledger/promises/p1/"' in page


def test_what_a_person_owns_is_shown_to_them_and_the_stewards_only() -> None:
    apples()
    people = {"stranger": None, "alice": Agent.objects.get(pk="alice"), "steward": holder("sue", "steward")}
    seen = {who: browser(one).get("/ledger/stocks/alice_apples/").status_code for who, one in people.items()}
    assert seen == {"stranger": 404, "alice": 200, "steward": 200}
    for path in ("/ledger/stocks/", "/ledger/", "/ledger/stocks.csv"):
        answers = {who: browser(one).get(path) for who, one in people.items()}
        texts = {who: b"".join(one).decode() for who, one in answers.items()}
        assert {who: "alice_apples" in text for who, text in texts.items()} == {
            "stranger": False,
            "alice": True,
            "steward": True,
        }


def test_in_a_stock_of_many_the_line_of_a_person_is_not_told() -> None:
    apples()
    seen = text_of(browser().get("/ledger/stocks/cafe_apples/"))
    assert "something of a person or a household" in seen
    assert "/ledger/events/g2/" not in seen
    assert "/ledger/events/g2/" in text_of(browser(holder("sue", "steward")).get("/ledger/stocks/cafe_apples/"))


@pytest.mark.parametrize("path", ["stocks/no", "promises/no", "processes/no", "trace/no", "stocks/a/b/c", "trace/%00"])
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert browser().get(f"/ledger/{path}/").status_code == 404


def test_stocks_are_found_by_a_part_of_their_name() -> None:
    apples()
    page = text_of(browser().get("/ledger/stocks/?q=CAFE"))
    assert "1 stock<" in page
    assert "farm_apples" not in page
    assert "Nothing is called so." in text_of(browser().get("/ledger/stocks/?q=%00zz<script>"))


def test_a_promise_tells_how_far_it_is_kept_and_by_what() -> None:
    apples()
    write(promise("p1"), {**given("g5", "2", "farm_apples", "cafe_apples", by="farm", to="cafe"), "fulfills": ["p1"]})
    page = text_of(browser().get("/ledger/promises/p1/"))
    assert "Kept so far: 2\u00a0kg of 5\u00a0kg." in page
    assert "Kept in part." in page
    assert 'href="/ledger/events/g5/"' in page
    assert "Name of farm promised Name of cafe" in text_of(browser().get("/ledger/promises/"))


def test_a_promise_of_a_person_is_theirs_to_see() -> None:
    apples()
    write(promise("p1", provider="alice", resource="alice_apples"))
    people = {"stranger": None, "alice": Agent.objects.get(pk="alice"), "member": holder("mo", "member")}
    seen = {who: browser(one).get("/ledger/promises/p1/").status_code for who, one in people.items()}
    assert seen == {"stranger": 404, "alice": 200, "member": 404}
    listed = text_of(browser().get("/ledger/promises/"))
    assert "p1" not in listed
    assert "None that you can see." in listed


def test_promises_that_are_over_have_a_list_of_their_own() -> None:
    apples()
    write(promise("p1"), {"kind": "ending", "id": "end", "promise": "p1", "how": "cancelled"})
    assert "p1" not in text_of(browser().get("/ledger/promises/"))
    assert "cancelled" in text_of(browser().get("/ledger/promises/?state=ended"))


def test_a_process_tells_what_went_in_and_what_came_out() -> None:
    kitchen()
    page = text_of(browser().get("/ledger/processes/kitchen/"))
    for part in ("The kitchen", "3\u00a0kg", "2\u00a0kg", "input_of=kitchen", "output_of=kitchen"):
        assert part in page


def test_the_story_of_a_narrow_thing_is_that_of_the_strict_rule() -> None:
    kitchen()
    for start, kind in (("pie", "resource"), ("kitchen", "process"), ("g1", "event"), ("farm_apples", "resource")):
        story = tell_story(start, kind, back=500, ahead=500)  # type: ignore[arg-type]
        for told, walk in ((story.before, trace), (story.after, track)):
            steps = walk(start, LedgerHistory(), "strict", kind).steps  # type: ignore[arg-type]
            assert {stop.event.id for stop in told} == {step.id for step in steps if step.kind == "event"}
            times = [stop.event.happened_at for stop in told]
            assert times == sorted(times)
    assert story.folds == ()


def test_the_thread_of_a_pie_leads_back_to_the_farm_and_hides_what_alice_gave() -> None:
    kitchen()
    seen = text_of(browser().get("/ledger/trace/pie/?kind=stock"))
    for id in ("raise-farm_apples", "g1", "eaten", "baked"):
        assert f'href="/ledger/events/{id}/"' in seen
    assert "Something of a person or a household" in seen
    assert 'href="/ledger/events/g2/"' not in seen
    assert 'href="/ledger/events/g2/"' in text_of(browser(holder("sue", "steward")).get("/ledger/trace/pie/"))


def wide() -> None:
    """The café eats apples in more portions than a page can tell, and bakes on one of the days."""
    kitchen()
    write(*(eat(f"bite-{n}", "0.01", f"2026-05-0{4 + n % 2}T10:00:00Z") for n in range(NARROW + 30)))
    pie = {"resource": "pie", "quantity": {"value": "1", "unit": "kg"}, "at": "2026-05-05T13:00:00Z"}
    party = {"provider": "cafe", "receiver": "cafe", "outputOf": "kitchen"}
    write({"id": "baked-2", "action": "produce", **party, **pie})


@pytest.mark.parametrize("added_up", [False, True])
def test_what_is_wide_is_told_by_the_sums_of_a_day(added_up: bool) -> None:
    wide()
    if added_up:
        day_sums.rebuild(zone="Europe/Paris")
    story = tell_story("baked-2", "event", back=50, ahead=50)
    (fold,) = [fold for fold in story.folds if fold.direction == "trace"]
    assert (fold.item.id, fold.day) == ("kitchen", date(2026, 5, 5))
    assert [str(flow.quantity.normalize()) for flow in fold.flows] == ["0.45"]
    assert story.before == ()
    page = text_of(browser().get("/ledger/trace/baked-2/?kind=event"))
    assert "this came in that day" in page
    assert "day=2026-05-05&amp;action=consume" in page


def test_a_wide_start_is_told_day_by_day() -> None:
    wide()
    page = text_of(browser().get("/ledger/trace/cafe_apples/?kind=stock&day=2026-05-04"))
    assert "0.45\u00a0kg" in page
    assert "day=2026-05-03" in page
    assert "day=2026-05-05" in page
    assert tell_story("cafe_apples", "resource", back=50, ahead=50).day == date(2026, 5, 5)
    assert browser().get("/ledger/trace/cafe_apples/?day=never&back=x&ahead=-1").status_code == 200


def test_a_story_is_cut_and_goes_on_when_asked() -> None:
    add("farm")
    write(raised("heap", "100", owner="farm"))
    write(*(given(f"on-{n}", "1", "heap", f"pile-{n}", by="farm", to="farm") | new(n) for n in range(55)))
    page = text_of(browser().get("/ledger/trace/heap/?kind=stock"))
    assert "Show what came after" in page
    assert page.count("<time ") == 1 + 25
    more = text_of(browser().get("/ledger/trace/heap/?kind=stock&ahead=200"))
    assert "Show what came after" not in more
    assert more.count("<time ") == 1 + 55


def new(number: int) -> dict[str, Any]:
    """The transfer makes the pile that it goes to."""
    return {"toResource": None, "newToResource": {"id": f"pile-{number}", "unit": "kg", "spec": "apples"}}


def test_a_name_of_several_things_is_asked_back() -> None:
    kitchen()
    write(process("pie"))
    answer = browser().get("/ledger/trace/pie/")
    assert answer.status_code == 300
    assert 'href="?kind=stock"' in text_of(answer)
    assert 'href="?kind=process"' in text_of(answer)
    with pytest.raises(ProblemError):
        tell_story("pie", None, back=5, ahead=5)


def test_pages_ask_as_many_questions_for_much_as_for_little() -> None:
    kitchen()
    village_here()
    write(promise("q"))
    paths = ("/ledger/stocks/", "/ledger/stocks/cafe_apples/", "/ledger/processes/kitchen/", "/ledger/promises/")
    counts = {path: [questions(path)] for path in paths}
    write(*(eat(f"more-{n}", "0.01", "2026-05-04T10:00:00Z") for n in range(30)))
    write(*(raised(f"lot-{n}", "1", owner="farm") for n in range(30)), *(promise(f"q-{n}") for n in range(10)))
    for path, found in counts.items():
        found.append(questions(path))
        assert found[0] == found[1] <= 24, path


def questions(path: str) -> int:
    """How many questions a page asks of the database."""
    with CaptureQueriesContext(connection) as asked:
        assert browser().get(path).status_code == 200
    return len(asked)


def test_a_level_is_drawn_where_something_is_kept() -> None:
    apples()
    assert "<svg viewBox" in text_of(browser().get("/ledger/stocks/farm_apples/")).partition("How full it was")[2]
    grid = {"id": "grid", "unit": "kWh", "spec": "electricity", "allowNegative": True}
    write({**raised("grid", "0", owner="farm", unit="kWh"), "newResource": grid})
    page = text_of(browser().get("/ledger/stocks/grid/"))
    assert "How full it was" not in page
    assert "This account may go below zero" in page
