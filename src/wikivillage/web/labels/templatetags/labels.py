"""Tags with labels: the QR code with its short address."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from wikivillage.report.markup import tag
from wikivillage.web.labels import addresses
from wikivillage.web.labels.models import Label
from wikivillage.web.labels.qr import drawn

register = template.Library()


@register.simple_tag(takes_context=True)
def qr(context: dict[str, Any], label: Label | None) -> SafeString:
    """The QR code of a label, and below it its address for those who type; nothing without a label."""
    if label is None:
        return mark_safe("")
    request = context["request"]
    name = _("QR code of %(title)s") % {"title": label.title}
    code = drawn(addresses.scanned(label, request), name)
    server, path = addresses.typed(label, request)
    address = tag("span", server, tag("span", path, class_="nb"), class_="code")
    return mark_safe(tag("span", code, address, class_="label-qr"))
