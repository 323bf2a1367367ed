"""What is known of every request: an id, a log line, figures, a span."""

import re
import time
from dataclasses import dataclass, field
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
        answer = _Answer(scope, send, self.metrics, method, request_id)
        with self.tracing.span(method, {"http.request.method": method}, headers) as span:
            try:
                await self.app(scope, receive, answer.send)
            finally:
                answer.count()
                span.name(f"{method} {answer.route}")
                span.note(
                    {
                        "http.route": answer.route,
                        "http.response.status_code": answer.status,
                        "request.id": request_id,
                    }
                )
                answer.write()


@dataclass
class _Answer:
    """One answer on its way. `status`: 500 until something else was sent."""

    scope: Scope
    to: Send
    metrics: Metrics
    method: str
    request_id: str
    status: int = 500
    began: float = field(default_factory=time.perf_counter)
    counted: bool = False

    async def send(self, message: Message) -> None:
        """Pass a part on. It is counted before its last one: who has read an answer finds it counted."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)[REQUEST_ID] = self.request_id
        elif message["type"] == "http.response.body" and not message.get("more_body", False):
            self.count()
        await self.to(message)

    def count(self) -> None:
        """Count it, once."""
        if not self.counted:
            self.counted = True
            self.metrics.answered(self.method, self.route, self.status, self.seconds)

    def write(self) -> None:
        """Its line in the log."""
        write = LOG.debug if self.route in QUIET and self.status < 500 else LOG.info
        actor = self.scope["state"].get("actor")
        known = {"actor": actor} if actor else {}
        write(
            "request",
            method=self.method,
            route=self.route,
            status=self.status,
            milliseconds=round(1000 * self.seconds, 1),
            **known,
        )

    @property
    def route(self) -> str:
        """The path as the route declares it; known when it was found."""
        return str(getattr(self.scope.get("route"), "path", "(none)"))

    @property
    def seconds(self) -> float:
        """Since it was asked for."""
        return time.perf_counter() - self.began


def _request_id(headers: Headers) -> str:
    given = headers.get(REQUEST_ID, "")
    return given if WELL_FORMED.fullmatch(given) else uuid4().hex
