"""Spans for OpenTelemetry, where a collector is named; nothing is imported otherwise."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Protocol

from api.errors import RequestError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
"""Variables that ask for traces (OpenTelemetry's own names)."""

Facts = Mapping[str, str | int | float]


class Span(Protocol):
    """A piece of work that is being traced."""

    def name(self, name: str) -> None:
        """Call it something better, once more is known."""

    def note(self, facts: Facts) -> None:
        """Add what is known of it."""


class Tracing(Protocol):
    """Makes spans."""

    def span(
        self, name: str, facts: Facts, headers: Mapping[str, str] | None = None
    ) -> AbstractContextManager[Span]:
        """A span from here to the end of the block, within the trace that `headers` (traceparent) name."""

    def close(self) -> None:
        """Send what is left."""


class Silence:
    """No collector, no spans."""

    def span(
        self, name: str, facts: Facts, headers: Mapping[str, str] | None = None
    ) -> AbstractContextManager[Span]:
        """Nothing, at no cost."""
        del name, facts, headers
        return nullcontext(_Nothing())

    def close(self) -> None:
        """Nothing is left."""


class _Nothing:
    def name(self, name: str) -> None:
        """Nothing to name."""

    def note(self, facts: Facts) -> None:
        """Nothing to note."""


def tracing_of(environment: Mapping[str, str] = os.environ) -> Tracing:
    """Tracing to the collector that the environment names; RequestError where the libraries are missing."""
    if not any(environment.get(each) for each in ENDPOINTS):
        return Silence()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        raise RequestError(
            (f"{ENDPOINTS[0]} asks for traces; install them with pip install 'panelwise[telemetry]'",)
        ) from None
    return tracing_to(OTLPSpanExporter(), at_once=False)


def tracing_to(exporter: "SpanExporter", at_once: bool) -> Tracing:
    """Tracing to any exporter; `at_once` sends each span as it ends."""
    from api.telemetry.opentelemetry import OpenTelemetryTracing

    return OpenTelemetryTracing(exporter, at_once)
