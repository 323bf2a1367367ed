"""Spans by the OpenTelemetry SDK; the only importer of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.propagate import extract
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter
from opentelemetry.trace import Span

from api.telemetry.tracing import Facts


class _Span:
    """A span as the application knows it."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def name(self, name: str) -> None:
        """Call it something better, once more is known."""
        self._span.update_name(name)

    def note(self, facts: Facts) -> None:
        """Add what is known of it."""
        self._span.set_attributes(dict(facts))


class OpenTelemetryTracing:
    """A tracer of its own, not the process's: several applications may live in one process."""

    def __init__(self, exporter: SpanExporter, at_once: bool) -> None:
        processor = SimpleSpanProcessor(exporter) if at_once else BatchSpanProcessor(exporter)
        self._provider = TracerProvider(resource=Resource.create({"service.name": "panelwise"}))
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("panelwise")

    @contextmanager
    def span(self, name: str, facts: Facts, headers: Mapping[str, str] | None = None) -> Iterator[_Span]:
        """A span; an exception ends it as failed, without its message, which may quote data."""
        context = extract(dict(headers)) if headers else None
        with self._tracer.start_as_current_span(
            name, context, attributes=dict(facts), record_exception=False, set_status_on_exception=False
        ) as made:
            yield _Span(made)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()
