"""What pages of the exchange draw many times: tickets of the board, which a template would take long to go through."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from wikivillage.report.markup import Html, icon, render, tag
from wikivillage.web.exchange.lot_shown import Card
from wikivillage.web.exchange.lot_words import QUARANTINED
from wikivillage.web.shell.templatetags.village import numbers

register = template.Library()


@register.simple_tag
def tickets(cards: Iterable[Card]) -> SafeString:
    """Lots as the tickets of the board."""
    unit, word = f" {numbers().unit('kg')}", _("Lot")
    return mark_safe(render([tag("li", _ticket(card, word, unit), class_="ticket") for card in cards]))


def _ticket(card: Card, word: str, unit: str) -> Html:
    place = f"{card.place}, {card.lot.bin}" if card.lot.bin else card.place
    return tag(
        "a",
        _photo(card),
        tag("span", f"{word} {card.code}", class_="code"),
        tag("span", numbers().number(float(card.kg)), tag("small", unit), class_="num"),
        tag("b", capfirst(card.title)),
        tag("span", card.kind, class_="small") if card.title != card.kind else None,
        tag("span", ", ".join(card.facts), class_="small") if card.facts else None,
        tag("span", place, class_="small soft-ink"),
        _state(card),
        href=card.href,
    )


def _photo(card: Card) -> Html | None:
    if not card.photo:
        return None
    source = reverse("exchange:photo_small", args=[card.lot.pk, card.photo])
    return tag("img", src=source, alt="", loading="lazy", width=160, height=120)


def _state(card: Card) -> Html | None:
    """Why not all of it can be had."""
    if card.lot.state == QUARANTINED:
        return tag("span", icon("warn"), f" {_('set aside')}", class_="state")
    if card.free == card.kg:
        return None
    free = _("%(kg)s kg free") % {"kg": numbers().number(float(card.free))} if card.free else _("all reserved")
    return tag("span", free, class_="state")
