"""The web application: routes over the use cases, and nothing that outlives `build_app` in this module."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool

from api import clock
from api.access import Principal
from api.authentication import Authentication, local_user
from api.jobs.children import Children, Launch
from api.jobs.running import runner_of
from api.jobs.timetable import Timetable
from api.routes import (
    activations,
    audit,
    capacities,
    consents,
    coverages,
    departures,
    fhir,
    findings,
    gaps,
    health,
    history,
    imports,
    inquiries,
    jobs,
    metrics,
    network,
    people,
    plans,
    rejections,
    reports,
    reviews,
    rule_versions,
    rules,
    status,
    tables,
    temporaries,
    waivers,
    webhooks,
)
from api.routes.desk import Office
from api.routes.files import describe_files
from api.routes.problems import PROBLEMS, Problem, install_problems
from api.settings import Settings
from api.telemetry.metrics import Metrics
from api.telemetry.observation import Observation
from api.telemetry.tracing import Silence, Tracing
from data.job_store import JobStore
from data.store import Store

UNTRACED: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""FastAPI's own telemetry exports queries and messages of exceptions, which hold names: ours does not."""

ROUTERS = (
    health,
    metrics,
    status,
    tables,
    imports,
    gaps,
    capacities,
    people,
    reports,
    network,
    findings,
    rules,
    rule_versions,
    waivers,
    jobs,
    inquiries,
    reviews,
    plans,
    consents,
    rejections,
    activations,
    coverages,
    temporaries,
    departures,
    history,
    fhir,
    audit,
    webhooks,
)


def build_app(
    settings: Settings,
    store_factory: Callable[[], Store],
    rule_texts: Callable[[], Mapping[str, str]],
    jobs_factory: Callable[[Store], JobStore],
    launch: Launch,
    workers: int = 1,
    authentication: Authentication | None = None,
    now: Callable[[], datetime] = clock.now,
    today: Callable[[], date] = clock.today,
    tracing: Tracing | None = None,
    timetable: Timetable | None = None,
    warm: bool = False,
    figures: Path | None = None,
) -> FastAPI:
    """The application over one store, opened when it starts and closed when it ends.

    `launch` starts an attempt of a job, `workers` at a time; 0 leaves jobs, and the timetable, to others.
    `rule_texts` reads the rule documents in force at the moment. Without `authentication` everybody
    is the local user, with every right, and only this machine is answered. `warm`: read the store before
    the first request is taken. `figures`: where all processes of this service count (see `Metrics`).
    """
    known = authentication or Authentication()
    traced = tracing or Silence()

    def identify(request: Request) -> Principal:
        if known.local:
            return local_user(request, settings.actor)
        return known.identify(request, today())

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        store = store_factory()
        jobs = jobs_factory(store)
        runner = runner_of(store, Children(jobs, launch, now, most=workers), timetable)
        app.state.office = Office(settings, store, rule_texts, identify, jobs, runner.wake, now, today)
        if warm:
            await run_in_threadpool(app.state.office.look_ahead)
        if workers:
            runner.start()
        try:
            yield
        finally:
            runner.stop()
            store.close()
            traced.close()

    app = FastAPI(
        title="panelwise",
        version=version("panelwise"),
        description="Assigns patients to providers: rules as data, plans with a proof, commits with an undo.",
        lifespan=running,
        responses=PROBLEMS,
        docs_url=None,  # its page loads scripts from elsewhere; the description itself is at /openapi.json
        redoc_url=None,
        telemetry=UNTRACED,
    )
    app.state.metrics = Metrics(shared=figures)
    app.add_middleware(Observation, metrics=app.state.metrics, tracing=traced)
    install_problems(app)
    for each in ROUTERS:
        app.include_router(each.router)
    _document_problems(app)
    return app


def _document_problems(app: FastAPI) -> None:
    """Put the shape of errors into the OpenAPI document, in the place of FastAPI's, and lists as files."""
    generate = app.openapi

    def openapi() -> dict[str, object]:
        if app.openapi_schema is None:
            document = generate()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = Problem.model_json_schema()
            for operations in document["paths"].values():
                for operation in operations.values():
                    operation["responses"].pop("422", None)
                    describe_files(operation)
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
