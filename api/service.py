"""The service as the environment describes it, and the server that answers for it."""

import gc
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from api.app import build_app
from api.authentication import authentication_of
from api.jobs.children import launcher
from api.jobs.timetable import timetable_of
from api.settings import Settings
from api.telemetry.tracing import tracing_of
from api.wiring import jobs_of, plain_store, texts_in_force

FAILED = 3
"""Exit code of a service that could not start (as uvicorn has it)."""

GRACE_SECONDS = 5
"""How long open connections may take to end when the service stops."""

IDLE_SECONDS = 75
"""How long an idle connection is kept: longer than clients and proxies keep theirs (mostly 5 to 60 seconds),
so that none sends a request into a connection that is being closed."""


def service_of(settings: Settings, workers: int, warm: bool = False, figures: Path | None = None) -> FastAPI:
    """The application over the store of the settings; the rest is told by environment variables.

    RequestError where one of them is wrong. `workers`, `warm` and `figures`: see `build_app`.
    """
    app = build_app(
        settings,
        lambda: plain_store(settings),
        lambda: texts_in_force(settings),
        jobs_of,
        launcher(settings),
        workers,
        authentication_of(),
        tracing=tracing_of(),
        timetable=timetable_of(),
        warm=warm,
        figures=figures,
    )
    gc.collect()
    gc.freeze()  # modules and routes stay: the collector need not look at 200,000 objects while people wait
    return app


def server_of(app: FastAPI, host: str = "", port: int = 0) -> uvicorn.Server:
    """What answers for the application, at the address or on sockets given to its `run`."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=IDLE_SECONDS,
        )
    )
