"""What runs jobs on PostgreSQL: Procrastinate brings them, to whichever worker is free."""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import procrastinate
import psycopg

from api.jobs.children import Children
from data.errors import NotFoundError
from data.sql.postgres.queue import QUEUE, TASK

PAUSE_SECONDS = 0.5

RETRY_SECONDS = 2
"""How long deliveries wait when the store could not be reached, and workers when the server could not."""

HOUSE_SECONDS = 30
AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)

SEARCH_PATH = (
    "SELECT set_config('search_path', "
    "concat_ws(', ', quote_ident(current_schema() || '_queue'), quote_ident(current_schema())), false)"
)

LOG = logging.getLogger("panelwise.jobs")


class LetGoError(Exception):
    """A delivery is not needed here any more: it is to be delivered again."""


@dataclass
class QueueRunner:
    """A `Runner` whose jobs Procrastinate delivers; any number of them may share a store.

    The row of a job says who has it and what became of it. Procrastinate wakes a free worker, and tells by
    heartbeats what a dead one had; it is never asked about the state of a job. Besides, every runner watches
    every attempt's signs of life, as `JobRunner` does.
    """

    children: Children
    address: str
    """Of the server, as libpq has it."""

    _stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop | None = None
    _serving: asyncio.Task[None] | None = None

    def start(self) -> None:
        """See `Runner.start`."""
        for target in (self._watch, self._listen):
            thread = threading.Thread(target=target, name=f"queue-{target.__name__.strip('_')}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def wake(self) -> None:
        """The server wakes whoever listens."""

    def stop(self) -> None:
        """See `Runner.stop`."""
        self._stopping.set()
        loop, serving = self._loop, self._serving
        if loop is not None and serving is not None:
            with suppress(RuntimeError):  # it has ended by itself
                loop.call_soon_threadsafe(serving.cancel)
        for each in self._threads:
            each.join()
        self.children.end()

    def _watch(self) -> None:
        """Look after every attempt, until it is time to stop."""
        while not self._stopping.wait(PAUSE_SECONDS):
            try:
                self.children.look()
            except Exception:  # a store that is busy or gone for a while must not end the runner
                LOG.exception("the runner stumbled; it tries again")

    def _listen(self) -> None:
        """Take deliveries, until it is time to stop; a server that goes away is met again."""
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            self._loop = runner.get_loop()
            self._loop.set_default_executor(ThreadPoolExecutor(self.children.most + 2))
            self._serving = self._loop.create_task(self._serve())
            try:
                self._loop.run_until_complete(self._serving)
            except asyncio.CancelledError:
                LOG.debug("the queue is left")

    async def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._work()
            except Exception:
                LOG.exception("the queue was lost; it is looked for again")
            await asyncio.sleep(RETRY_SECONDS)

    async def _work(self) -> None:
        """Take deliveries and keep house beside it, until the server is lost."""
        app = self._app()
        async with app.open_async(), asyncio.TaskGroup() as both:  # where one ends, the other is ended, too
            both.create_task(_keep_house_always(app))
            both.create_task(_until_lost(app, self.children.most))

    def _app(self) -> procrastinate.App:
        app = procrastinate.App(connector=_connector(self.address))
        retry = procrastinate.RetryStrategy(wait=RETRY_SECONDS)
        app.task(name=TASK, queue=QUEUE, pass_context=True, retry=retry)(self._carry)
        return app

    def _carry(self, context: procrastinate.JobContext, job_id: str) -> None:
        """Start a job and stay with its child; what is not queued (any more) is nobody's to start."""
        try:
            while not self.children.start(job_id):
                if self.children.jobs.job(job_id).state != "queued":
                    return
                self._pause(context)  # there is no room yet
        except NotFoundError:
            LOG.warning("a delivery names job %s, which is not there", job_id)
            return
        while self.children.has(job_id):
            self._pause(context)

    def _pause(self, context: procrastinate.JobContext) -> None:
        """Wait a moment; where the worker ends, or lost its server, give the delivery back, not the child."""
        if self._stopping.wait(PAUSE_SECONDS) or context.should_abort():
            raise LetGoError


async def _until_lost(app: procrastinate.App, most: int) -> None:
    """Work; a worker that ends without being asked to has lost the server, and says so only in its log."""
    await app.run_worker_async(
        queues=[QUEUE],
        concurrency=most,
        install_signal_handlers=False,
        delete_jobs="always",
        shutdown_graceful_timeout=0.1,
    )
    raise ConnectionError("the worker of the queue has ended")


def _connector(address: str) -> procrastinate.PsycopgConnector:
    return procrastinate.PsycopgConnector(
        conninfo=address,
        kwargs={"application_name": "panelwise-queue", "prepare_threshold": None},
        min_size=1,
        max_size=4,
        configure=_configure,
    )


async def _configure(connection: psycopg.AsyncConnection[Any]) -> None:
    await connection.execute(SEARCH_PATH)
    await connection.commit()


async def _keep_house_always(app: procrastinate.App) -> None:
    """Keep house now and then, by a clock that never jumps (Procrastinate's own timetable goes by dates)."""
    while True:
        await _keep_house(app)
        await asyncio.sleep(HOUSE_SECONDS)


async def _keep_house(app: procrastinate.App) -> None:
    """Deliver again what workers had who are gone, and what was never delivered."""
    for stalled in await app.job_manager.get_stalled_jobs(queue=QUEUE):
        with suppress(procrastinate.exceptions.ConnectorException):  # another worker was quicker
            await app.job_manager.retry_job(stalled, retry_at=AT_ONCE)
    made = await app.connector.execute_query_one_async("SELECT panelwise_deliver_missing() AS made")
    if made["made"]:
        LOG.warning("%s jobs were queued and not delivered; they are now", made["made"])
