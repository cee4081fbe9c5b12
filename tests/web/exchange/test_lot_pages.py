"""Pages of lots: the board, three taps to drop something off, one lot with its gestures, refusals with a way out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.building.houses import present
from tests.web.exchange.pictures import photo_with_gps
from tests.web.exchange.yards import AT, dropped, key, kg_of, many_lots, member, yard
from tests.web.registry.somebody import browser, holder, person, text_of
from wikivillage.web.exchange import lot_actions
from wikivillage.web.exchange.lot_forms import read_kg
from wikivillage.web.exchange.models import Lot, LotPhoto, Reservation, Transformation, WasteExit
from wikivillage.web.exchange.photos import LARGEST_FILE

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture(autouse=True)
def _yard(ledger: None) -> Iterator[None]:
    with present(AT):
        yard()
        yield


def page(path: str, who: Any = None, *, lang: str = "en", status: int = 200) -> str:
    """What a page says to somebody."""
    answer = browser(who, lang=lang).get(path)
    assert answer.status_code == status, path
    return text_of(answer)


def press(client: Client, lot: Lot, word: str, *, status: int = 302, **said: Any) -> str:
    """Press a button of the page of a lot."""
    answer = client.post(f"/exchange/lots/{lot.pk}/{word}/", {"key": key(), **said})
    assert answer.status_code == status, text_of(answer)
    return text_of(answer)


def sent_to_sign_in(answer: Any) -> bool:
    """Whether a stranger who pressed a button was asked who they are."""
    return answer.status_code == 403 or (answer.status_code == 302 and "/accounts/login/" in answer.url)


def drop(client: Client, **said: Any) -> Any:
    """The last of the three taps."""
    fields = {"key": key(), "kind": "wood_offcuts", "kg": "12", "place": "recyclab", **said}
    return client.post("/exchange/drop/", fields)


def test_twelve_kilograms_of_oak_are_dropped_off_in_three_taps() -> None:
    ben = browser(member("ben"))
    first = text_of(ben.get("/exchange/drop/"))
    (tap,) = re.findall(r'href="(\?kind=wood_offcuts)"', first)
    second = text_of(ben.get(f"/exchange/drop/{tap}"))
    assert 'inputmode="decimal"' in second
    third = text_of(ben.get("/exchange/drop/?kind=wood_offcuts&kg=12,5"))
    assert 'name="place" value="recyclab"' in third
    form = dict(re.findall(r'<input type="hidden" name="(key|kind|kg)" value="([^"]*)"', third))
    assert Lot.objects.count() == 0, "nothing is written before the last tap"
    answer = ben.post("/exchange/drop/", {**form, "place": "recyclab"}, follow=True)
    lot = Lot.objects.get()
    assert (kg_of(lot), lot.state, lot.place) == (Decimal("12.5"), "free", "recyclab")
    said = text_of(answer)
    assert f"Write {lot.stock.lot} on it" in said
    ben.post("/exchange/drop/", {**form, "place": "recyclab"})
    assert Lot.objects.count() == 1, "a second press is the same"


@pytest.mark.parametrize("kg", ["-3", "0", "6000", "abc", "", "1e3", "0.00001"])
def test_a_weight_that_cannot_be_is_told_at_the_second_tap(kg: str) -> None:
    said = page(f"/exchange/drop/?kind=wood_offcuts&kg={kg}", member("ben"), status=422)
    assert 'aria-invalid="true"' in said
    assert 'role="alert"' in said


def test_a_heavy_lot_asks_to_look_twice() -> None:
    ben = member("ben")
    assert 'name="sure"' in page("/exchange/drop/?kind=wood_offcuts&kg=1600", ben, status=422)
    assert 'name="place"' in page("/exchange/drop/?kind=wood_offcuts&kg=1600&sure=1", ben)
    assert drop(browser(ben), kg="1600", sure="1").status_code == 302


def test_what_is_doubtful_is_set_aside_and_a_photo_forgets_where_it_was_taken() -> None:
    ben = browser(member("ben"))
    photo = SimpleUploadedFile("a.jpg", photo_with_gps(), "image/jpeg")
    assert drop(ben, doubt="on", title="mélaminé", photo=photo).status_code == 302
    lot = Lot.objects.get()
    assert (lot.state, lot.treated) == ("quarantined", "unknown")
    picture = Client().get(f"/exchange/lots/{lot.pk}/photos/1.jpg")
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert b"Exif" not in picture.content
    assert len(Client().get(f"/exchange/lots/{lot.pk}/photos/1-small.jpg").content) < len(picture.content)
    assert Client().get(f"/exchange/lots/{lot.pk}/photos/9.jpg").status_code == 404


WRONG_PHOTOS = {b"not a photo": "no photo that can be read", b"\xff" * (LARGEST_FILE + 10): "very large"}


@pytest.mark.parametrize("content", WRONG_PHOTOS, ids=["wrong", "huge"])
def test_a_wrong_or_huge_photo_is_told_and_nothing_is_written(content: bytes) -> None:
    ben = browser(member("ben"))
    answer = drop(ben, photo=SimpleUploadedFile("a.jpg", content, "image/jpeg"))
    assert answer.status_code == 422
    assert WRONG_PHOTOS[content] in text_of(answer)
    assert Lot.objects.count() == 0
    lot = dropped()
    answer = ben.post(f"/exchange/lots/{lot.pk}/photos/", {"photo": SimpleUploadedFile("a.jpg", content)})
    assert answer.status_code == 422
    assert WRONG_PHOTOS[content] in text_of(answer)


def test_what_the_last_tap_refuses() -> None:
    ben = browser(member("ben"))
    assert "There is no place" in text_of(drop(ben, place="moon"))
    assert drop(ben, kind="moon").status_code == 422
    assert drop(ben, pieces="-4").status_code == 422
    assert drop(ben, kg="-1").status_code == 422
    assert Lot.objects.count() == 0


def test_strangers_see_lots_and_change_nothing() -> None:
    ben = member("ben")
    lot = dropped("12", by=ben)
    said = page(f"/exchange/lots/{lot.pk}/")
    assert "Sign in to reserve" in said
    assert "ben" not in said.replace("bench", "")
    assert "a person" in said
    stranger = browser(person("walter"))
    for word in ("reserve", "take", "weigh", "hold", "release", "move", "split", "describe", "throw"):
        assert sent_to_sign_in(Client().post(f"/exchange/lots/{lot.pk}/{word}/", {}))
        assert stranger.post(f"/exchange/lots/{lot.pk}/{word}/", {}).status_code == 403
    assert Client().get("/exchange/drop/").status_code == 403
    assert drop(stranger).status_code == 403
    assert sent_to_sign_in(Client().post(f"/exchange/lots/{lot.pk}/photos/", {}))
    assert stranger.get("/exchange/run/").status_code == 403
    assert Client().get("/exchange/reservations/").status_code == 403
    for word in ("throw", "release", "weigh"):
        assert browser(ben).post(f"/exchange/lots/{lot.pk}/{word}/", {}).status_code == 403


def test_who_wants_more_than_is_free_reads_what_would_work() -> None:
    lot, ben, ann = dropped("12"), browser(member("ben")), browser(member("ann"))
    press(ben, lot, "reserve", kg="8", purpose="art")
    said = press(ann, lot, "reserve", kg="5", purpose="art", status=422)
    assert "You want 5" in said
    assert "What would work" in said
    assert "Reserve 4 kg" in said
    press(ann, lot, "reserve", kg="4", purpose="art")
    assert Reservation.objects.count() == 2
    assert "All of it is reserved" in page(f"/exchange/lots/{lot.pk}/", member("eve"))


def test_the_same_button_twice_reserves_once() -> None:
    lot, ben, form = dropped("12"), browser(member("ben")), key()
    for _ in range(2):
        press(ben, lot, "reserve", key=form, kg="4", purpose="art")
    assert Reservation.objects.count() == 1


def test_taking_what_was_kept_and_no_more() -> None:
    lot, agent = dropped("12"), member("ben")
    ben = browser(agent)
    press(ben, lot, "reserve", kg="5", purpose="art")
    one = Reservation.objects.get()
    assert "5 kg are kept for you" in page(f"/exchange/lots/{lot.pk}/", agent)
    assert "5 kg" in page("/exchange/reservations/", agent)
    said = press(ben, lot, "take", kg="8", reservation=one.pk, status=422)
    assert "are kept for you" in said
    press(ben, lot, "take", kg="5", reservation=one.pk)
    assert kg_of(lot) == 7
    press(ben, lot, "reserve", do="take", kg="7", purpose="art")
    lot.refresh_from_db()
    assert lot.state == "gone"
    said = page(f"/exchange/lots/{lot.pk}/", agent)
    assert "Nothing is left" in said
    assert "a work of art" in said.lower()


def test_giving_back_is_for_whose_it_is() -> None:
    lot, ben = dropped("12"), browser(member("ben"))
    press(ben, lot, "reserve", kg="5", purpose="art")
    path = f"/exchange/reservations/{Reservation.objects.get().pk}/cancel/"
    assert browser(member("ann")).post(path).status_code == 403
    assert ben.post("/exchange/reservations/none/cancel/").status_code == 404
    assert ben.post(path).status_code == 302
    assert Reservation.objects.get().state == "cancelled"


def test_a_steward_weighs_sets_aside_releases_moves_splits_and_describes() -> None:
    lot, stew = dropped("12"), browser(holder("stew", "steward"))
    press(stew, lot, "weigh", kg="11,5")
    assert kg_of(lot) == Decimal("11.5")
    press(stew, lot, "hold", why="wet")
    press(stew, lot, "hold", why="", status=302)
    assert "wet" in page(f"/exchange/lots/{lot.pk}/")
    assert "set aside" in press(stew, lot, "reserve", kg="1", purpose="art", status=422)
    press(stew, lot, "release", treated="no", why="dry again")
    press(stew, lot, "move", place="fablab", bin="C2")
    press(stew, lot, "describe", title="frêne", condition="worn", origin="gift", times_used="2")
    press(stew, lot, "split", parts="5; 2,5")
    assert Lot.objects.count() == 3
    assert "Say how much each part weighs" in press(stew, lot, "split", parts="", status=422)
    assert "no number" in press(stew, lot, "split", parts="five", status=422)
    said = page(f"/exchange/lots/{lot.pk}/", lang="en")
    for word in ("Weighed again", "Set aside", "Looked at and released", "Carried to: Fablab", "Shared out", "frêne"):
        assert word in said


def test_nothing_is_thrown_away_too_early_and_then_it_is_in_the_register() -> None:
    lot, agent = dropped("12"), holder("stew", "steward")
    stew = browser(agent)
    waste = {"kg": "12", "exchange": "wood", "channel": "energy", "certificate": "BSD 1"}
    assert "It is offered until" in press(stew, lot, "throw", status=422, **waste)
    with present(AT + timedelta(days=31)):
        stew = browser(agent)
        press(stew, lot, "throw", **waste)
        assert WasteExit.objects.get().kg == 12
        register = page("/exchange/waste/?year=2026")
        assert "12 kg of lots left as waste in 2026." in register
        assert "BSD 1" in register
        assert "No lot left as waste in 2025." in page("/exchange/waste/?year=2025")
        table = b"".join(Client().get("/exchange/waste.csv?year=2026").streaming_content).decode()
        assert "BSD 1" in table.splitlines()[1]
    assert "Left as waste" in page(f"/exchange/lots/{lot.pk}/")


def run_form(lot: Lot, **more: Any) -> dict[str, Any]:
    """A run of the joinery."""
    said = {"key": key(), "lot": lot.pk, f"in-{lot.pk}": "12", "work": "wood_to_boards", "place": "fablab"}
    out = {"out-0-kind": "boards", "out-0-kg": "8", "out-1-kind": "sawdust", "out-1-kg": "3,9"}
    return {**said, **out, **more}


def test_a_run_shows_its_sum_before_it_is_written() -> None:
    lot, ben = dropped("12"), browser(member("ben"))
    assert "chêne" in text_of(ben.get(f"/exchange/run/?lot={lot.pk}"))
    form = run_form(lot)
    said = text_of(ben.post("/exchange/run/", {**form, "do": "sum"}))
    assert "12 kg went in, 11.9 kg came out." in said.replace("\u00a0", " ")
    assert Transformation.objects.count() == 0
    assert ben.post("/exchange/run/", {**form, "do": "write"}).status_code == 302
    assert ben.post("/exchange/run/", {**form, "do": "write"}).status_code == 302
    assert Transformation.objects.count() == 1


def test_a_run_that_does_not_balance_or_would_poison_the_compost_is_refused() -> None:
    lot, ben = dropped("12"), browser(member("ben"))
    answer = ben.post("/exchange/run/", run_form(lot, do="write", **{"out-0-kg": "2"}))
    assert answer.status_code == 422
    assert "more than two per cent" in text_of(answer)
    painted = dropped("12", treated="yes")
    lot_actions.release_lot(lot=painted.pk, treated="yes", at=AT)
    wanted = run_form(painted, do="write", **{"out-0-kind": "brown_dry", "out-0-kg": "12", "out-1-kg": ""})
    assert "never goes to the compost" in text_of(ben.post("/exchange/run/", wanted))
    wrong = run_form(lot, do="write", **{f"in-{lot.pk}": "many", "out-0-kind": "moon", "place": "moon"})
    assert ben.post("/exchange/run/", wrong).status_code == 422
    assert Transformation.objects.count() == 0


SCRIPT = "<script>alert(1)</script>"


def test_a_script_in_every_field_stays_a_text() -> None:
    ben, stew = browser(member("ben")), browser(holder("stew", "steward"))
    fields = {"title": SCRIPT, "size": SCRIPT, "bin": "<b>x</b>"}
    assert drop(ben, **fields).status_code == 302
    lot = Lot.objects.get()
    press(stew, lot, "weigh", kg="11", why=SCRIPT)
    press(stew, lot, "hold", why=SCRIPT)
    press(stew, lot, "release", treated="no", why=SCRIPT)
    for path in (f"/exchange/lots/{lot.pk}/", "/exchange/", f"/exchange/run/?lot={lot.pk}", f"/exchange/?q={SCRIPT}"):
        said = text_of(stew.get(path))
        assert SCRIPT not in said, path
    assert "&lt;script&gt;" in text_of(stew.get(f"/exchange/lots/{lot.pk}/"))
    for word in ("reserve", "take", "weigh", "hold", "release", "move", "split", "describe", "throw"):
        names = ("kg", "purpose", "why", "place", "bin", "parts", "title", "condition", "exchange", "channel", "key")
        answer = stew.post(f"/exchange/lots/{lot.pk}/{word}/", dict.fromkeys(names, SCRIPT))
        assert answer.status_code in (302, 422), word
        assert SCRIPT not in text_of(answer), word
    for query in ("kind", "kg"):
        answer = ben.get("/exchange/drop/", {"kind": "wood_offcuts", query: SCRIPT})
        assert SCRIPT not in text_of(answer)


def test_addresses_that_make_no_sense() -> None:
    assert Client().get("/exchange/lots/nothing/").status_code == 404
    assert Client().get("/exchange/lots/a%00b/").status_code == 404
    dropped()
    for query in ("kind=moon", "place=%00", "least=-1", "least=9e99", "long=x", "state=moon", "page=99", "sort=x"):
        assert Client().get(f"/exchange/?{query}").status_code == 200


def test_the_board_is_narrowed_by_matter_place_size_and_word() -> None:
    dropped("12", title="chêne", longest_cm=70)
    dropped("3", title="pin", longest_cm=200)
    dropped("4", "sawdust", title="sciure", place="fablab")
    dropped("5", title="mélaminé", treated="unknown")
    assert "3 lots are looking for hands" in page("/exchange/")
    found = {
        "kind=sawdust": "Sciure",
        "place=fablab": "Sciure",
        "least=10": "Chêne",
        "long=120": "Pin",
        "q=chenes": None,
        "q=chênes": "Chêne",
        "state=quarantined": "Mélaminé",
    }
    for query, title in found.items():
        said = page(f"/exchange/?{query}")
        shown = [one for one in ("Chêne", "Pin", "Sciure", "Mélaminé") if f"<b>{one}</b>" in said]
        assert shown == ([title] if title else []), query
    table = b"".join(Client().get("/exchange/lots.csv").streaming_content).decode()
    assert len(table.splitlines()) == 4
    assert "chêne" in table


def test_what_was_just_brought_is_on_the_board_of_who_is_signed_in(settings: Any) -> None:
    settings.KEPT_SECONDS = 60
    hers = browser(member("alice"))
    assert hers.get("/exchange/").context["page"].total == 0
    dropped("1")
    board = hers.get("/exchange/").context
    assert (board["page"].total, len(board["cards"]), len(board["kinds"])) == (1, 1, 1)


def test_a_full_board_asks_no_more_questions_than_a_small_one() -> None:
    def questions(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(path).status_code == 200
        return len(asked)

    many_lots(40)
    for number in range(3):
        dropped(str(number + 1), photo=photo_with_gps(width=40 + number, height=40))
    questions("/exchange/")
    few = questions("/exchange/")
    many_lots(400, first=40)
    assert questions("/exchange/") == few
    assert questions("/exchange/?page=17") == few
    assert questions("/exchange/?page=2&kind=wood_offcuts") == few + 1, "how many those are, nobody has counted"
    assert few <= 31, "the names of things are kept for a minute, which no test does"


def test_weights_as_people_write_them() -> None:
    said = {
        "12": "12",
        "12,5": "12.5",
        " 1 200 kg": "1200",
        "1,2 t": "1200.0",
        "-3": "-3",
        "300 g": "0.300",
        ",5": "0.5",
    }
    assert {text: read_kg(text) for text in said} == {text: Decimal(kg) for text, kg in said.items()}
    assert [read_kg(text) for text in ("", "x", "1e3", "12kgs", "1,2,3", "٣", "nan", "--3x")] == [None] * 8


def test_pages_are_there_in_french() -> None:
    lot, ben = dropped("12", by=member("ann")), member("ben")
    said = page(f"/exchange/lots/{lot.pk}/", ben, lang="fr")
    assert "12\u00a0kg de chêne, apportés du voisinage." in said
    assert "Réserver" in said
    assert "LotPhoto" not in said
    assert LotPhoto.objects.count() == 0
