"""What stewards do with meters: decide on what was set aside, close intervals, hand in files of readings."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.connectors.streams import M1
from tests.web.meters.test_meter_pages import NOON, count, hourly, present
from tests.web.registry.somebody import browser, holder, text_of
from wikivillage.base.problems import ProblemError
from wikivillage.web.ledger.models import Event
from wikivillage.web.meters import actions
from wikivillage.web.meters.forms import LARGEST
from wikivillage.web.meters.models import Quarantine, Reading
from wikivillage.web.registry.models import Change

pytestmark = pytest.mark.usefixtures("ledger")
PATHS = ("quarantine/1/release/", "quarantine/1/dismiss/", "close/")


def steward() -> Client:
    """A browser in which a steward signed in."""
    return browser(holder("sue", "steward"))


def test_actions_are_not_done_by_looking() -> None:
    client = steward()
    assert [client.get(f"/meters/{path}").status_code for path in PATHS] == [405, 405, 405]


def jump() -> Quarantine:
    """A reading that cannot be."""
    hourly("m1", largest_step_per_hour=5)
    count("m1", ["0", "1", "999"])
    return Quarantine.objects.get()


@pytest.mark.parametrize("role", [None, "member", "auditor"])
def test_nobody_else_does_any_of_it(role: str | None) -> None:
    jump()
    client = browser(holder("ada", role) if role else None)
    for path in ("quarantine/", "upload/"):
        assert client.get(f"/meters/{path}").status_code == 403
    for path in (*PATHS, "upload/"):
        answer = client.post(f"/meters/{path}")
        assert answer.status_code == 403 or answer.headers["Location"].startswith("/accounts/login/")
    assert Quarantine.objects.filter(resolved_at=None).count() == 1
    assert "For stewards" not in text_of(client.get("/meters/"))


def test_what_was_set_aside_is_counted_after_all() -> None:
    row, client = jump(), steward()
    page = text_of(client.get("/meters/quarantine/"))
    assert "Impossible jump" in page or "impossible jump" in page
    assert "999" in page
    answer = client.post(f"/meters/quarantine/{row.pk}/release/", follow=True)
    assert "It counts now." in text_of(answer)
    assert Reading.objects.count() == 3
    again = client.post(f"/meters/quarantine/{row.pk}/release/")
    assert again.status_code == 422
    assert "was released as new." in text_of(again)


def test_what_was_set_aside_is_left_out_for_good_with_a_trace() -> None:
    row, client = jump(), steward()
    client.post(f"/meters/quarantine/{row.pk}/dismiss/")
    row.refresh_from_db()
    assert (row.resolution, Reading.objects.count()) == ("dismissed", 2)
    assert Change.objects.filter(verb="dismiss_reading", subject=str(row.pk)).exclude(by="").exists()
    for verb in ("dismiss", "release"):
        again = client.post(f"/meters/quarantine/{row.pk}/{verb}/")
        assert again.status_code == 422
        assert "was dismissed." in text_of(again)
    assert "Nothing is set aside." in text_of(client.get("/meters/quarantine/"))


def test_what_is_not_there_cannot_be_settled() -> None:
    client = steward()
    for verb in ("dismiss", "release"):
        assert client.post(f"/meters/quarantine/999/{verb}/").status_code == 422
    with pytest.raises(ProblemError) as refused:
        actions.dismiss(id=999, at=NOON)
    assert [one.code for one in refused.value.problems] == ["not-found"]


def test_what_is_no_reading_can_only_be_left_out() -> None:
    hourly("m1")
    answer = upload(steward(), TABLE + "05/01/2026 13:00;x\n", register=f"m1/{M1.name}")
    assert "1 was set aside." in text_of(answer)
    row = Quarantine.objects.get()
    page = text_of(steward_again().get("/meters/quarantine/"))
    assert "Count it after all" not in page
    assert steward_again().post(f"/meters/quarantine/{row.pk}/release/").status_code == 422
    assert steward_again().post(f"/meters/quarantine/{row.pk}/dismiss/").status_code == 302


def steward_again() -> Client:
    """Another browser of the same steward."""
    from wikivillage.web.registry.queries import find_agent

    return browser(find_agent("sue"))


def test_what_is_over_is_closed_now_and_closing_twice_adds_nothing() -> None:
    hourly("m1")
    last = count("m1", ["0", "1", "3"])
    client = steward()
    for told in ("2 intervals were closed.", "0 intervals were closed."):
        with present(last):
            assert told in text_of(client.post("/meters/close/", follow=True))
    assert Event.objects.filter(quantity__gt=0).count() == 2


def test_what_the_ledger_refuses_is_told() -> None:
    from wikivillage.web.meters.describe import Link

    hourly("m1", link=Link("consume", "grid", "grid", "tank"))
    last = count("m1", ["0", "1", "3"])
    with present(last):
        answer = steward().post("/meters/close/")
    assert answer.status_code == 422
    assert "The book refuses these:" in text_of(answer)


def upload(client: Client, text: str | bytes, *, name: str = "linky.csv", **more: Any) -> Any:
    """Hand in a file."""
    content = text if isinstance(text, bytes) else text.encode()
    with present(NOON):
        return client.post("/meters/upload/", {"file": SimpleUploadedFile(name, content), **more})


TABLE = "Horodate;Valeur\n05/01/2026 10:00;1,5\n05/01/2026 11:00;2,5\n05/01/2026 12:00;4\n"


def test_a_file_is_taken_in_once_however_often_it_is_sent() -> None:
    hourly("m1")
    client = steward()
    assert "Hand in a file of readings." in text_of(client.get("/meters/upload/"))
    first = text_of(upload(client, TABLE, register=f"m1/{M1.name}"))
    again = text_of(upload(client, TABLE.replace("4\n", "5\n"), register=f"m1/{M1.name}"))
    assert "3 readings are new." in first
    assert "2 were there already." in again
    assert "1 has another value than what is kept." in again
    assert Reading.objects.count() == 3


def test_a_file_that_leaves_questions_open_comes_back_with_them() -> None:
    hourly("m1")
    client = steward()
    asked = upload(client, TABLE)
    page = text_of(asked)
    assert asked.status_code == 422
    assert "the file leaves questions open" in page
    assert "meter: ?" in page
    mapping = """delimiter: ";"
