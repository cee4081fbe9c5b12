"""A thing has one label that counts; what was retired stays, and its code is never another thing's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from wikivillage.web.labels.actions import put_label, replace_label, retire_label
from wikivillage.web.labels.codes import code_of
from wikivillage.web.labels.models import Label
from wikivillage.web.labels.queries import find_label, kinds, label_of_code, labels_of, labels_of_codes, labels_of_kind
from wikivillage.web.registry.models import Change

AT = datetime(2026, 4, 16, 9, tzinfo=UTC)
LATER = AT + timedelta(days=1)

one_database = pytest.mark.usefixtures("ledger")


def label(thing: str = "printer", title: str = "3D printer", path: str = "/bookings/units/printer/here/") -> Label:
    return put_label(kind="unit", thing=thing, path=path, title=title, at=AT, by="p-1")


@one_database
def test_a_thing_keeps_its_label() -> None:
    first, again = label(), label()
    assert (first.code, again.code) == (code_of("unit", "printer", 0),) * 2
    assert Label.objects.count() == 1
    assert find_label("unit", "printer") == first
    assert find_label("lot", "printer") is None


@one_database
def test_a_label_follows_its_thing() -> None:
    label()
    label(title="Printer  of\nthe\0 workshop", path="/bookings/units/printer/")
    kept = Label.objects.get()
    assert (kept.title, kept.path) == ("Printer of the workshop", "/bookings/units/printer/")


@one_database
def test_a_code_that_another_thing_has_is_left_to_it() -> None:
    taken = code_of("unit", "printer", 0)
    Label.objects.create(code=taken, kind="lot", thing="x", path="/", title="x", made_at=AT)
    assert label().code == code_of("unit", "printer", 1)


@one_database
def test_what_was_retired_says_so_and_is_not_found_by_its_thing() -> None:
    first = label()
    assert retire_label(kind="unit", thing="printer", at=LATER, by="p-1")
    assert not retire_label(kind="unit", thing="printer", at=LATER, by="p-1"), "pressed twice"
    assert not retire_label(kind="unit", thing="nothing", at=LATER, by="p-1")
    kept = label_of_code(first.code)
    assert kept is not None
    assert (kept.retired_at, kept.retired_by) == (LATER, "p-1")
    assert find_label("unit", "printer") is None
    assert labels_of_codes([first.code]) == []
    assert list(labels_of_kind("unit", retired=True)) == [kept]
    assert Change.objects.filter(verb="retire_label", subject=first.code).count() == 1


@one_database
def test_a_new_label_has_another_code() -> None:
    first = label()
    second = replace_label(code=first.code, at=LATER, by="p-1")
    assert second is not None
    assert second.code == code_of("unit", "printer", 1)
    assert (second.title, second.path) == (first.title, first.path)
    assert replace_label(code=first.code, at=LATER) is None, "pressed twice"
    assert replace_label(code="none", at=LATER) is None
    assert Label.objects.filter(retired_at=None).count() == 1


@one_database
def test_many_are_found_in_one_question_and_in_the_order_asked() -> None:
    printer, saw = label(), label("saw", "Saw", "/bookings/units/saw/here/")
    label("lathe", "Lathe", "/bookings/units/lathe/here/")
    assert labels_of("unit", ["saw", "printer", "none"]) == {"printer": printer, "saw": saw}
    typed = [saw.code.lower(), "", "nonsense!", printer.code, saw.code]
    assert labels_of_codes(typed) == [saw, printer]
    assert [one.title for one in labels_of_kind("unit")] == ["3D printer", "Lathe", "Saw"]
    assert kinds() == [("unit", 3)]


@one_database
@pytest.mark.parametrize("path", ["", "https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"])
def test_a_label_leads_nowhere_else(path: str) -> None:
    with pytest.raises(AssertionError, match="page of this site"):
        label(path=path)


@one_database
def test_the_database_keeps_one_label_of_a_thing() -> None:
    label()
    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(code="QQQQ", kind="unit", thing="printer", path="/", title="x", made_at=AT)


def put_at_once(number: int) -> str:
    """One of many who label the same two things at the same moment."""
    try:
        return label(f"thing-{number % 2}").code
    finally:
        connection.close()


@pytest.mark.usefixtures("database")
def test_who_labels_a_thing_at_the_same_moment_gets_the_same_label() -> None:
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(put_at_once, range(12)))
    assert set(codes[::2]) == {code_of("unit", "thing-0", 0)}
    assert set(codes[1::2]) == {code_of("unit", "thing-1", 0)}
    assert Label.objects.count() == 2
