"""What the people of lots are told, in both languages."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from wikivillage.report.formats import Numbers
from wikivillage.report.words import words_of
from wikivillage.web.exchange.lot_stocks import lot_path, open_reservations
from wikivillage.web.exchange.models import Lot, Reservation
from wikivillage.web.notices.actions import tell
from wikivillage.web.registry.words import Text

KIND = "reservation"


def tell_held_back(lot: Lot, *, at: datetime) -> None:
    """Whoever reserved some of a lot hears that it is set aside."""
    for one in open_reservations(lot.pk, at):
        en, fr = _amounts(one.amount)
        title = Text(f"Set aside: {lot.title}", f"Mis à part\u00a0: {lot.title}")
        text = Text(
            f"You reserved {en} of “{lot.title}”. The lot is set aside for now: {lot.held_back}. "
            "Do not fetch it before it is released; your reservation stays until its day.",
            f"Vous avez réservé {fr} de «\u00a0{lot.title}\u00a0». Le lot est mis à part pour l’instant\u00a0: "
            f"{lot.held_back}. Ne venez pas le chercher avant qu’il soit libéré\u00a0; votre réservation reste "
            "jusqu’à son terme.",
        )
        key = f"exchange-held-{one.pk}-{at:%Y%m%d%H%M}"
        tell(agent=one.agent_id, kind=KIND, title=title, text=text, path=lot_path(lot.pk), at=at, key=key)


def tell_lapsed(one: Reservation, *, at: datetime) -> None:
    """Whoever did not fetch what was kept for them hears that it is free again."""
    en, fr = _amounts(one.amount - one.taken)
    title = Text(f"Free again: {one.lot.title}", f"Libre à nouveau\u00a0: {one.lot.title}")
    text = Text(
        f"{en} of “{one.lot.title}” were kept for you for seven days at most. They are free again. "
        "Is some of it left? Reserve it once more.",
        f"{fr} de «\u00a0{one.lot.title}\u00a0» étaient gardés pour vous, sept jours au plus. C’est libre à nouveau. "
        "S’il en reste, vous pouvez réserver encore.",
    )
    tell(
        agent=one.agent_id,
        kind=KIND,
        title=title,
        text=text,
        path=lot_path(one.lot_id),
        at=at,
        key=f"exchange-lapsed-{one.pk}",
    )


def tell_soon(one: Reservation, *, at: datetime) -> None:
    """A day before it lapses, whoever has not come hears until when it is kept."""
    en, fr = (_moment(one.until, lang) for lang in ("en", "fr"))
    title = Text(f"To fetch by tomorrow: {one.lot.title}", f"À venir chercher d’ici demain\u00a0: {one.lot.title}")
    text = Text(
        f"“{one.lot.title}” is kept for you until {en}. After that it is free for others.",
        f"«\u00a0{one.lot.title}\u00a0» est gardé pour vous jusqu’au {fr}. Ensuite, le lot est libre pour les autres.",
    )
    tell(
        agent=one.agent_id,
        kind=KIND,
        title=title,
        text=text,
        path=lot_path(one.lot_id),
        at=at,
        key=f"exchange-soon-{one.pk}",
    )


def _amounts(kg: Decimal) -> tuple[str, str]:
    return _amount(kg, "en"), _amount(kg, "fr")


def _amount(kg: Decimal, lang: str) -> str:
    return Numbers(words_of(lang)).amount(float(kg), "kg")


def _moment(at: datetime, lang: str) -> str:
    return Numbers(words_of(lang)).date(at)