decimal: ","
time: {column: Horodate, format: "%d/%m/%Y %H:%M", timezone: Europe/Paris}
values: [{column: Valeur, meter: m1, register: REGISTER, unit: kWh}]"""
    answered = upload(client, TABLE, mapping=mapping.replace("REGISTER", M1.name))
    assert "3 readings are new." in text_of(answered)


@pytest.mark.parametrize(
    ("content", "more", "told"),
    [
        (b"", {}, "The file is empty."),
        (b"PK\x03\x04\x00\x00binary", {}, "This is no text: a spreadsheet or a picture?"),
        (b"x" * (LARGEST + 1), {}, "a page takes 20."),
        (
            TABLE.encode(),
            {"mapping": "time: {column: Nope}\nvalues: [{column: V, meter: m1, register: r}]"},
            "no column",
        ),
        (TABLE.encode(), {"mapping": "hello: [world"}, "mapping.yaml"),
        ("Horodate;Énergie\n05/01/2026 10:00;1\n".encode("latin-1"), {"mapping": "MAP"}, "not written in utf-8"),
        (b"only words\nand no times\n", {"register": "m1/import"}, "write the mapping by hand"),
    ],
)
def test_a_wrong_file_is_told_in_words_and_nothing_is_written(content: bytes, more: dict[str, str], told: str) -> None:
    hourly("m1")
    if more.get("mapping") == "MAP":
        values = "values: [{column: Énergie, meter: m1, register: import, unit: kWh}]"
        time = 'time: {column: Horodate, format: "%d/%m/%Y %H:%M", timezone: Europe/Paris}'
        more = {"mapping": f'delimiter: ";"\n{time}\n{values}'}
    answer = upload(steward(), content, **more)
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert not Reading.objects.exists()
    assert not Quarantine.objects.exists()


def test_codes_of_a_file_that_cannot_be_read() -> None:
    from wikivillage.web.meters.uploads import take_upload

    codes = []
    for content in (b"", b"\0\0", b"x" * (LARGEST + 1)):
        with pytest.raises(ProblemError) as refused:
            take_upload(SimpleUploadedFile("../../etc/passwd", content), register="", mapping="", at=NOON)
        codes += [one.code for one in refused.value.problems]
    assert codes == ["file-empty", "not-a-table", "file-too-large"]


def test_a_file_in_another_alphabet_is_guessed() -> None:
    hourly("m1")
    text = "Relevé;Énergie\n05/01/2026 10:00;1,5\n05/01/2026 11:00;2,5\n".encode("latin-1")
    assert "2 readings are new." in text_of(upload(steward(), text, register=f"m1/{M1.name}"))


def test_a_name_or_a_mapping_with_script_in_it_stays_words() -> None:
    hourly("m1")
    page = text_of(upload(steward(), TABLE, name="<script>.csv", mapping="<script>alert(1)</script>"))
    assert "<script" not in page


def test_no_file_at_all_is_told_at_its_field() -> None:
    answer = steward().post("/meters/upload/", {})
    assert answer.status_code == 422
    assert 'class="err"' in text_of(answer)
