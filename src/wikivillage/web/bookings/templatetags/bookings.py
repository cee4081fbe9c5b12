"""What pages of bookings draw many times: the slots of a unit, which a template would take long to go through."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from django import template
from django.utils.safestring import SafeString, mark_safe

from wikivillage.report.markup import Html, render, sign, tag
from wikivillage.web.bookings.shown import ShownSlot

register = template.Library()


@register.simple_tag
def slots(found: Iterable[ShownSlot], back: str, *, signed_in: bool) -> SafeString:
    """Slots to press, or to sign in for and come ``back``; and those that cannot be had, with why not."""
    link = f"/accounts/login/?next={quote(back, safe='')}"
    return mark_safe(render([tag("li", _slot(one, "" if signed_in else link)) for one in found]))


def _slot(one: ShownSlot, link: str) -> Html:
    if not one.free:
        return tag("span", one.span, tag("small", one.words), class_="gone")
    inside = (tag("span", one.span), tag("small", sign(one.loop), one.words))
    if link:
        return tag("a", inside, class_="go", href=link)
    return tag("button", inside, type="submit", name="slot", value=one.value)
