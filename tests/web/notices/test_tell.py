"""What somebody is told stands in their inbox always, and comes by letter as they want it, in their language, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.web.notices.told import AT, TITLE, WORDS, person, told
from wikivillage.web.notices import queries
from wikivillage.web.notices.actions import (
    NOTICES_KEPT,
    choose_ways,
    erase_notices,
    erase_old_notices,
    mark_read,
    tell,
    unsubscribe,
)
from wikivillage.web.notices.kinds import KINDS, WAYS
from wikivillage.web.notices.models import Letter, Notice, Preference
from wikivillage.web.registry.actions import erase_agent
from wikivillage.web.registry.consent_actions import name_guardian
from wikivillage.web.registry.people_actions import join
from wikivillage.web.registry.role_actions import give_role
from wikivillage.web.registry.words import Text

one_database = pytest.mark.usefixtures("ledger")


def test_every_kind_has_words_and_a_way() -> None:
    assert all(str(kind.name) and str(kind.about) and kind.way in WAYS for kind in KINDS.values())
    assert max(map(len, KINDS)) <= 32


@one_database
def test_at_once_it_is_in_the_inbox_and_in_a_letter(settings: Any) -> None:
    settings.ORIGIN = "https://village.example"
    zoe = person()
    told(zoe)
    notice = Notice.objects.get()
    assert (notice.agent_id, notice.title_en, notice.text_fr) == (zoe.pk, TITLE.en, WORDS.fr)
    assert (notice.made_at, notice.read_at, notice.way, notice.lettered_at) == (AT, None, "now", AT)
    letter = Letter.objects.get()
    assert (letter.to, letter.agent_id, letter.kind) == ("zoe@example.org", zoe.pk, "notice_booking")
    assert letter.subject.endswith(TITLE.fr)
    assert WORDS.fr in letter.text
    assert "https://village.example/bookings/b1/" in letter.text
    assert letter.unsubscribe.startswith("https://village.example/letters/end/")
    assert letter.unsubscribe in letter.text


@one_database
@pytest.mark.parametrize(("language", "wanted"), [("en", TITLE.en), ("fr", TITLE.fr), ("", TITLE.fr)])
def test_a_letter_is_in_its_readers_language(language: str, wanted: str) -> None:
    told(person(language=language))
    assert Letter.objects.get().subject.endswith(wanted)


@one_database
def test_a_key_is_told_once() -> None:
    zoe, ali = person(), person("ali")
    for agent in (zoe, zoe, ali):
        told(agent, key="booking-b1-confirmed")
    told(zoe)
    told(zoe)
    assert Notice.objects.filter(agent=zoe).count() == 3, "without a key each is told"
    assert Notice.objects.filter(agent=ali).count() == 1
    assert Letter.objects.count() == 4


@one_database
def test_what_is_not_done_is_not_told() -> None:
    class UndoneError(Exception):
        pass

    @transaction.atomic
    def fails() -> None:
        told(zoe)
        raise UndoneError

    zoe = person()
    with pytest.raises(UndoneError):
        fails()
    assert not Notice.objects.exists()
    assert not Letter.objects.exists()


@one_database
def test_an_unknown_kind_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match="no kind of notices"):
        told(person(), kind="gossip")


@one_database
@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"])
def test_a_notice_leads_nowhere_else(path: str) -> None:
    with pytest.raises(AssertionError, match="page of this site"):
        told(person(), path=path)


@one_database
def test_nul_characters_and_line_breaks_do_no_harm() -> None:
    told(person(), title=Text("a\0b\nBcc: all@example.org", "a\0b\nBcc: all@example.org"))
    assert Letter.objects.get().subject.endswith("ab Bcc: all@example.org")


@one_database
def test_as_somebody_wants_it() -> None:
    zoe = person()
    assert choose_ways(agent=zoe.pk, ways={"booking": "none", "loan": "daily"}, at=AT) == 2
    assert choose_ways(agent=zoe.pk, ways={"booking": "none", "repair": "now"}, at=AT) == 0, "as before"
    told(zoe)
    told(zoe, kind="loan")
    assert sorted(Notice.objects.values_list("kind", "way", "lettered_at")) == [
        ("booking", "none", None),
        ("loan", "daily", None),
    ]
    assert not Letter.objects.exists()
    assert (queries.way_of(zoe.pk, "loan"), queries.way_of(zoe.pk, "match")) == ("daily", "now")


@one_database
def test_who_has_no_address_is_told_in_the_inbox() -> None:
    told(person(email=""), kind="price")
    assert Notice.objects.get().way == "none", "it will not come by letter once an address is known"
    assert not Letter.objects.exists()


@one_database
def test_who_was_erased_or_is_nobody_is_told_nothing() -> None:
    zoe = person()
    erase_agent(agent=zoe, at=AT)
    told(zoe)
    told("p-nobody")
    assert not Notice.objects.exists()
    assert not Letter.objects.exists()


@one_database
def test_a_household_is_told_through_its_people() -> None:
    home, zoe, ali = person("home", kind="household"), person(), person("ali")
    person("eva")
    for one in (zoe, ali):
        join(agent=one, body=home, at=AT)
    told(home, key="k")
    assert sorted(Notice.objects.values_list("agent__identity__handle", flat=True)) == ["ali", "zoe"]
    told(home, at=AT - timedelta(days=1))
    assert Notice.objects.filter(agent=home).count() == 1, "before anybody was in it, it was told itself"


@one_database
def test_an_organisation_is_told_through_those_who_lead() -> None:
    club, zoe, ali = person("club", kind="organisation"), person(), person("ali")
    told(club)
    assert list(Letter.objects.values_list("to", flat=True)) == ["club@example.org"], "nobody belongs to it"
    for one in (zoe, ali):
        join(agent=one, body=club, at=AT)
    told(club)
    assert Letter.objects.count() == 3, "nobody leads: both are told"
    give_role(agent=ali, word="steward", at=AT)
    told(club)
    assert Notice.objects.filter(agent=ali).count() == 2
    assert Notice.objects.filter(agent=zoe).count() == 1


@one_database
def test_a_wards_guardian_is_told_too() -> None:
    child, zoe = person("kid", email=""), person()
    name_guardian(ward=child, guardian=zoe, at=AT)
    told(child)
    assert {notice.agent_id for notice in Notice.objects.all()} == {child.pk, zoe.pk}
    assert Letter.objects.get().to == "zoe@example.org"


@one_database
def test_unread_comes_first_and_reading_twice_is_once() -> None:
    zoe, ali = person(), person("ali")
    for hour in range(3):
        told(zoe, at=AT + timedelta(hours=hour), title=Text(f"n{hour}", f"n{hour}"))
    told(ali)
    newest = queries.inbox(zoe.pk)[0]
    assert mark_read(agent=zoe.pk, notice=newest.pk, at=AT) == 1
    assert mark_read(agent=zoe.pk, notice=newest.pk, at=AT) == 0
    assert mark_read(agent=ali.pk, notice=newest.pk, at=AT) == 0, "it is somebody else's"
    assert [one.title_en for one in queries.inbox(zoe.pk)] == ["n1", "n0", "n2"]
    assert queries.unread_count(zoe.pk) == 2
    assert mark_read(agent=zoe.pk, at=AT) == 2
    assert (queries.unread_count(zoe.pk), queries.unread_count(ali.pk)) == (0, 1)


@one_database
def test_unsubscribing_ends_one_kind() -> None:
    zoe = person()
    assert unsubscribe(agent=zoe.pk, kind="booking", at=AT)
    assert not unsubscribe(agent=zoe.pk, kind="booking", at=AT), "pressed twice"
    assert not unsubscribe(agent=zoe.pk, kind="gossip", at=AT), "a kind that is no more"
    assert not unsubscribe(agent="p-nobody", kind="booking", at=AT)
    assert {kind for kind, way in queries.ways_of(zoe.pk).items() if way == "none"} == {"booking"}


@one_database
def test_erasing_and_forgetting() -> None:
    zoe, ali = person(), person("ali")
    for agent in (zoe, ali):
        told(agent)
        choose_ways(agent=agent.pk, ways={"loan": "none"}, at=AT)
    assert erase_notices(agent=zoe.pk) == 1
    assert list(Notice.objects.values_list("agent", flat=True)) == [ali.pk]
    assert list(Preference.objects.values_list("agent", flat=True)) == [ali.pk]
    assert erase_old_notices(at=AT + NOTICES_KEPT) == 0
    assert erase_old_notices(at=AT + NOTICES_KEPT + timedelta(seconds=1)) == 1
    told(ali)
    erase_agent(agent=ali, at=AT)
    assert erase_old_notices(at=AT) == 1, "erased by a steward"
    assert not Preference.objects.exists()


def tell_at_once(agent: str) -> None:
    """One of many who tell the same thing at the same moment."""
    try:
        tell(agent=agent, kind="booking", title=TITLE, text=WORDS, at=AT, key="once")
    finally:
        connection.close()


@pytest.mark.usefixtures("database")
def test_two_who_tell_the_same_at_once_tell_it_once() -> None:
    zoe = person()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell_at_once, [zoe.pk] * 8))
    assert Notice.objects.count() == 1
    assert Letter.objects.count() == 1
