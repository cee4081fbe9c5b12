"""The pages of mutual help: what each person reads and may do, in both languages; refusals with every reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.web.exchange.helped import DAY, drill, in_english, lent, repair_day, reserved, ticket, wish
from tests.web.registry.somebody import browser, holder, text_of
from wikivillage.web.exchange.hour_actions import tell_hours
from wikivillage.web.exchange.models import Answer, HourGift, Loan, RepairDay, RepairTicket, Tool, Wish
from wikivillage.web.registry.actions import rename
from wikivillage.web.registry.models import Agent

pytestmark = pytest.mark.usefixtures("open_house")
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def open_house(ledger: None) -> Iterator[None]:
    """A house."""
    with in_english():
        yield


def member(handle: str) -> Agent:
    """Somebody who belongs to the village."""
    return holder(handle, "member")


def test_somebody_looks_for_a_thing_and_gets_it() -> None:
    alice, bob = member("alice"), member("bob")
    hers, his = browser(alice, lang="fr"), browser(bob, lang="fr")
    form = hers.get("/exchange/wishes/new/?side=need").context["form"]
    typed = {
        "side": "need", "what": "thing", "title": "Six chaises", "amount": "6", "until": form["until"].value(),
        "key": form["key"].value(),
    }  # fmt: skip
    for _again in range(2):
        made = hers.post("/exchange/wishes/new/", typed)
        assert made.status_code == 302
    row = Wish.objects.get()
    page = text_of(his.get(f"/exchange/wishes/{row.pk}/"))
    assert "Six chaises" in page
    answer = {"amount": "2,0", "text": "Samedi ?", "key": "k" * 24}
    assert his.post(f"/exchange/wishes/{row.pk}/answer/", answer).status_code == 302
    given = Answer.objects.get()
    assert "Samedi ?" in text_of(hers.get(f"/exchange/wishes/{row.pk}/"))
    assert "Samedi ?" not in text_of(browser(member("carol")).get(f"/exchange/wishes/{row.pk}/"))
    assert his.post(f"/exchange/wishes/answers/{given.pk}/decide/", {"agree": "yes"}).status_code == 403
    assert hers.post(f"/exchange/wishes/answers/{given.pk}/decide/", {"agree": "yes"}).status_code == 302
    assert hers.post(f"/exchange/wishes/answers/{given.pk}/decide/", {"agree": "yes"}).status_code == 422
    assert his.post(f"/exchange/wishes/answers/{given.pk}/keep/").status_code == 302
    assert Answer.objects.get().state == "done"
    for address in ("/exchange/wishes/", "/exchange/wishes/mine/"):
        assert "Six chaises" in text_of(hers.get(address))


def test_what_is_wrong_with_a_wish_stands_beside_its_field() -> None:
    hers = browser(member("alice"))
    wrong = hers.post("/exchange/wishes/new/", {"side": "need", "what": "thing", "title": "A", "amount": "-3"})
    assert wrong.status_code == 422
    ends = timezone.localdate() + timedelta(days=9)
    many = {"side": "need", "what": "thing", "title": "A", "amount": "9999", "until": str(ends)}
    refused = hers.post("/exchange/wishes/new/", many)
    assert refused.status_code == 422
    assert "too much to be right" in text_of(refused)
    assert not Wish.objects.exists()


def test_a_wish_is_renewed_once() -> None:
    alice = member("alice")
    row = wish(alice, at=timezone.now())
    hers = browser(alice)
    assert hers.post(f"/exchange/wishes/{row.pk}/renew/").status_code == 422
    assert hers.post(f"/exchange/wishes/{row.pk}/end/").status_code == 302
    for _again in range(2):
        assert hers.post(f"/exchange/wishes/{row.pk}/renew/").status_code == 302
    assert Wish.objects.filter(state="open").count() == 1
    assert browser(member("bob")).post(f"/exchange/wishes/{row.pk}/end/").status_code == 403


def test_a_drill_is_lent_and_taken_back_at_its_label() -> None:
    lea, alice = holder("lea", "circle_lead", scope_kind="place", scope="lab"), member("alice")
    hers, tool = browser(lea, lang="fr"), drill(at=timezone.now())
    page = text_of(hers.get(f"/exchange/tools/{tool.pk}/here/"))
    assert "Lend it here." in page or "Prêter ici." in page
    lend = {"who": "alice", "days": "2", "condition": "good", "key": "l" * 24}
    for _again in range(2):
        assert hers.post(f"/exchange/tools/{tool.pk}/lend/", lend).status_code == 302
    loan = Loan.objects.get()
    assert (loan.agent_id, loan.state) == (alice.pk, "out")
    mine = browser(alice)
    assert "You have it." in text_of(mine.get(f"/exchange/tools/{tool.pk}/here/"))
    assert mine.post(f"/exchange/tools/loans/{loan.pk}/back/", {"condition": "good"}).status_code == 403
    refused = hers.post(f"/exchange/tools/{tool.pk}/lend/", {**lend, "key": "m" * 24})
    assert refused.status_code == 422
    came = browser(lea).post(f"/exchange/tools/loans/{loan.pk}/back/", {"condition": "damaged", "note": "Fil nu"})
    assert "not as it left" in text_of(came)
    assert f"/exchange/repairs/bring/?tool={tool.pk}" in came.content.decode()
    again = browser(lea).post(f"/exchange/tools/loans/{loan.pk}/back/", {"condition": "good"})
    assert again.status_code == 422
    assert "It is back since" in text_of(again)


def test_a_reservation_tells_every_reason_and_what_would_work() -> None:
    alice, bob, now = member("alice"), member("bob"), timezone.now()
    tool = drill(longest_days=3, at=now)
    begin = timezone.localtime(now + 2 * DAY).replace(hour=10, minute=0, second=0, microsecond=0)
    reserved(tool, bob, begin, at=now)
    hers = browser(alice)
    day = begin.date()
    wanted = {"begin_day": str(day), "begin_hour": "9", "due_day": str(day + 5 * DAY), "due_hour": "9", "key": "r" * 24}
    refused = hers.post(f"/exchange/tools/{tool.pk}/reserve/", wanted)
    page = text_of(refused)
    assert refused.status_code == 422
    for said in ("3 days at most", "Somebody has reserved it from", "What would work"):
        assert said in page, said
    fields = dict(refused.context["other"]["fields"])
    for _again in range(2):
        assert hers.post(f"/exchange/tools/{tool.pk}/reserve/", fields).status_code == 302
    assert Loan.objects.filter(agent=alice).count() == 1
    assert "Bob" not in text_of(hers.get(f"/exchange/tools/{tool.pk}/"))
    loan = Loan.objects.get(agent=alice)
    assert browser(bob).post(f"/exchange/tools/loans/{loan.pk}/cancel/").status_code == 403
    assert hers.post(f"/exchange/tools/loans/{loan.pk}/cancel/").status_code == 302


def test_loans_are_listed_for_who_lends_and_own_for_others() -> None:
    lea, alice, bob = (
        holder("lea", "circle_lead", scope_kind="place", scope="lab"),
        member("alice"),
        member("bob"),
    )
    now = timezone.now()
    lent(drill(at=now), alice, now)
    lent(drill(name_fr="Scie", name_en="Saw", at=now), bob, now)
    everything, own = (
        text_of(browser(lea).get("/exchange/tools/loans/")),
        text_of(browser(alice).get("/exchange/tools/loans/")),
    )
    assert all(said in everything for said in ("Alice", "Bob", "Drill", "Saw"))
    assert "Drill" in own
    assert "Saw" not in own
    assert browser().get("/exchange/tools/loans/").status_code in (302, 403)
    table = b"".join(browser(alice).get("/exchange/tools/loans.csv").streaming_content).decode()
    assert "Drill" in table
    assert "Saw" not in table


def test_a_repair_day_is_listed_weighed_and_closed() -> None:
    sarah, alice, now = holder("sarah", "steward"), member("alice"), timezone.now()
    hers, his = browser(alice), browser(sarah)
    day = repair_day(begin=now - timedelta(hours=2), end=now + timedelta(hours=1), at=now - DAY, by=sarah.pk)
    bring = {"device": "Toaster", "category": "kitchen", "problem": "Cold", "day": day.pk, "key": "b" * 24}
    for _again in range(2):
        assert hers.post("/exchange/repairs/bring/", bring).status_code == 302
    row = RepairTicket.objects.get()
    assert "Toaster" in text_of(browser().get(f"/exchange/repairs/{day.pk}/"))
    assert "Cold" not in text_of(browser().get(f"/exchange/repairs/{day.pk}/"))
    assert browser(member("bob")).get(f"/exchange/repairs/tickets/{row.pk}/").status_code == 403
    assert his.post(f"/exchange/repairs/{day.pk}/close/").status_code == 422
    told = {"outcome": "fixed", "minutes": "30"}
    refused = his.post(f"/exchange/repairs/tickets/{row.pk}/", told)
    assert refused.status_code == 422
    assert "has no weight" in text_of(refused)
    assert his.post(f"/exchange/repairs/tickets/{row.pk}/", {**told, "weight_kg": "1,2 kg"}).status_code == 302
    assert hers.post(f"/exchange/repairs/{day.pk}/close/").status_code == 403
    assert his.post(f"/exchange/repairs/{day.pk}/close/").status_code == 302
    again = his.post(f"/exchange/repairs/{day.pk}/close/")
    assert again.status_code == 422
    assert "closed on" in text_of(again)
    page = text_of(browser().get(f"/exchange/repairs/{day.pk}/")).replace("\u00a0", " ")
    assert "1.2 kg kept from waste" in page
    assert "CO" not in page.split("<main")[1].split("</main>")[0].replace("COVID", "")
    table = b"".join(browser().get("/exchange/repairs.csv").streaming_content).decode()
    assert "Toaster" in table
    assert "Alice" not in table
    assert RepairDay.objects.get().sums["fixed"] == 1
    assert "1 thing is repaired so far" in text_of(browser().get("/exchange/repairs/"))


def test_hours_are_seen_by_their_owner_and_who_leads_alone() -> None:
    alice, bob, carol = member("alice"), member("bob"), member("carol")
    hers, his = browser(alice), browser(bob)
    note = {
        "way": "gave",
        "who": "bob",
        "hours": "1,5",
        "what": "Vélo",
        "on": str(timezone.localdate()),
        "key": "h" * 24,
    }
    for _again in range(2):
        assert hers.post("/exchange/hours/new/", note).status_code == 302
    gift = HourGift.objects.get()
    assert browser(carol).post(f"/exchange/hours/{gift.pk}/confirm/").status_code == 404
    assert browser().post(f"/exchange/hours/{gift.pk}/confirm/").url.startswith("/accounts/login/")
    assert hers.post(f"/exchange/hours/{gift.pk}/confirm/").status_code == 422
    assert "Alice says: you received" in text_of(his.get("/exchange/hours/")).replace("\u00a0", " ")
    assert his.post(f"/exchange/hours/{gift.pk}/confirm/").status_code == 302
    twice = his.post(f"/exchange/hours/{gift.pk}/confirm/")
    assert twice.status_code == 422
    assert "confirmed by both" in text_of(twice)
    assert "You can ask for" in text_of(hers.get("/exchange/hours/"))
    for stranger in (browser(), browser(carol), his):
        assert stranger.get(f"/exchange/hours/of/{alice.pk}/").status_code in (302, 403)
    assert browser(holder("sarah", "steward")).get(f"/exchange/hours/of/{alice.pk}/").status_code == 200
    assert "Vélo" in b"".join(his.get("/exchange/hours.csv").streaming_content).decode()
    assert browser().get("/exchange/hours/").status_code in (302, 403)


def test_hours_beyond_the_floor_are_refused_with_the_numbers() -> None:
    alice, bob = member("alice"), member("bob")
    note = {"way": "got", "who": "bob", "hours": "12", "what": "Vélo", "on": str(timezone.localdate())}
    hers = browser(alice)
    assert hers.post("/exchange/hours/new/", {**note, "hours": "200"}).status_code == 422
    for number in range(2):
        hers.post("/exchange/hours/new/", {**note, "key": f"{number}" * 24})
    first, second = HourGift.objects.order_by("told_at")
    assert browser(bob).post(f"/exchange/hours/{first.pk}/confirm/").status_code == 302
    refused = browser(bob).post(f"/exchange/hours/{second.pk}/confirm/")
    assert refused.status_code == 422
    assert "−24" in text_of(refused)
    assert browser(bob).post(f"/exchange/hours/{second.pk}/refuse/", {"why": "Non"}).status_code == 302
    assert "Non" in text_of(hers.get("/exchange/hours/"))


def test_a_visitor_reads_no_name_and_changes_nothing() -> None:
    alice, now = member("alice"), timezone.now()
    rename(agent=alice, name="Alice Martin", at=now)
    row, tool = wish(alice, at=now, text="Pour samedi"), drill(at=now)
    loan = lent(tool, alice, now)
    day = repair_day(begin=now, end=now + DAY / 2, at=now)
    one = ticket(alice, day=day.pk, at=now)
    addresses = (
        "wishes/", f"wishes/{row.pk}/", "wishes.csv", "tools/", f"tools/{tool.pk}/", f"tools/{tool.pk}/here/",
        "repairs/", f"repairs/{day.pk}/", "repairs.csv",
    )  # fmt: skip
    for address in addresses:
        answer = browser().get(f"/exchange/{address}")
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert (address, answer.status_code) == (address, 200)
        assert b"Martin" not in body, address
        assert alice.pk.encode() not in body, address
    guessed = (
        "wishes/new/", f"wishes/{row.pk}/answer/", f"wishes/{row.pk}/end/", f"wishes/{row.pk}/renew/", "tools/new/",
        f"tools/{tool.pk}/reserve/", f"tools/{tool.pk}/lend/", f"tools/{tool.pk}/change/", f"tools/{tool.pk}/retire/",
        f"tools/loans/{loan.pk}/out/", f"tools/loans/{loan.pk}/back/", f"tools/loans/{loan.pk}/cancel/",
        "repairs/bring/", "repairs/new/", f"repairs/tickets/{one.pk}/", f"repairs/{day.pk}/close/", "hours/new/",
        "hours/none/refuse/", "hours/none/take-back/",
    )  # fmt: skip
    for address in guessed:
        assert browser().post(f"/exchange/{address}").url.startswith("/accounts/login/"), address
    for address in ("wishes/none/", "tools/none/", "tools/none/here/", "repairs/none/", "repairs/tickets/none/"):
        assert browser().get(f"/exchange/{address}").status_code == 404
    assert (Wish.objects.get().state, Loan.objects.get().state, Tool.objects.get().state) == ("open", "out", "ready")


def test_a_script_in_every_field_is_text() -> None:
    sarah, alice, now = holder("sarah", "steward"), member("alice"), timezone.now()
    row = wish(alice, title=SCRIPT, text=SCRIPT, at=now)
    tool = drill(name_fr=SCRIPT, name_en=SCRIPT, about_fr=SCRIPT, about_en=SCRIPT, shelf=SCRIPT[:40], at=now)
    day = repair_day(title=SCRIPT, begin=now, end=now + DAY / 2, at=now)
    one = ticket(alice, SCRIPT, problem=SCRIPT, day=day.pk, at=now)
    tell_hours(
        giver=sarah.pk, taker=alice.pk, hours=Decimal(1), what=SCRIPT, on=timezone.localdate(), told_by=sarah.pk, at=now
    )
    hers, all_seeing = browser(alice), browser(sarah)
    hers.post(f"/exchange/repairs/tickets/{one.pk}/", {"outcome": "repairable", "said": SCRIPT})
    pages = [
        f"wishes/{row.pk}/", "wishes/", "wishes/mine/", f"wishes/?q={SCRIPT}", f"tools/{tool.pk}/", "tools/",
        f"tools/{tool.pk}/here/", f"tools/?q={SCRIPT}", f"repairs/{day.pk}/", "repairs/", f"repairs/tickets/{one.pk}/",
        "hours/", f"repairs/bring/?device={SCRIPT}&problem={SCRIPT}", f"hours/new/?what={SCRIPT}&who={SCRIPT}",
        f"wishes/new/?title={SCRIPT}",
    ]  # fmt: skip
    for client in (hers, all_seeing):
        for address in pages:
            answer = client.get(f"/exchange/{address}")
            assert (address, answer.status_code) == (address, 200)
            assert "<script>alert" not in answer.content.decode(), address


def test_members_change_nothing_that_is_not_theirs() -> None:
    alice, bob, now = member("alice"), member("bob"), timezone.now()
    row, tool = wish(alice, at=now), drill(at=now)
    loan = reserved(tool, alice, now, at=now)
    day = repair_day(begin=now, end=now + DAY / 2, at=now)
    his = browser(bob)
    for address in (
        f"wishes/{row.pk}/end/", f"wishes/{row.pk}/renew/", f"tools/loans/{loan.pk}/out/",
        f"tools/loans/{loan.pk}/cancel/", f"tools/{tool.pk}/lend/", f"tools/{tool.pk}/retire/",
        f"tools/{tool.pk}/change/", "tools/new/", "repairs/new/", f"repairs/{day.pk}/close/",
    ):  # fmt: skip
        assert his.post(f"/exchange/{address}", {"condition": "good"}).status_code == 403, address


def test_a_steward_looks_after_the_library() -> None:
    sarah = browser(holder("sarah", "steward"))
    tool = {"name_fr": "Scie", "longest_days": "3", "shelf": "B2", "key": "s" * 24}
    for _again in range(2):
        assert sarah.post("/exchange/tools/new/", tool).status_code == 302
    row = Tool.objects.get()
    assert sarah.post("/exchange/tools/new/", {**tool, "longest_days": "99", "key": ""}).status_code == 422
    assert sarah.get(f"/exchange/tools/{row.pk}/change/").status_code == 200
    changed = sarah.post(f"/exchange/tools/{row.pk}/change/", {**tool, "name_fr": "Scie sauteuse"})
    assert changed.status_code == 302
    assert "Scie sauteuse" in text_of(sarah.get("/exchange/tools/?q=scies"))
    assert sarah.post(f"/exchange/tools/{row.pk}/retire/").status_code == 302
    assert "Scie" not in text_of(browser().get("/exchange/tools/"))
    day = {"title": "Réparer", "on": str(timezone.localdate() + DAY), "begin": "14:00", "end": "18:00", "key": "d" * 24}
    assert sarah.post("/exchange/repairs/new/", day).status_code == 302
    assert sarah.post("/exchange/repairs/new/", {**day, "end": "13:00", "key": ""}).status_code == 422
    assert "Réparer" in text_of(browser().get("/diary/?kind=repair")) or RepairDay.objects.count() == 1
