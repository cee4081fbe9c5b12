"""A mail server of a few lines, on a free port of this machine: it keeps what it is given, or refuses whom it must."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message


class MailServer(socketserver.ThreadingTCPServer):
    """Takes letters; ``refused`` are addresses that it answers with 550."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, refused: tuple[str, ...] = ()) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.refused = refused
        self.letters: list[Message] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "QUIT":
                self._say("221 bye")
                return
            if verb == "RCPT":
                refused = any(address in line for address in self.server.refused)
                self._say("550 nobody here" if refused else "250 ok")
            elif verb == "DATA":
                self._take()
            else:
                self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        self.server.letters.append(message_from_bytes(b"".join(lines)))
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server(refused: tuple[str, ...] = ()) -> Iterator[MailServer]:
    """A mail server while the block runs."""
    with MailServer(refused) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def closed_port() -> int:
    """A port of this machine that refuses whoever knocks."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
