"""Long lists in pages: which page was asked for, what is on it, and the links around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list. ``number`` counts from 1; shown by ``shell/pages.html``."""

    items: Sequence[Any]
    number: int
    pages: int
    total: int

    @property
    def before(self) -> int | None:
        """The page before, if there is one."""
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        """The page after, if there is one."""
        return self.number + 1 if self.number < self.pages else None


def page_of(request: HttpRequest, items: Any, *, size: int = SIZE, total: int | None = None) -> Page:
    """The page of a list or query that the address asks for by ``page``; the nearest where there is no such page.

    ``total``: how many there are, where somebody has counted them.
    """
    paginator = Paginator(items, size)
    if total is not None:
        paginator.count = total
    found = paginator.get_page(request.GET.get("page"))
    return Page(list(found.object_list), found.number, paginator.num_pages, paginator.count)
