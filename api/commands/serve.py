"""serve, worker, api-key."""

import secrets
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
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
    processes: Annotated[
        int,
        typer.Option(
            min=1,
            max=64,
            envvar="PANELWISE_PROCESSES",
            help="processes that answer; each has what it has read for itself",
        ),
    ] = 1,
    log_format: LogLines = None,
    database: Database = None,
) -> None:
    """Serve the HTTP API (described at /openapi.json). Without authentication: for this machine only."""
    from api.authentication import authentication_of, is_loopback
    from api.wiring import settings_for

    settings, known = _logged(settings_for(database), log_format), authentication_of()
    if known.local and not is_loopback(host):
        remedy = "set PANELWISE_API_KEYS or PANELWISE_JWT_KEY"
        raise RequestError(
            (f"without authentication the service only listens on this machine, not on {host}; {remedy}",)
        )
    if known.local:
        margin().print(
            f"Local single-user mode: whoever can reach port {port} of this machine acts as "
            f"{settings.actor}, with every right."
        )
    margin().print(f"Serving {settings.place} on http://{host}:{port} (described at /openapi.json)")
    code = (_serve_alone if processes == 1 else _serve_side_by_side)(settings, host, port, workers, processes)
    margin().print("stopped")
    if code:
        raise typer.Exit(code)


def _serve_alone(settings: Settings, host: str, port: int, workers: int, _processes: int) -> int:
    """One process answers and starts the searches; its exit code."""
    from api.service import FAILED, server_of, service_of

    server = server_of(service_of(settings, workers), host, port)
    with suppress(KeyboardInterrupt):
        server.run()
    return 0 if server.started else FAILED


def _serve_side_by_side(settings: Settings, host: str, port: int, workers: int, processes: int) -> int:
    """Several processes answer; this one watches them, runs jobs and the timetable; its exit code."""
    from api.processes import processes_at

    with _working(settings, workers), processes_at(host, port, settings, processes) as several:
        _on_the_end(several.stop)
        return several.run()


def worker(
    workers: Annotated[int, typer.Option(min=1, max=64, help="searches at once, each a process")] = 1,
    log_format: LogLines = None,
    database: Database = None,
) -> None:
    """Run queued jobs and the timetable of a store until stopped; any number of workers may share one."""
    from api.wiring import settings_for

    settings = _logged(settings_for(database), log_format)
    stopped = threading.Event()
    _on_the_end(stopped.set)
    with _working(settings, workers):
        margin().print(f"Working for {settings.place}, {workers} at a time")
        stopped.wait()
    margin().print("stopped; what was running is queued again")


@contextmanager
def _working(settings: Settings, workers: int) -> Iterator[None]:
    """Jobs and the timetable run meanwhile in the store, which is made where it is missing; 0: others do."""
    from api.clock import now
    from api.jobs.children import Children, launcher
    from api.jobs.running import runner_of
    from api.jobs.timetable import timetable_of
    from api.wiring import jobs_of, opened_plainly

    timetable = timetable_of()
    with opened_plainly(settings) as store:
        runner = runner_of(store, Children(jobs_of(store), launcher(settings), now, most=workers), timetable)
        if workers:
            runner.start()
        try:
            yield
        finally:
            runner.stop()


def _on_the_end(stop: Callable[[], None]) -> None:
    """What Control-C and the system's request to end do."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop())


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
