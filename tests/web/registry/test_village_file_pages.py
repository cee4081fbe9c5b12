"""The village file through the site: taken, handed in, refused in words, its differences shown first, loaded once."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.web.registry.somebody import AT, browser, codes, holder, text_of
from wikivillage.model import load_village, load_village_text
from wikivillage.web.registry.actions import add_agent, erase_agent
from wikivillage.web.registry.as_written import in_words_of_file
from wikivillage.web.registry.file_actions import KEPT, forget_file, keep_file, load_file
from wikivillage.web.registry.models import Agent, Change, PendingFile, Place
from wikivillage.web.registry.uploads import LARGEST_UPLOAD, text_of_upload, village_in, village_state
from wikivillage.web.registry.village_actions import record_village
from wikivillage.web.registry.village_file import dump_stored_village

pytestmark = pytest.mark.usefixtures("ledger")

SAINT_BLAISE = Path(__file__).parents[3] / "villages" / "saint_blaise.yaml"

HOUSE = """village: A house
horizon: {start: 2025-06-01, hours: 2}
agents:
  etic: {name: ÉTIC}
places:
  house: {name: {en: House, fr: Maison}, floor: 1, area: 90.5 m2, use: home, run_by: etic}
needs: {light: {resource: electricity, amount: 1 kW, at: house}}
exchanges: {grid: {resource: electricity, buy: 0.2 EUR/kWh}}
"""
LARGER = HOUSE.replace("90.5 m2", "120 m2").replace("needs:", "  attic: {inside: house}\nneeds:")


def load(text: str = HOUSE, base: Path = Path()) -> None:
    """Put a village in words into the database."""
    record_village(village=load_village_text(text, base), base=base, at=AT)


@pytest.fixture
def sarah() -> Client:
    """A steward at her browser, in a village that is loaded."""
    load()
    return browser(holder("sarah", "steward"))


def hand_in(client: Client, content: str | bytes, name: str = "house.yaml") -> Any:
    """Upload a file."""
    data = content.encode() if isinstance(content, str) else content
    return client.post("/village/file/", {"file": SimpleUploadedFile(name, data)})


def shown(client: Client, text: str = LARGER) -> tuple[str, Any]:
    """Hand a file in and look at its differences."""
    address = hand_in(client, text).url
    return address, client.get(address)


def confirm(client: Client, address: str, page: Any) -> Any:
    """Press the button."""
    return client.post(address, {"compared": page.context["state"]})


def test_the_file_of_now_is_taken_and_can_be_loaded_again(sarah: Client) -> None:
    page = sarah.get("/village/file/village.yaml")
    assert page.headers["Content-Disposition"] == 'attachment; filename="village.yaml"'
    text = page.content.decode()
    assert text == dump_stored_village()
    address, page = shown(sarah, text)
    assert "Nothing would change." in text_of(page)
    sarah.post(f"{address}forget/")
    assert not PendingFile.objects.exists()


def test_what_differs_is_shown_first_and_nothing_is_loaded(sarah: Client) -> None:
    _address, page = shown(sarah)
    said = text_of(page)
    assert "1 addition, 0 removal" in said
    assert "<del>90.5 m2</del>" in said
    assert "<ins>120 m2</ins>" in said
    assert ">attic</span>" in said
    assert Place.objects.count() == 1
    assert Place.objects.get().area_m2 == 90.5


def test_amounts_differ_in_the_words_of_the_file(sarah: Client) -> None:
    """What is kept by the hour is told by the year where the new file counts by the year."""
    load(HOUSE.replace("90.5 m2", "0.5 ha"))
    said = text_of(shown(sarah, HOUSE.replace("90.5 m2", "0.75 ha"))[1])
    assert "<del>0.5 ha</del>" in said
    assert "<ins>0.75 ha</ins>" in said


@pytest.mark.parametrize(
    ("before", "after", "written", "told"),
    [
        (
            "3.4246575342465753 meal/h",
            "3.9954337899543377 meal/h",
            "35000 meal/year",
            ("30000 meal/year", "35000 meal/year"),
        ),
        ("", "3.9954337899543377 meal/h", "35000 meal/year", ("", "35000 meal/year")),
        ("10 kW", "12 kW", "12 kW", ("10 kW", "12 kW")),
        ("10 kW", "12 kW", "13 kW", ("10 kW", "12 kW")),
        ("10 kW", "12 kW", "12 kWh", ("10 kW", "12 kW")),
        ("10 kW", "12 kW", None, ("10 kW", "12 kW")),
        ("5 %", "7 %", "0.07", ("5 %", "7 %")),
        ("never", "12 kW", "12000 W", ("never", "12000 W")),
        ("house", "garden", "garden", ("house", "garden")),
    ],
)
def test_a_value_is_told_as_it_is_written_where_it_is_the_same(
    before: str, after: str, written: str | None, told: tuple[str, str]
) -> None:
    assert in_words_of_file(before, after, written) == told


def test_it_is_loaded_once_however_often_the_button_is_pressed(sarah: Client) -> None:
    address, page = shown(sarah)
    for _ in range(3):
        assert confirm(sarah, address, page).url == "/village/file/"
    assert sarah.get(address).url == "/village/file/"
    assert set(Place.objects.values_list("id", "area_m2")) == {("house", 120.0), ("attic", None)}
    assert Change.objects.filter(verb="record_village").count() == 2
    assert PendingFile.objects.get().text == ""


def test_a_village_that_changed_meanwhile_is_compared_again(sarah: Client) -> None:
    address, page = shown(sarah)
    load(HOUSE.replace("90.5 m2", "95 m2"))
    stale = confirm(sarah, address, page)
    assert stale.status_code == 409
    assert "Somebody loaded another village in the meantime." in text_of(stale)
    assert "<del>95 m2</del>" in text_of(stale)
    assert Place.objects.get().area_m2 == 95
    assert confirm(sarah, address, stale).status_code == 302
    assert Place.objects.get(pk="house").area_m2 == 120


def test_every_problem_of_a_file_is_told_with_its_line(sarah: Client) -> None:
    page = hand_in(
        sarah, HOUSE.replace("area: 90.5 m2", "area: 90 kg").replace("electricity, amount", "electrcity, amount")
    )
    assert page.status_code == 422
    said = text_of(page)
    assert "house.yaml:6" in said
    assert "house.yaml:7" in said
    assert "electrcity" in said
    assert not PendingFile.objects.exists()


def zipped() -> bytes:
    """A small archive that would be very large."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("village.yaml", "a" * 50_000_000)
    return file.getvalue()


