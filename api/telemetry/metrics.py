"""Figures for Prometheus: of requests, counted here; of the store, read when asked."""

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from data.job import JOB_STATES, Job
from data.webhook import DeliveryState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds; 0.05 and 0.1 are what reads and lists of candidates are held to."""


@dataclass(frozen=True)
class Figures:
    """What the store says at a moment.

    `waiting`: messages in the outbox, and `deliveries` of webhooks by state; None where whoever asks sees
    only some practices. `jobs`: the newest.
    `without`: patients without somebody at work, by level, role and practice.
    """

    at: datetime
    revision: int
    waiting: int | None
    deliveries: Mapping[DeliveryState, int] | None
    jobs: tuple[Job, ...]
    without: dict[tuple[str, str, str], int]


@dataclass
class Metrics:
    """One application's own registry: several may live in one process.

    `shared`: the folder in which all processes of one service count, those that have ended too, where there
    are several. The library is told by PROMETHEUS_MULTIPROC_DIR, before it is imported, to count there.
    """

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    shared: Path | None = None

    def __post_init__(self) -> None:
        """Make the counters."""
        labels = ("method", "route", "status")
        self._requests = Counter("panelwise_requests", "Requests answered", labels, registry=self.registry)
        self._seconds = Histogram(
            "panelwise_request_seconds",
            "Seconds until a request was answered",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self, figures: Callable[[], Figures]) -> bytes:
        """Everything, in the text format of Prometheus (0.0.4)."""
        of_store = CollectorRegistry()
        of_store.register(_StoreFigures(figures()))
        return generate_latest(self._counted()) + generate_latest(of_store)

    def _counted(self) -> CollectorRegistry:
        """What this process counted, or all processes together."""
        if self.shared is None:
            return self.registry
        together = CollectorRegistry()
        MultiProcessCollector(together, str(self.shared))  # type: ignore[no-untyped-call]
        return together


@dataclass(frozen=True, eq=False)  # registries keep collectors by identity
class _StoreFigures:
    """The figures of one moment, as a collector."""

    figures: Figures

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        yield GaugeMetricFamily(
            "panelwise_revision", "Revision of what stands", value=float(self.figures.revision)
        )
        if self.figures.waiting is not None:
            yield GaugeMetricFamily(
                "panelwise_outbox_waiting", "Messages that wait to be sent", value=float(self.figures.waiting)
            )
        if self.figures.deliveries is not None:
            family = GaugeMetricFamily("panelwise_deliveries", "Messages to webhooks", labels=("state",))
            for state, count in self.figures.deliveries.items():
                family.add_metric((state,), float(count))
            yield family
        yield self._jobs()
        yield self._oldest()
        yield from self._last()
        yield self._without()

    def _jobs(self) -> Metric:
        family = GaugeMetricFamily("panelwise_jobs", "The newest jobs", labels=("kind", "state"))
        counts = Tally((each.kind, each.state) for each in self.figures.jobs)
        for kind in sorted({kind for kind, _ in counts}):
            for state in JOB_STATES:
                family.add_metric((kind, state), float(counts[kind, state]))
        return family

    def _oldest(self) -> Metric:
        waiting = [each.created_at for each in self.figures.jobs if each.state == "queued"]
        age = (self.figures.at - min(waiting)).total_seconds() if waiting else 0.0
        return GaugeMetricFamily(
            "panelwise_oldest_queued_job_seconds", "Age of the job that waits longest", value=max(age, 0.0)
        )

    def _last(self) -> Iterator[Metric]:
        """Of the last job of every kind that ended well: how long it took, how good its plan was."""
        seconds = GaugeMetricFamily(
            "panelwise_last_job_seconds", "Seconds from the request to the end", labels=("kind",)
        )
        gap = GaugeMetricFamily(
            "panelwise_last_plan_gap", "Proven gap of the plan, a share of its value", labels=("kind",)
        )
        for job in _last_by_kind(self.figures.jobs):
            seconds.add_metric((job.kind,), (job.changed_at - job.created_at).total_seconds())
            if job.progress.gap is not None:
                gap.add_metric((job.kind,), job.progress.gap)
        yield seconds
        yield gap

    def _without(self) -> Metric:
        family = GaugeMetricFamily(
            "panelwise_patients_without_provider",
            "Patients without somebody at work",
            labels=("level", "role", "practice"),
        )
        for labels, count in sorted(self.figures.without.items()):
            family.add_metric(labels, float(count))
        return family


def _last_by_kind(jobs: tuple[Job, ...]) -> list[Job]:
    ended = sorted((each for each in jobs if each.state == "succeeded"), key=lambda each: each.changed_at)
    return [each for _, each in sorted({each.kind: each for each in ended}.items())]
