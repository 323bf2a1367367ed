"""What runs the jobs of a store, and its timetable."""

from dataclasses import dataclass
from datetime import timedelta

from api.jobs.children import Children
from api.jobs.runner import JobRunner, Runner
from api.jobs.timetable import Timetable
from api.jobs.upkeep import Upkeep
from api.webhooks.outgoing import outgoing_of
from api.webhooks.send import Sender
from api.wiring import schedules_of, webhooks_of
from data.store import Store

REMEMBERED = timedelta(days=30)
"""How long deliveries that arrived are kept."""


@dataclass
class Works:
    """A `Runner` with a timetable."""

    runner: Runner
    upkeep: Upkeep
    sender: Sender

    def start(self) -> None:
        """See `Runner.start`."""
        self.runner.start()
        self.upkeep.start()

    def wake(self) -> None:
        """See `Runner.wake`."""
        self.runner.wake()

    def stop(self) -> None:
        """See `Runner.stop`."""
        self.sender.stopped.set()
        self.upkeep.stop()
        self.runner.stop()


def runner_of(store: Store, children: Children, timetable: Timetable | None = None) -> Runner:
    """The runner that fits a store, with a timetable where one is given."""
    runner = _runner_of(store, children)
    if timetable is None:
        return runner
    hooks = webhooks_of(store)
    sender = Sender(hooks, outgoing_of(), children.now)
    errands = {"send_webhooks": sender.send, "tidy": lambda: hooks.forget(children.now() - REMEMBERED)}
    schedules = schedules_of(store, children.jobs)
    return Works(runner, Upkeep(timetable, schedules, errands, children.now, runner.wake), sender)


def _runner_of(store: Store, children: Children) -> Runner:
    """Procrastinate on PostgreSQL, the rows of jobs alone elsewhere."""
    from data.sql.opening import is_address
    from data.sql.store import SqlStore

    if not isinstance(store, SqlStore) or not is_address(store.database.place):
        return JobRunner(children)
    from api.jobs.queue import QueueRunner
    from data.sql.postgres.server import Server

    assert isinstance(store.database, Server)
    return QueueRunner(children, store.database.url.set(drivername="postgresql").render_as_string(False))
