"""A photo is made small and forgets where it was taken; what is none is refused in words."""

from __future__ import annotations

import io
import zlib
from struct import pack

import pytest
from django.test import RequestFactory
from PIL import ExifTags, Image

from tests.web.exchange.pictures import NAME, photo_with_gps, picture_file
from tests.web.exchange.yards import AT, dropped, yard
from tests.web.registry.somebody import codes
from wikivillage.web.exchange import photo_actions
from wikivillage.web.exchange.models import Lot, LotPhoto
from wikivillage.web.exchange.photos import LARGEST_FILE, picture_of
from wikivillage.web.labels.pdf import pdf_of


def test_the_photo_of_the_test_does_say_where_it_was_taken() -> None:
    exif = Image.open(io.BytesIO(photo_with_gps())).getexif()
    assert exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] == "N"
    assert NAME.encode() in photo_with_gps()


def test_nothing_is_left_of_where_and_with_what_it_was_taken() -> None:
    made = picture_of(photo_with_gps())
    for content in (made.image, made.small):
        kept = Image.open(io.BytesIO(content))
        assert not kept.getexif()
        assert not {"exif", "comment", "photoshop", "xmp", "icc_profile"} & set(kept.info)
        for trace in (b"Exif", b"GPS", NAME.encode(), b"from my home", b"http://ns.adobe.com"):
            assert trace not in content


def test_it_is_turned_the_right_way_up_and_made_small() -> None:
    made = picture_of(photo_with_gps(width=4000, height=2000))
    assert (made.width, made.height) == (800, 1600)
    kept = Image.open(io.BytesIO(made.image))
    assert kept.getpixel((790, 10))[1] > 150, "the golden corner went to the right"
    assert max(Image.open(io.BytesIO(made.small)).size) == 480


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("WEBP", "RGB"), ("PNG", "1")])
def test_other_kinds_of_pictures_become_jpeg(kind: str, mode: str) -> None:
    made = picture_of(picture_file(kind, mode=mode))
    assert Image.open(io.BytesIO(made.image)).format == "JPEG"
    assert (made.width, made.height) == (60, 40)


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it has this size, with nearly nothing in it."""
    head = pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(bytes(1000)))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))


WRONG = {
    b"": "photo-empty",
    b"<svg xmlns='http://www.w3.org/2000/svg'/>": "photo-unreadable",
    b"%PDF-1.7": "photo-unreadable",
    photo_with_gps()[:900]: "photo-unreadable",
    picture_file("GIF"): "photo-unreadable",
    picture_file("TIFF"): "photo-unreadable",
    png_of(100_000, 100_000): "photo-too-many-dots",
    png_of(9_000, 9_000): "photo-too-many-dots",
    b"\xff" * (LARGEST_FILE + 1): "photo-too-large",
}


@pytest.mark.parametrize("content", WRONG, ids=lambda one: f"{WRONG[one]}-{len(one)}")
def test_what_is_no_photo_is_refused_in_words(content: bytes) -> None:
    assert codes(picture_of, content=content) == [WRONG[content]]


def test_half_a_photo_is_no_photo_after_a_pdf_was_made_either() -> None:
    pdf_of("<p>Bonjour</p>", request=RequestFactory().get("/"))
    assert codes(picture_of, content=photo_with_gps()[:900]) == ["photo-unreadable"]


@pytest.mark.usefixtures("ledger")
def test_a_lot_keeps_its_photos_once_and_not_too_many() -> None:
    yard()
    lot = dropped("12", photo=photo_with_gps())
    add = {"lot": lot.pk, "at": AT}
    photo_actions.add_photo(content=photo_with_gps(), **add)
    assert LotPhoto.objects.count() == 1, "the same picture"
    for number in range(5):
        photo_actions.add_photo(content=picture_file("PNG", (50 + number, 50)), **add)
    assert codes(photo_actions.add_photo, content=picture_file("PNG"), **add) == ["too-many-photos"]
    assert photo_actions.remove_photo(position=1, **add)
    assert not photo_actions.remove_photo(position=1, **add)
    assert b"Exif" not in b"".join(bytes(one.image) for one in LotPhoto.objects.all())


@pytest.mark.usefixtures("ledger")
def test_a_broken_photo_keeps_the_lot_from_being_made_by_halves() -> None:
    yard()
    assert codes(dropped, photo=b"broken") == ["photo-unreadable"]
    assert Lot.objects.count() == 0
