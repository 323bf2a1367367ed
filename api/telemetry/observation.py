"""What is known of every request: an id, a log line, figures, a span."""

import re
import time
from dataclasses import dataclass
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.telemetry.metrics import Metrics
from api.telemetry.tracing import Tracing

REQUEST_ID = "X-Request-Id"
WELL_FORMED = re.compile(r"[A-Za-z0-9._:-]{1,64}")
"""What a caller's own request id may look like: it goes into log lines."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Routes that machines ask for all day long; their lines are of level debug."""

LOG = structlog.stdlib.get_logger("panelwise.requests")


@dataclass
class Observation:
    """Middleware. Paths appear as templates (`/patients/{patient_id}`) and queries not at all: what people
    search for is a name more often than not.
    """

    app: ASGIApp
    metrics: Metrics
    tracing: Tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watch one request; others than HTTP pass."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        scope.setdefault("state", {})["request_id"] = request_id
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        began, status = time.perf_counter(), 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        with self.tracing.span(method, {"http.request.method": method}, headers) as span:
            try:
                await self.app(scope, receive, sent)
            finally:
                seconds = time.perf_counter() - began
                route = _template(scope)
                span.name(f"{method} {route}")
                span.note(
                    {"http.route": route, "http.response.status_code": status, "request.id": request_id}
                )
                self.metrics.answered(method, route, status, seconds)
                _write(scope, method, route, status, seconds)


def _request_id(headers: Headers) -> str:
    given = headers.get(REQUEST_ID, "")
    return given if WELL_FORMED.fullmatch(given) else uuid4().hex


def _template(scope: Scope) -> str:
    """The path as the route declares it."""
    return str(getattr(scope.get("route"), "path", "(none)"))


def _write(scope: Scope, method: str, route: str, status: int, seconds: float) -> None:
    write = LOG.debug if route in QUIET and status < 500 else LOG.info
    actor = scope["state"].get("actor")
    known = {"actor": actor} if actor else {}
    write(
        "request", method=method, route=route, status=status, milliseconds=round(1000 * seconds, 1), **known
    )
