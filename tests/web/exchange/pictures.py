"""Photos as telephones take them, with where they were taken."""

from __future__ import annotations

import io

from PIL import ExifTags, Image

ORIENTATION, MAKER, COMMENT = 0x0112, 0x010F, 0x9286
NAME = "Secret Telephone"


def photo_with_gps(*, width: int = 800, height: int = 600, turned: int = 6) -> bytes:
    """A JPEG that says that it was taken in Saint-Blaise, with what, and that it lies on its side."""
    picture = Image.new("RGB", (width, height), "saddlebrown")
    picture.paste("gold", (0, 0, width // 4, height // 4))
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    exif[MAKER] = NAME
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", (48.0, 51.0, 25.2)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", (2.0, 24.0, 36.0)
    written = io.BytesIO()
    picture.save(written, "JPEG", exif=exif, comment=b"from my home")
    return written.getvalue()


def picture_file(kind: str, size: tuple[int, int] = (60, 40), mode: str = "RGB") -> bytes:
    """A small picture in some format."""
    written = io.BytesIO()
    Image.new(mode, size).save(written, kind)
    return written.getvalue()