WRONG: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "archive": ("house.yaml", zipped, "archive"),
    "gzip": ("house.yaml", lambda: gzip.compress(b"a" * 9_000_000), "archive"),
    "picture": ("house.png", lambda: b"\x89PNG\r\n\x1a\n", "not called like a village file"),
    "binary": ("house.yaml", lambda: b"village: \xff\xfe", "house.yaml:1</b> There is a sign here that is not UTF-8."),
    "nul": ("house.yaml", lambda: b"village: A\0", "This is not a text."),
    "empty": ("house.yaml", lambda: b"", "The file is empty"),
    "huge": ("house.yaml", lambda: b"# " + b"a" * LARGEST_UPLOAD, "at most 2 MB"),
    "very huge": ("house.yaml", lambda: b"# " + b"a" * (4 * LARGEST_UPLOAD), "at most 2 MB"),
    "list": ("house.yaml", lambda: b"- a\n- b\n", "house.yaml:1"),
    "bomb": (
        "house.yaml",
        lambda: b"a: &a [x]\n" + b"".join(b"b%d: &b%d [*a, *a]\n" % (n, n) for n in range(99)),
        "house.yaml:",
    ),
    "deep": ("house.yaml", lambda: b"village: " + b"[" * 5000, "house.yaml:1"),
}


@pytest.mark.parametrize("wrong", sorted(WRONG))
def test_what_is_no_village_file_is_refused_in_words(wrong: str, sarah: Client) -> None:
    name, content, words = WRONG[wrong]
    page = hand_in(sarah, content(), name)
    assert page.status_code == 422
    assert words in text_of(page)
    assert not PendingFile.objects.exists()


def test_no_file_at_all(sarah: Client) -> None:
    assert "No file was chosen." in text_of(sarah.post("/village/file/"))
    assert "No file was chosen." in text_of(sarah.post("/village/file/", {"file": "words"}))


@pytest.mark.parametrize("path", ["/etc/hostname", "../../etc/hostname", "missing.csv"])
def test_a_file_from_the_site_reads_no_file_of_the_machine(path: str, sarah: Client) -> None:
    weather = f"site: {{latitude: 48.857, longitude: 2.410, timezone: Europe/Paris, weather: {path}, year: 2025}}\n"
    series = HOUSE.replace("amount: 1 kW", f"amount: {{file: {path}, column: a}}")
    for text in (weather + HOUSE, series):
        page = hand_in(sarah, text)
        assert page.status_code == 422
        assert path in text_of(page)


def test_the_data_files_of_the_village_may_be_read(tmp_path: Path, sarah: Client) -> None:
    rows = "time,a\n2025-06-01 00:00,1\n2025-06-01 01:00,2\n"
    (tmp_path / "light.csv").write_text(rows, "utf-8")
    text = HOUSE.replace("amount: 1 kW", "amount: {file: light.csv, column: a, unit: kW}")
    load(text, tmp_path)
    address, page = shown(sarah, text.replace("90.5 m2", "91 m2"))
    assert confirm(sarah, address, page).status_code == 302
    assert "light.csv" in text_of(sarah.get("/village/file/"))


