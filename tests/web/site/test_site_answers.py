"""What every answer carries, whatever it answers: the policy, its headers, the flags of its cookies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from string import ascii_letters, digits

import pytest
from django.test import Client

from tests.web.site.crawl import Answer, route_of
from tests.web.site.faults import nothing_of
from tests.web.site.people import client_of

ROOT = Path(__file__).parents[3]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NEVER = ("unsafe-eval", "*", "http:", "https:")
ANSWERS = {
    "a page": ("/", 200),
    "no page": ("/nothing/here/", 404),
    "a closed page": ("/jobs/", 403),
    "a style sheet": ("/static/look/base.css", 200),
    "no style sheet": ("/static/look/none.css", 404),
    "a sign-in": ("/accounts/login/", 200),
    "a way elsewhere": ("/me", 301),
    "the API": ("/api/ledger", 401),
    "its description": ("/api/docs", 200),
    "its text": ("/api/openapi.json", 200),
}


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize(("path", "status"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_has_the_policy_and_the_headers(path: str, status: int) -> None:
    response = client_of("visitor").get(path)
    response.close()
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    nothing_of([word for word in policy.replace(";", " ").split() if word.strip("'") in NEVER])
    assert ("unsafe-inline" in policy) == (path == "/api/docs"), "Swagger begins itself in its page, no other page does"


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize("who", ["visitor", "member", "steward"])
def test_every_page_has_the_policy(pages: dict[str, list[Answer]], who: str) -> None:
    client = client_of(who)
    of_each_route = {route_of(one.path): one.path for one in pages[who] if one.is_page}
    answers = {path: client.get(path).headers for path in of_each_route.values()}
    nothing_of([path for path, headers in answers.items() if "unsafe" in headers["Content-Security-Policy"]])
    nothing_of([path for path, headers in answers.items() if headers.get("X-Frame-Options") != "DENY"])


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "head", "trace"])
def test_a_wrong_method_breaks_nothing(pages: dict[str, list[Answer]], method: str) -> None:
    client = client_of("steward", raise_request_exception=False)
    found = {one.path: getattr(client, method)(one.path).status_code for one in pages["steward"] if one.is_page}
    nothing_of({path: status for path, status in found.items() if status >= 500}.items())
    if method in ("put", "patch", "delete"):
        nothing_of({path for path, status in found.items() if status == 200 and not path.startswith("/accounts/")})


@pytest.mark.usefixtures("lived")
def test_cookies_are_out_of_reach_of_scripts_and_other_sites() -> None:
    client = client_of("visitor")
    client.get("/shell/language/en/")
    client.get("/shell/light/dark/")
    client.get("/got-it/")
    client.get("/accounts/signup/")
    client.post("/accounts/signup/", {"name": "Ada", "email": "ada@people.example"})
    flags = {name: (bool(one["httponly"]), one["samesite"]) for name, one in client.cookies.items()}
    assert {"sessionid", "csrftoken", "django_language", "theme"} <= set(flags)
    assert set(flags.values()) == {(True, "Lax")}, flags


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize("next", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])
@pytest.mark.parametrize("address", ["/shell/language/fr/", "/shell/light/dark/", "/accounts/login/"])
def test_a_way_back_never_leads_elsewhere(address: str, next: str) -> None:
    response = client_of("member").get(address, {"next": next})
    assert "evil" not in response.headers.get("Location", "/")
    assert "javascript" not in response.headers.get("Location", "/")


@pytest.mark.usefixtures("lived")
def test_the_language_is_switched_on_the_page_that_is_read() -> None:
    client = client_of("visitor")
    page = client.get("/building/?floor=2").content.decode()
    (link,) = [part.partition('"')[0] for part in page.split('href="') if part.startswith("/shell/language/en/")]
    answer = client.get(link.replace("&amp;", "&"), follow=True)
    assert answer.redirect_chain == [("/building/?floor=2", 302)]
    assert '<html lang="en"' in answer.content.decode()


@pytest.mark.usefixtures("lived")
def test_what_was_typed_into_an_old_form_is_given_back() -> None:
    """The session ended in mid-form: nothing is lost but passwords, and nothing of it is run."""
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "fr"})
    typed = {"name": "<b>Ada</b>", "email": "ada@people.example", "password1": "a-secret-of-hers"}
    response = client.post("/accounts/signup/", typed)
    page = response.content.decode()
    assert response.status_code == 403
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page
    assert "ada@people.example" in page
    assert "a-secret-of-hers" not in page


@pytest.mark.parametrize("origin", ["", "https://village.example"])
def test_django_finds_nothing_to_say_about_the_deployment(origin: str, tmp_path: Path) -> None:
    done = _manage(["check", "--deploy", "--fail-level", "WARNING"], origin, tmp_path)
    assert done.returncode == 0, done.stderr


HTTPS = """
import json
from django.test import Client
client = Client(headers={"host": "village.example", "x-forwarded-proto": "https"})
page = client.get("/accounts/login/")
client.get("/shell/light/dark/")
bare = Client(headers={"host": "village.example"}).get("/accounts/login/")
other = Client(headers={"host": "evil.example", "x-forwarded-proto": "https"}).get("/accounts/login/")
print(json.dumps({
    "statuses": [page.status_code, bare.status_code, other.status_code],
    "to": bare.headers["Location"],
    "sts": page.headers["Strict-Transport-Security"],
    "cookies": {name: bool(one["secure"]) for name, one in client.cookies.items()},
}))
"""


def test_an_https_site_is_closed_to_everything_else(lived_site: Path, tmp_path: Path) -> None:
    copy = tmp_path / "village.sqlite3"
    copy.write_bytes(lived_site.read_bytes())
    done = _manage(["shell", "--no-imports", "-c", HTTPS], "https://village.example", tmp_path)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["statuses"] == [200, 301, 400]
    assert told["to"] == "https://village.example/accounts/login/"
    assert "max-age=31536000" in told["sts"]
    assert told["cookies"]
    assert all(told["cookies"].values())


def _manage(words: list[str], origin: str, folder: Path) -> subprocess.CompletedProcess[str]:
    known = {
        "DATABASE_URL": f"sqlite:///{folder}/village.sqlite3",
        "ORIGIN": origin,
        "SECRET_KEY": ascii_letters + digits,
    }
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **known}, capture_output=True, text=True, check=False)
