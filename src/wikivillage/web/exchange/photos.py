"""A picture that somebody took with a telephone, made small: turned the right way up, and with nothing in it that says
where, when and with what it was taken. Pure."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from wikivillage.base.problems import Problem, ProblemError

LARGEST_FILE = 10_000_000
LARGEST_PIXELS = 60_000_000
SIDE, SMALL_SIDE = 1600, 480
"""The longest side of what is kept, and of what lists show."""
FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Picture:
    """What is kept of a photo: two JPEG files and the size of the larger."""

    image: bytes
    small: bytes
    width: int
    height: int
    digest: str


def picture_of(content: bytes) -> Picture:
    """The picture in a file.

    Raises ProblemError: photo-empty, photo-too-large, photo-unreadable, photo-too-many-dots.
    """
    if not content:
        raise ProblemError([Problem("photo-empty", "photo", _("The file of the photo is empty."), hint())])
    if len(content) > LARGEST_FILE:
        raise ProblemError([too_large(len(content))])
    try:
        return _made_small(_opened(content))
    except ProblemError:
        raise
    except Exception as error:  # whatever a broken file makes a reader of pictures do, it is a broken file
        what = _("This is no photo that can be read.")
        raise ProblemError([Problem("photo-unreadable", "photo", what, hint())]) from error


def hint() -> str:
    """What works."""
    return _("Send a JPEG, PNG or WebP picture of at most 10 MB, or none: a lot needs no photo.")


def too_large(size: int | None = None) -> Problem:
    """That a file is larger than any photo needs to be."""
    what = _("The photo has %(size)s MB.") % {"size": f"{size / 1e6:.1f}"} if size else _("The photo is very large.")
    return Problem("photo-too-large", "photo", what, hint())


def _opened(content: bytes) -> Image.Image:
    """Its size is looked at before a single dot is unpacked: a small file may hold a very large picture."""
    many = Problem("photo-too-many-dots", "photo", _("The photo has too many dots, more than 60 million."), hint())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
        except Image.DecompressionBombError as error:
            raise ProblemError([many]) from error
    if picture.width * picture.height > LARGEST_PIXELS:
        raise ProblemError([many])
    return picture


def _made_small(picture: Image.Image) -> Picture:
    picture.draft("RGB", (SIDE, SIDE))
    turned = ImageOps.exif_transpose(picture)
    turned = turned if turned.mode in ("RGB", "RGBA") else turned.convert("RGBA")
    turned.thumbnail((SIDE, SIDE))
    plain = Image.new("RGB", turned.size, "white")
    plain.paste(turned, mask=turned.getchannel("A") if turned.mode == "RGBA" else None)
    image = _jpeg(plain)
    width, height = plain.size
    plain.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return Picture(image, _jpeg(plain), width, height, sha256(image).hexdigest())


def _jpeg(picture: Image.Image) -> bytes:
    """A new file: nothing but the dots goes into it."""
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=82, optimize=True, progressive=True)
    return written.getvalue()
