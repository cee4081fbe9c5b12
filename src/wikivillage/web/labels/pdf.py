"""The one place where a page becomes a PDF. It reads our own static files; no request leaves the server."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

VARIANT = "pdf/ua-1"
"""A PDF that can be read aloud: its parts have their meaning, its figures their words."""


class PdfMissingError(Exception):
    """That this server cannot make a PDF: the extra ``pdf`` is not installed, or the system lacks Pango."""


def pdf_of(html: str, *, request: HttpRequest) -> bytes:
    """A page as a PDF. Its links are whole, its static files are ours, everything else is left out.

    Raises PdfMissingError.
    """
    try:
        from PIL import ImageFile
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (ImportError, OSError) as error:
        raise PdfMissingError(str(error)) from error

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # which it turns on for all of the program: half a photo is no photo
    base = request.build_absolute_uri("/")

    class OwnFiles(URLFetcher):
        """Static files of this site, and what stands in the page itself."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            """A file of ours. Raises ValueError for every other address."""
            if url.startswith("data:"):
                return super().fetch(url, headers)
            content, kind = static_file(url, base)
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    fetcher = OwnFiles(allowed_protocols=["data"], allow_redirects=False)
    made: bytes = HTML(string=html, base_url=base, url_fetcher=fetcher).write_pdf(pdf_variant=VARIANT)
    return made


def pdf_response(html: str, *, request: HttpRequest, name: str) -> HttpResponse:
    """The PDF ``name.pdf``, shown in the browser; a page that says so where this server makes none (501)."""
    try:
        content = pdf_of(html, request=request)
    except PdfMissingError:
        return render(request, "labels/no_pdf.html", status=501)
    shown = {"Content-Disposition": f'inline; filename="{name.removesuffix(".pdf")}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=shown)


def static_file(url: str, base: str) -> tuple[bytes, str]:
    """The content and the type of a static file of this site. Raises ValueError for every other address."""
    own = f"{base.rstrip('/')}{settings.STATIC_URL}"
    found = finders.find(unquote(urlsplit(url).path.removeprefix(settings.STATIC_URL))) if url.startswith(own) else None
    if not found:
        raise ValueError(f"not a static file of this site: {url}")
    return Path(found).read_bytes(), mimetypes.guess_type(found)[0] or "application/octet-stream"
