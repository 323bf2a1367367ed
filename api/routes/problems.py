"""Every error as one shape: `application/problem+json` (RFC 9457)."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.errors import AWAY, CONFLICT, FORBIDDEN, INTERNAL, KINDS, NOT_FOUND, USAGE, failure_of
from api.terminal.screen import plain
from data.intake.issue import IntakeError

STATUS = {USAGE: 422, CONFLICT: 409, NOT_FOUND: 404, FORBIDDEN: 403, INTERNAL: 500, AWAY: 503}
"""HTTP status of every exit code of the command line."""

CODES = {
    400: "BAD_REQUEST",
    401: "NOT_AUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    412: "PRECONDITION_FAILED",
    413: "TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
}

SHOWN = 1000
"""Most issues of an intake that an answer repeats."""

RETRY_SECONDS = 5
"""When to try again where the database is away or busy: a server is back in seconds, or not for long."""

LOG = logging.getLogger("panelwise")


class Problem(BaseModel):
    """What went wrong. `code` is stable and meant for programs; `details` are sentences for people."""

    type: str
    title: str
    status: int
    code: str
    details: list[str] = []
    issues: list[dict[str, Any]] | None = None


class HttpError(Exception):
    """An error that only exists over HTTP: preconditions, media types, sizes, missing credentials."""

    def __init__(self, status: int, title: str, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.title = title
        self.headers = dict(headers or {})
        super().__init__(title)


def problem_answer(
    status: int,
    code: str,
    title: str,
    details: list[str] | None = None,
    issues: list[Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The one shape of every error."""
    body: dict[str, Any] = {
        "type": f"urn:panelwise:{code.lower().replace('_', '-')}",
        "title": title,
        "status": status,
        "code": code,
        "details": details or [],
    }
    if issues is not None:
        body["issues"] = plain(issues)
    return JSONResponse(body, status, dict(headers or {}), media_type="application/problem+json")


def answer_for(error: Exception) -> JSONResponse:
    """How any error is told; one that nobody expected says nothing of the inside."""
    if isinstance(error, HttpError):
        code = CODES.get(error.status, "REQUEST")
        return problem_answer(error.status, code, error.title, headers=error.headers)
    if isinstance(error, HTTPException):
        code = CODES.get(error.status_code, "REQUEST")
        return problem_answer(error.status_code, code, str(error.detail), headers=error.headers)
    if isinstance(error, RequestValidationError):
        return problem_answer(422, "REQUEST", "the request does not have the documented form", _fields(error))
    failure = failure_of(error)
    if failure is None:
        return problem_answer(500, "DEFECT", "something went wrong inside; the log of the service says what")
    issues = list(error.issues[:SHOWN]) if isinstance(error, IntakeError) else None
    details = list(failure.details[:SHOWN])
    status = STATUS[failure.exit_code]
    headers = {"Retry-After": str(RETRY_SECONDS)} if status == 503 else None
    return problem_answer(status, failure.code, failure.title, details, issues, headers)


def _fields(error: RequestValidationError) -> list[str]:
    return [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]


async def _tell(request: Request, error: Exception) -> JSONResponse:
    told = answer_for(error)
    told.headers["X-Request-Id"] = request.state.request_id  # what the middleware cannot reach: defects
    if told.status_code >= 500:
        LOG.error("request failed", exc_info=error)
    return told


def install_problems(app: FastAPI) -> None:
    """Make every error of the app a problem.

    Known errors are named one by one: what only `Exception` catches is raised again for the server's log.
    """
    known = [each[0] for each in KINDS]
    for kind in (Exception, HttpError, HTTPException, RequestValidationError, *known):
        app.add_exception_handler(kind, _tell)


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "What is wrong, and what to do",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    },
    503: {
        "description": "The database is away or busy: try again when `Retry-After` says",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    },
}
"""The errors of every route, for the OpenAPI document."""
