"""Problems in the API: one list, whatever went wrong, with the status that says of what kind it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from wikivillage.base.problems import Problem, ProblemError

STATUS = {"exists-with-different-body": 409, "not-authorised": 403, "missing-scope": 403, "not-found": 404}
"""Statuses of some codes; all others are 422."""


class ProblemOut(Schema):
    """One thing that is wrong: a code for programs, where it is, what it is and what would help."""

    code: str
    where: str
    what: str
    hint: str


class Problems(Schema):
    """Everything that is wrong with a request; nothing was written."""

    problems: list[ProblemOut]


def not_found(what: str, id: str) -> ProblemError:
    """That there is no such thing."""
    return ProblemError([Problem("not-found", id[:128], f"there is no {what} of this id.", "")])


def answer_with_problems(api: NinjaAPI) -> None:
    """Let an API tell every kind of failure in the same shape."""

    @api.exception_handler(ProblemError)
    def problems(request: HttpRequest, error: ProblemError) -> HttpResponse:
        status = max((STATUS.get(one.code, 422) for one in error.problems), key=(422, 404, 403, 409).index)
        return api.create_response(request, _listed(error.problems), status=status)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        found = [Problem("not-valid", ".".join(map(str, one["loc"][1:])), f"{one['msg']}.", "") for one in error.errors]
        return api.create_response(request, _listed(found), status=422)

    @api.exception_handler(AuthenticationError)
    def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        hint = "Send Authorization: Bearer and a token; wikivillage village token makes one."
        found = Problem("no-token", "Authorization", "the token is missing or opens nothing.", hint)
        return api.create_response(request, _listed([found]), status=401)

    @api.exception_handler(HttpError)
    def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
        found = [Problem("refused", request.path, str(error), "")]
        return api.create_response(request, _listed(found), status=error.status_code)


def nothing_there(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Answer for an address that does not exist."""
    hint = "Addresses are described at /api/docs."
    return JsonResponse(_listed([Problem("not-found", request.path, "there is no such address.", hint)]), status=404)


def our_mistake(request: HttpRequest) -> JsonResponse:
    """Answer when something of ours broke: what was asked is not done."""
    what = "something broke on our side; nothing was written."
    return JsonResponse(
        _listed([Problem("our-mistake", request.path, what, "Try again, or tell your steward.")]), status=500
    )


def busy() -> JsonResponse:
    """Answer when the database is held by somebody else for too long, or away."""
    found = Problem("busy", "database", "the database is busy; nothing was written.", "Send the same again.")
    return JsonResponse(_listed([found]), status=503)


def _listed(problems: Iterable[Problem]) -> dict[str, Any]:
    return {"problems": [{"code": p.code, "where": p.where, "what": p.what, "hint": p.hint} for p in problems]}