def test_agents_that_cannot_be_recorded_are_told(sarah: Client) -> None:
    add_agent(handle="alice", kind="person", at=AT)
    page = hand_in(sarah, HOUSE.replace("agents:\n", "agents:\n  alice: {name: Alice}\n"))
    assert page.status_code == 422
    assert "agents.alice" in text_of(page)


def test_a_file_waits_a_day_for_whoever_handed_it_in(sarah: Client) -> None:
    address, page = shown(sarah)
    other = browser(holder("sam", "steward"))
    assert other.get(address).status_code == 404
    assert address in text_of(sarah.get("/village/file/"))
    PendingFile.objects.update(at=timezone.now() - KEPT)
    assert sarah.get(address).status_code == 404
    assert confirm(sarah, address, page).status_code == 404
    hand_in(sarah, LARGER)
    assert PendingFile.objects.count() == 1


def test_who_may_do_what_with_the_file(sarah: Client) -> None:
    address, _page = shown(sarah)
    auditor = browser(holder("audrey", "auditor"))
    assert auditor.get("/village/file/").status_code == 200
    assert auditor.get("/village/file/village.yaml").status_code == 200
    assert hand_in(auditor, LARGER).status_code == 403
    unready = browser(Agent.objects.get(identity__handle="sarah"), second_factor=False)
    for client in (browser(), browser(holder("alice", "member")), unready):
        for get in ("/village/file/", "/village/file/village.yaml", address):
            assert client.get(get).status_code in (302, 403)
        assert hand_in(client, LARGER).status_code in (302, 403)
        assert client.post(f"{address}forget/").status_code in (302, 403)
    assert PendingFile.objects.count() == 1


def test_a_form_without_its_key_is_refused() -> None:
    load()
    client = Client(enforce_csrf_checks=True)
    client.cookies = browser(holder("sarah", "steward")).cookies
    assert hand_in(client, LARGER).status_code == 403
    assert not PendingFile.objects.exists()


def test_without_a_village_there_is_nothing_to_take() -> None:
    client = browser(holder("sarah", "steward"))
    assert client.get("/village/file/village.yaml").status_code == 404
    assert "No village is loaded yet." in text_of(client.get("/village/file/"))
    address, page = shown(client, HOUSE)
    assert confirm(client, address, page).status_code == 302
    assert Place.objects.count() == 1


def test_the_actions_tell_their_problems() -> None:
    load()
    sarah = holder("sarah", "steward")
    pending = keep_file(name="house.yaml", text=LARGER, at=AT, by=sarah.pk)
    words = {"pending": pending, "by": sarah.pk}
    assert codes(load_file, **words, compared="other", at=AT) == ["village-changed"]
    assert codes(load_file, **words, compared=village_state(), at=AT + KEPT) == ["upload-expired"]
    before = village_state()
    assert load_file(**words, compared=before, at=AT + timedelta(hours=1))
    assert load_file(**words, compared=before, at=AT + timedelta(hours=1)) is None
    forget_file(pending=pending, at=AT, by=sarah.pk)
    assert PendingFile.objects.count() == 1


def test_the_codes_of_an_upload() -> None:
    assert codes(text_of_upload, name="a.txt", content=b"") == ["upload-empty", "upload-type"]
    assert codes(text_of_upload, name="a.yaml", content=b"a" * (LARGEST_UPLOAD + 1)) == ["upload-too-large"]
    assert codes(text_of_upload, name="a.yaml", content=b"\xff") == ["upload-binary"]
    assert text_of_upload(name="A.YML", content="\ufeffvillage: É".encode()) == "village: É"
    text = HOUSE.replace("amount: 1 kW", "amount: {file: none.csv, column: a, unit: kW}")
    assert codes(lambda: village_in(text, "house.yaml").__enter__()) == ["file-not-here"]


def test_a_file_that_waits_is_forgotten_when_a_name_is_erased(sarah: Client) -> None:
    shown(sarah)
    erase_agent(agent=add_agent(handle="alice", kind="person", at=AT), at=AT)
    assert not PendingFile.objects.exists()


def test_saint_blaise_goes_through() -> None:
    client = browser(holder("sarah", "steward"))
    address, page = shown(client, SAINT_BLAISE.read_text("utf-8"))
    assert page.status_code == 200
    assert len(page.content) < 200_000
    assert confirm(client, address, page).status_code == 302
    changed = SAINT_BLAISE.read_text("utf-8").replace("size: 0..150 kWp", "size: 0..120 kWp")
    assert "<ins>0..120 kWp</ins>" in text_of(shown(client, changed)[1])
    assert load_village(SAINT_BLAISE).name == "WikiVillage Factory"
