"""serve, worker, api-key."""

import secrets
import signal
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.access import ROLES, Role
from api.commands.options import Database, Json
from api.errors import RequestError
from api.settings import LOG_FORMATS, Settings, log_format_of
from api.terminal.screen import emit, margin

GRACE_SECONDS = 5
"""How long open connections may take to end when the service stops."""

IDLE_SECONDS = 75
"""How long an idle connection is kept: longer than clients and proxies keep theirs (mostly 5 to 60 seconds),
so that none sends a request into a connection that is being closed."""

Names = list[str] | None

LogLines = Annotated[
    str | None, typer.Option(help=f"form of log lines: {' or '.join(LOG_FORMATS)} (PANELWISE_LOG_FORMAT)")
]


def serve(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="port to listen on")] = 8000,
    workers: Annotated[
        int, typer.Option(min=0, max=64, help="searches at once, each a process; 0 leaves them to others")
    ] = 1,
    log_format: LogLines = None,
    database: Database = None,
) -> None:
    """Serve the HTTP API (described at /openapi.json). Without authentication: for this machine only."""
    import uvicorn

    from api.app import build_app
    from api.authentication import authentication_of, is_loopback
    from api.jobs.children import launcher
    from api.jobs.timetable import timetable_of
    from api.telemetry.tracing import tracing_of
    from api.wiring import jobs_of, plain_store, settings_for, texts_in_force

    settings, known = _logged(settings_for(database), log_format), authentication_of()
    if known.local and not is_loopback(host):
        remedy = "set PANELWISE_API_KEYS or PANELWISE_JWT_KEY"
        raise RequestError(
            (f"without authentication the service only listens on this machine, not on {host}; {remedy}",)
        )
    app = build_app(
        settings,
        lambda: plain_store(settings),
        lambda: texts_in_force(settings),
        jobs_of,
        launcher(settings),
        workers,
        known,
        tracing=tracing_of(),
        timetable=timetable_of(),
    )
    if known.local:
        margin().print(
            f"Local single-user mode: whoever can reach port {port} of this machine acts as "
            f"{settings.actor}, with every right."
        )
    margin().print(f"Serving {settings.place} on http://{host}:{port} (described at /openapi.json)")
    try:
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=IDLE_SECONDS,
        )
    except KeyboardInterrupt:
        margin().print("stopped")


def worker(
    workers: Annotated[int, typer.Option(min=1, max=64, help="searches at once, each a process")] = 1,
    log_format: LogLines = None,
    database: Database = None,
) -> None:
    """Run queued jobs and the timetable of a store until stopped; any number of workers may share one."""
    from api.clock import now
    from api.jobs.children import Children, launcher
    from api.jobs.running import runner_of
    from api.jobs.timetable import timetable_of
    from api.wiring import jobs_of, opened_plainly, settings_for

    settings, timetable = _logged(settings_for(database), log_format), timetable_of()
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with opened_plainly(settings) as store:
        children = Children(jobs_of(store), launcher(settings), now, most=workers)
        runner = runner_of(store, children, timetable)
        runner.start()
        margin().print(f"Working for {settings.place}, {workers} at a time")
        stopped.wait()
        runner.stop()
    margin().print("stopped; what was running is queued again")


def api_key(
    file: Annotated[Path, typer.Option(help="file of keys (PANELWISE_API_KEYS); made where it is missing")],
    actor: Annotated[str, typer.Option(help="name in the audit log")],
    role: Annotated[list[str], typer.Option(help=f"{', '.join(ROLES)}; repeatable")],
    practice: Annotated[Names, typer.Option(help="only this practice; repeatable")] = None,
    agency: Annotated[Names, typer.Option(help="only practices of this agency; repeatable")] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="all practices")] = False,
    expires: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="first day on which it is not valid")
    ] = None,
    json: Json = False,
) -> None:
    """Make an API key for a batch job. It is shown once; the file keeps only its SHA-256."""
    from api.authentication import KEY_PREFIX, ApiKey, digest_of, read_keys, write_keys

    key = KEY_PREFIX + secrets.token_urlsafe(32)
    made = ApiKey(
        sha256=digest_of(key),
        actor=actor,
        roles=_roles(role),
        practices=tuple(practice or ()),
        agencies=tuple(agency or ()),
        everywhere=everywhere,
        expires_on=expires.date() if expires else None,
    )
    write_keys(file, (*(read_keys(file) if file.exists() else ()), made))

    def show(console: Console) -> None:
        console.print(key, soft_wrap=True)
        margin().print(f"Kept in {file} as {actor}; this is the only time the key is shown.")

    emit(json, {"key": key, "actor": actor, "file": str(file)}, show)


def _logged(settings: Settings, log_format: str | None) -> Settings:
    """The settings with the log format of an option before them; logs are written so from here on."""
    from api.telemetry.logs import configure_logs

    chosen = replace(settings, log_format=log_format_of(log_format)) if log_format else settings
    configure_logs(chosen.log_format, chosen.log_messages)
    return chosen


def _roles(names: list[str]) -> tuple[Role, ...]:
    """The roles of these names; RequestError for what is none."""
    unknown = tuple(
        f"no role {each!r}; choose among {', '.join(ROLES)}" for each in names if each not in ROLES
    )
    if unknown:
        raise RequestError(unknown)
    return tuple(role for role in ROLES if role in names)
