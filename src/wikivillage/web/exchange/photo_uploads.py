"""Photos on their way in: no more of a file is kept than a photo may have, whatever is sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from wikivillage.base.problems import ProblemError
from wikivillage.web.exchange.photos import LARGEST_FILE, too_large

View = Callable[..., HttpResponse]


class SmallPhoto(MemoryFileUploadHandler):
    """Keeps an upload in memory as long as it can be a photo, and drops the rest unread."""

    too_large = False

    def handle_raw_input(self, *arguments: Any, **options: Any) -> None:
        """Always take it, whatever the browser says of its length."""
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take a part, or stop where it is too much."""
        if start + len(raw_data) > LARGEST_FILE:
            self.too_large = True
            raise SkipFile
        super().receive_data_chunk(raw_data, start)


def with_photo(view: View) -> View:
    """A view whose form may bring a photo."""
    guarded = csrf_protect(view)

    @csrf_exempt  # only until the handler is in place: the view itself is protected
    @wraps(view)
    def answer(request: HttpRequest, *arguments: Any, **words: Any) -> HttpResponse:
        if request.method == "POST":
            request.upload_handlers = [SmallPhoto(request)]
        response: HttpResponse = guarded(request, *arguments, **words)
        return response

    return answer


def photo_of(request: HttpRequest) -> bytes:
    """The photo that came with a form; nothing where none was chosen. Raises ProblemError photo-too-large."""
    upload = request.FILES.get("photo")
    if any(getattr(one, "too_large", False) for one in request.upload_handlers):
        raise ProblemError([too_large()])
    return upload.read() if upload else b""
