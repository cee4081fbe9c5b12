"""What a server draws before it lets anybody in: one page of each kind, so that no reader waits for the first drawing.

The first drawing of a page takes ten times as long as the second: modules and templates are read, parts of the plan
are opened, what is kept is made. All of it is done once, before the processes that answer are split off: they begin
with it. A page that fails here fails for its readers too, and is left to them.
"""

from __future__ import annotations

import gc
import io
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import connections
from django.urls import Resolver404, resolve

from wikivillage.web.shell.context import DOORS

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
SECONDS = 15.0
"""After how long readers are let in, whatever is left."""
LINK = re.compile(rb'href="(/[^"?#]*)"')
CLOSED = ("/api/", "/accounts/", "/static/")
"""Where nobody looks at a page first, or where a page holds a form of its own for each reader."""


def warm(application: Application, *, host: str, seconds: float = SECONDS) -> None:
    """Draw pages, for some seconds at most. What is there then stays where it is, and no connection is left open.

    ``host`` is what readers will call this server: what is kept for them is kept by it.
    """
    until, drawing = time.monotonic() + seconds, draw_each_kind(application, host)
    while time.monotonic() < until and next(drawing, None) is not None:
        pass
    connections.close_all()
    gc.collect()
    gc.freeze()


def draw_each_kind(application: Application, host: str) -> Iterator[str]:
    """Draw the pages of the navigation in each language, then one of each further kind that they lead to; which."""
    languages = [code for code, _name in settings.LANGUAGES]
    waiting = deque((door.path, language) for door in DOORS for language in languages)
    kinds = set[tuple[str, str]]()
    while waiting:
        path, language = waiting.popleft()
        kind = _kind_of(path)
        if kind is None or (kind, language) in kinds:
            continue
        kinds.add((kind, language))
        with suppress(Exception):
            waiting.extend((link, language) for link in _links(_draw(application, path, language, host)))
        yield f"{language} {path}"


def _kind_of(path: str) -> str | None:
    """The view that answers an address; None where there is none, or none for the first look."""
    if path.startswith(CLOSED) or "." in path.rpartition("/")[2]:
        return None
    try:
        return str(resolve(path).view_name)
    except Resolver404:
        return None


def _links(page: bytes) -> Iterator[str]:
    return (link.decode(errors="replace") for link in dict.fromkeys(LINK.findall(page)))


def _draw(application: Application, path: str, language: str, host: str) -> bytes:
    """The page at an address, as a visitor gets it."""
    name, _, port = host.partition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": name,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": host,
        "HTTP_ACCEPT_LANGUAGE": language,
        "HTTP_X_FORWARDED_PROTO": "https" if settings.SECURE else "http",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    answer = application(environ, lambda *_: None)
    try:
        return b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close:
            close()
