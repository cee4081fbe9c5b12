"""Sheets as PDF: one page a sheet, read aloud, and nothing asked of anybody but our own static files."""

from __future__ import annotations

import re
import socket
import sys
import zlib
from datetime import UTC, datetime
from typing import Any, NoReturn

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.test import RequestFactory

from tests.web.labels.test_label_pages import member
from wikivillage.web.labels import pdf
from wikivillage.web.labels.actions import put_label

AT = datetime(2026, 4, 16, 9, tzinfo=UTC)
BASE = "http://testserver/"

pytestmark = pytest.mark.usefixtures("ledger")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks another machine fails."""

    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("a request left the server")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def opened(content: bytes) -> bytes:
    """A PDF with its streams unpacked behind it."""
    parts = [content]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts)


def test_a_sheet_as_pdf(no_network: None) -> None:
    codes = [
        put_label(kind="unit", thing=f"desk-{number}", path="/building/", title=f"Bureau {number}", at=AT).code
        for number in range(22)
    ]
    answer = member().get("/labels/sheet.pdf?" + "&".join(f"code={code}" for code in codes))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    inside = opened(answer.content)
    assert b"pdfuaid:part" in inside, "it says that it can be read aloud"
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", inside)) == 2, "21 labels are on a sheet"


def test_a_server_without_pdf_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    code = put_label(kind="unit", thing="saw", path="/building/", title="Saw", at=AT).code
    answer = member().get(f"/labels/sheet.pdf?code={code}")
    assert answer.status_code == 501
    assert "This server makes no PDF." in answer.content.decode()
    with pytest.raises(pdf.PdfMissingError):
        pdf.pdf_of("<p>", request=RequestFactory().get("/"))


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/static/look/base.css",
        "http://testserver.elsewhere.example/static/look/base.css",
        "file:///etc/passwd",
        "http://testserver/building/",
        "http://testserver/static/../settings.py",
        "http://testserver/static/..%2f..%2fsettings.py",
        "http://testserver/static/nothing.css",
        "http://testserver/static/",
    ],
)
def test_only_static_files_of_this_site_are_read(url: str) -> None:
    with pytest.raises((ValueError, OSError, SuspiciousFileOperation)):
        pdf.static_file(url, BASE)


def test_a_static_file_is_read() -> None:
    content, kind = pdf.static_file("http://testserver/static/look/base.css?v=1", BASE)
    assert kind == "text/css"
    assert b"WikiVillage" in content


def test_what_is_elsewhere_is_left_out_of_a_pdf(no_network: None) -> None:
    html = (
        '<html lang="fr"><title>x</title><link rel="stylesheet" href="/static/look/tokens.css">'
        '<img alt="x" src="https://elsewhere.example/x.png"><img alt="y" src="file:///etc/passwd">'
        '<img alt="z" src="http://testserver/building/"><p>Words</p></html>'
    )
    assert pdf.pdf_of(html, request=RequestFactory().get("/")).startswith(b"%PDF-")
