"""The server as it is run meets what is no request of a browser: it refuses, and goes on answering."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.served import Site, served
from tests.web.lived import LIVED_NOW

HEAD = b"Host: 127.0.0.1\r\nConnection: close\r\n"
CHUNKS = b"Transfer-Encoding: chunked\r\n\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
TORN = {
    "a hello of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64) + b"\r\n\r\n",
    "zeros": bytes(4096) + b"\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "an unknown verb": b"BREW /coffee HTTP/1.1\r\n" + HEAD + b"\r\n",
    "bytes that are no UTF-8 in the address": b"GET /building/\xff\xfe/ HTTP/1.1\r\n" + HEAD + b"\r\n",
    "a zero in the address": b"GET /building/%00/ HTTP/1.1\r\n" + HEAD + b"\r\n",
    "an address of 100 kB": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n",
    "a header of 1 MB": b"GET / HTTP/1.1\r\n" + HEAD + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "a thousand headers": b"GET / HTTP/1.1\r\n" + HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(1000)) + b"\r\n",
    "a length below nothing": b"POST /accounts/login/ HTTP/1.1\r\n" + HEAD + b"Content-Length: -1\r\n\r\nabc",
    "two lengths": b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
    "a length and chunks": b"POST / HTTP/1.1\r\n" + HEAD + b"Content-Length: 5\r\n" + CHUNKS + b"0\r\n\r\n",
    "a chunk without a length": b"POST / HTTP/1.1\r\n" + HEAD + CHUNKS + b"zz\r\nabc\r\n0\r\n\r\n",
    "a cookie of rubbish": b"GET / HTTP/1.1\r\n" + HEAD + b"Cookie: sessionid=\xff\x00; =; ;;; theme=<b>\r\n\r\n",
    "another host": b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    "a form of 25 MB": b"POST /accounts/login/ HTTP/1.1\r\n" + HEAD + FORM + b"Content-Length: 25000000\r\n\r\n"
    + b"a" * 25_000_000,
}  # fmt: skip
PATIENCE = 20.0


@pytest.fixture(scope="module")
def site(lived_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(lived_site, tmp_path_factory.mktemp("served"), at=LIVED_NOW, worker=False) as running:
        yield running
    assert running.troubles() == ""


@pytest.mark.parametrize("sent", TORN.values(), ids=TORN)
def test_what_is_no_request_is_refused_and_nothing_else_happens(site: Site, sent: bytes) -> None:
    assert _status(_answer(site, sent)) in (None, *range(300, 500)), "refused, or hung up on"
    assert _get(site, "/") == 200


def test_a_client_that_leaves_in_mid_request_is_forgotten(site: Site) -> None:
    for _ in range(30):
        with _connected(site) as client:
            client.sendall(b"POST /accounts/login/ HTTP/1.1\r\n" + HEAD + FORM + b"Content-Length: 100\r\n\r\nname=")
    assert _get(site, "/") == 200


def _connected(site: Site) -> socket.socket:
    host, _, port = site.host.partition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def _answer(site: Site, sent: bytes) -> bytes:
    """What came back, as far as it came: the server may hang up before it has read everything."""
    with _connected(site) as client:
        found = b""
        try:
            client.sendall(sent)
            while part := client.recv(65_536):
                found += part
        except (ConnectionError, TimeoutError):
            pass
        return found


def _status(answer: bytes) -> int | None:
    """The status of an answer, None where there was none."""
    words = answer.split(b"\r\n", 1)[0].split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else None


def _get(site: Site, path: str) -> int:
    connection = http.client.HTTPConnection(site.host, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()
