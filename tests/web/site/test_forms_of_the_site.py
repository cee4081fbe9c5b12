"""Every form of every page: filled with script, torn, enormous, sent twice, sent from two tabs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.site.crawl import Answer, getter, route_of, walk
from tests.web.site.faults import nothing_of
from tests.web.site.nasty import RAW, SCRIPT
from tests.web.site.parsed import Control, Form
from tests.web.site.people import client_of

pytestmark = pytest.mark.usefixtures("lived")

VIEWERS = ("visitor", "member", "steward")
ENDS_THE_SESSION = ("/accounts/logout/", "/me/leave/", "/me/sign-out")
"""Forms after which nobody is signed in: they are tried by the tests of their room."""
PLAIN = {"email": "somebody@people.example", "number": "1", "date": "2026-11-20", "time": "10:00", "url": "", "tel": ""}
FORGETS = {"sessions.session", "jobs.job", "notices.letter", "registry.change", "accounts.signin"}
"""Tables that may grow when the same comes twice: what is asked for twice is done twice there, or only noted."""

OF_EACH_KIND = 2
"""How many forms of the same route and fields are sent: to end one of fifty roles is one kind."""

Typed = dict[str, Any]
Kind = tuple[str, tuple[str, ...]]
every_viewer = pytest.mark.parametrize("who", VIEWERS)


def test_there_are_forms(pages: dict[str, list[Answer]]) -> None:
    """What follows would also hold where no form was found."""
    assert len(list(_forms(pages["visitor"]))) >= 2
    assert len(list(_forms(pages["steward"]))) >= 6


@every_viewer
def test_script_in_every_field_is_shown_as_text(pages: dict[str, list[Answer]], who: str) -> None:
    client = client_of(who, raise_request_exception=False)
    faults = []
    for address, form in _forms(pages[who]):
        for follow in (False, True):
            answer = client.post(address, _typed(form, SCRIPT), follow=follow)
            faults += [f"{address}: {fault}" for fault in _faults(answer)]
    nothing_of(faults)
    shown = walk(getter(client))
    nothing_of([(one.path, raw) for one in shown for raw in RAW if one.is_page and raw.encode() in one.content])


@every_viewer
@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "\ud7ff\U0001f9ff\u202e", " ", "x" * 100_000, "-1", "1e999", "é" * 300]
)
def test_odd_text_in_every_field_breaks_nothing(pages: dict[str, list[Answer]], who: str, text: str) -> None:
    client = client_of(who, raise_request_exception=False)
    answers = {address: client.post(address, _typed(form, text)) for address, form in _forms(pages[who])}
    nothing_of(
        {address: answer.status_code for address, answer in answers.items() if answer.status_code >= 500}.items()
    )


@every_viewer
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe=\x80", "application/x-www-form-urlencoded"),
        (b"a=" + b"x" * 21_000_000, "application/x-www-form-urlencoded"),
        (b"&".join(b"k%d=v" % number for number in range(1500)), "application/x-www-form-urlencoded"),
        (b"--x\r\nno head", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"{}", "application/json"),
    ],
    ids=["not UTF-8", "21 MB", "1500 fields", "torn parts", "no boundary", "JSON"],
)
def test_a_torn_or_huge_body_breaks_nothing(pages: dict[str, list[Answer]], who: str, body: bytes, kind: str) -> None:
    client = client_of(who, raise_request_exception=False)
    found = {address: client.post(address, body, content_type=kind).status_code for address, _ in _forms(pages[who])}
    nothing_of({address: status for address, status in found.items() if status >= 500}.items())


@every_viewer
def test_the_same_form_sent_twice_is_done_once(pages: dict[str, list[Answer]], who: str) -> None:
    """Double submit, and the back button: the very same fields come in again."""
    faults = []
    for address, form in _forms(pages[who]):
        client = client_of(who, raise_request_exception=False)
        typed = _typed(form, None)
        statuses = [client.post(address, typed).status_code]
        before = _rows()
        statuses.append(client.post(address, _typed(form, None)).status_code)
        more = {name: (before[name], rows) for name, rows in _rows().items() if rows > before[name]}
        if max(statuses) >= 500 or more:
            faults.append((address, statuses, more))
    nothing_of(faults)


@every_viewer
def test_two_tabs_do_not_break_each_other(pages: dict[str, list[Answer]], who: str) -> None:
    """Both tabs were opened before either was sent; the second says something else."""
    found = {}
    for address, form in _forms(pages[who]):
        client = client_of(who, raise_request_exception=False)
        found[address] = [client.post(address, _typed(form, text)).status_code for text in (None, "Autrement")]
    nothing_of({address: statuses for address, statuses in found.items() if max(statuses) >= 500}.items())


def _forms(found: list[Answer]) -> Iterator[tuple[str, Form]]:
    """Every form that is posted, once for each address and set of fields; of those of one kind, so many."""
    seen, taken = set(), Counter[Kind]()
    for one in found:
        for form in one.page.forms if one.is_page else ():
            address = urljoin(one.path, form.action or one.path)
            fields = tuple(control.name for control in form.controls)
            if form.method != "post" or (address, fields) in seen or address.startswith(ENDS_THE_SESSION):
                continue
            seen.add((address, fields))
            kind = route_of(address), fields
            taken[kind] += 1
            if taken[kind] <= OF_EACH_KIND:
                yield address, form


def _typed(form: Form, text: str | None) -> Typed:
    """What somebody sends who types this into every field; None: something that fits."""
    sent: Typed = form.filled()
    sent |= {one.name: _word(one) if text is None else text for one in form.controls if one.takes_text and one.name}
    names = {one.name: one for one in form.controls if one.kind == "file" and one.name}
    content = (text or "village: Essai").encode("utf-8", "surrogatepass")
    return sent | {name: SimpleUploadedFile("<b>village</b>.yaml", content) for name in names}


def _word(control: Control) -> str:
    return control.value or PLAIN.get(control.kind, "Essai")


def _faults(answer: Any) -> list[str]:
    broken = [str(answer.status_code)] if answer.status_code >= 500 else []
    content = b"" if answer.streaming else answer.content
    return [*broken, *(raw for raw in RAW if raw.encode() in content)]


def _rows() -> dict[str, int]:
    """How many rows each table has, without those that only note what was asked."""
    return {one._meta.label_lower: one.objects.count() for one in apps.get_models() if not _forgets(one)}


def _forgets(model: Any) -> bool:
    return model._meta.label_lower in FORGETS


def test_a_client_without_the_key_of_the_form_is_refused(pages: dict[str, list[Answer]]) -> None:
    """Another site cannot send any form in somebody's name."""
    client = client_of("steward", enforce_csrf_checks=True)
    found = {address: _bare(client, address) for address, _ in _forms(pages["steward"])}
    nothing_of({address: status for address, status in found.items() if status != 403}.items())


def _bare(client: Client, address: str) -> int:
    return int(client.post(address, {"name": "x"}).status_code)
