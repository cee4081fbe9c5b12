"""schemathesis reads the description of the API and sends whatever it allows, and what it does not: nothing breaks.

The same examples every time, through the real application, as a steward; what is written is taken back.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from tests.web.lived import LIVED_NOW
from tests.web.site.people import agent_of
from wikivillage.web.api import api
from wikivillage.web.registry.actions import issue_token

schemathesis = pytest.importorskip("schemathesis")

EXAMPLES = 8
"""Of each operation and mode: about a minute for all."""
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


def _operations() -> list[Any]:
    described = schemathesis.openapi.from_dict(api.get_openapi_schema())
    return [found.ok() for found in described.get_all_operations()]


OPERATIONS = _operations()


def test_the_description_has_operations() -> None:
    assert len(OPERATIONS) > 25


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize("mode", MODES, ids=["allowed", "not allowed"])
@pytest.mark.parametrize("operation", [pytest.param(one, id=one.label) for one in OPERATIONS])
def test_no_request_breaks_the_server(operation: Any, mode: Any) -> None:
    _, secret = issue_token(agent=agent_of("steward"), scopes=["steward"], at=LIVED_NOW)
    client = Client(raise_request_exception=False)

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def sent(case: Any) -> None:
        assert _send(client, case, secret) < 500, case.as_curl_command()

    sent()


def _send(client: Client, case: Any, secret: str) -> int:
    """The request as it would go over the wire, through Django's own client: in the transaction of the test."""
    wanted = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    headers = {name: str(value) for name, value in wanted.headers.items() if name != "Content-Type"}
    kind = str(wanted.headers.get("Content-Type", "application/json"))
    body = wanted.body or b""
    parts = urlsplit(str(wanted.url))
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    headers |= {"Authorization": f"Bearer {secret}"}
    return int(client.generic(str(wanted.method), path, body, kind, headers=headers).status_code)
