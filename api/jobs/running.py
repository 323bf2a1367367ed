"""The runner that fits a store."""

from api.jobs.children import Children
from api.jobs.runner import JobRunner, Runner
from data.store import Store


def runner_of(store: Store, children: Children) -> Runner:
    """Procrastinate on PostgreSQL, the rows of jobs alone elsewhere."""
    from data.sql.opening import is_address
    from data.sql.store import SqlStore

    if not isinstance(store, SqlStore) or not is_address(store.database.place):
        return JobRunner(children)
    from api.jobs.queue import QueueRunner
    from data.sql.postgres.server import Server

    assert isinstance(store.database, Server)
    return QueueRunner(children, store.database.url.set(drivername="postgresql").render_as_string(False))
