"""Everything that writes photos of lots."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wikivillage.base.problems import Problem, ProblemError
from wikivillage.web.exchange.lot_stocks import locked_lot
from wikivillage.web.exchange.models import Lot, LotPhoto
from wikivillage.web.exchange.photos import Picture, picture_of
from wikivillage.web.ledger.retry import retrying
from wikivillage.web.registry.actions import record_change

MOST_PHOTOS = 6


@retrying
def add_photo(*, lot: str, content: bytes, at: datetime, by: str = "") -> LotPhoto:
    """A picture of a lot, made small and without where it was taken. The same picture again is the same.

    Raises ProblemError: no-lot, too-many-photos, those of the photo.
    """
    picture = picture_of(content)
    with transaction.atomic():
        row = locked_lot(lot)
        same = LotPhoto.objects.filter(lot=row, digest=picture.digest).first()
        if same is not None:
            return same
        if LotPhoto.objects.filter(lot=row).count() >= MOST_PHOTOS:
            what = _("This lot has %(most)s photos already.") % {"most": MOST_PHOTOS}
            raise ProblemError([Problem("too-many-photos", "photo", what, _("Take one away first."))])
        record_change("add_photo", lot, at=at, by=by)
        return keep_photo(row, picture, at)


def keep_photo(lot: Lot, picture: Picture, at: datetime) -> LotPhoto:
    """Put a picture that was made small behind those that a lot has."""
    last = LotPhoto.objects.filter(lot=lot).order_by("-position").values_list("position", flat=True).first()
    return LotPhoto.objects.create(lot=lot, position=(last or 0) + 1, at=at, **asdict(picture))


@retrying
def remove_photo(*, lot: str, position: int, at: datetime, by: str = "") -> bool:
    """Take a picture away for good; whether there was one."""
    with transaction.atomic():
        locked_lot(lot)
        number, _each = LotPhoto.objects.filter(lot=lot, position=position).delete()
        if number:
            record_change("remove_photo", lot, at=at, by=by)
        return bool(number)
