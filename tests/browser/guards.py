"""What no page may do while a browser looks: ask another host, break a policy, complain, or fail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

INNER = ("data", "blob", "about")
"""Schemes that leave nobody's machine."""


@dataclass
class Watch:
    """Notes every fault of the pages of one browser context. ``expected``: statuses that somebody asked for."""

    host: str
    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def over(self, context: Any) -> None:
        """Begin to watch a context."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"a script broke: {error.error}"))

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Let answers of these statuses pass for a while."""
        self.expected |= set(statuses)
        yield
        self.expected -= set(statuses)

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in INNER and parts.netloc != self.host:
            self.faults.append(f"asked another host: {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.faults.append(f"{response.status} from {response.request.method} {response.url}")

    def _console(self, message: Any) -> None:
        is_status = "the server responded with a status of" in message.text
        if message.type in ("error", "warning") and not is_status:
            where = message.location.get("url", "")
            self.faults.append(f"{message.type} on {where}: {message.text}")
