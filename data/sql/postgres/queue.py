"""The queue that brings jobs to workers on PostgreSQL: the tables of Procrastinate, and what fills them.

They stand in a schema of their own beside the store's. A job that is queued, by whatever statement, has its
delivery in the same transaction; what becomes of the job is said by its own row alone, so deliveries may be
lost or doubled without harm (`panelwise_deliver_missing` makes up for lost ones).
"""

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import sqlalchemy as sa

QUEUE, TASK = "jobs", "run_job"
"""Names under which Procrastinate knows where jobs wait and what is done with them."""

TRIGGER = (
    "jobs",
    "jobs_delivered",
    "AFTER INSERT OR UPDATE OF state ON jobs FOR EACH ROW WHEN (NEW.state = 'queued')",
)
"""Table, name, and when it fires; it calls `panelwise_deliver()`."""

_DELIVERY = (
    f"ROW('{QUEUE}', '{TASK}', 0, NULL, NULL, jsonb_build_object('job_id', {{job_id}}), NULL)"
    "::procrastinate_job_to_defer_v1"
)

FUNCTIONS = {
    "panelwise_deliver()": (
        "RETURNS trigger LANGUAGE plpgsql",
        f"""BEGIN
        PERFORM procrastinate_defer_jobs_v1(ARRAY[{_DELIVERY.format(job_id="NEW.job_id")}]);
        RETURN NULL;
        END""",
    ),
    "panelwise_deliver_missing()": (
        "RETURNS bigint LANGUAGE sql",
        f"""SELECT count(*) FROM unnest((
            SELECT procrastinate_defer_jobs_v1(array_agg({_DELIVERY.format(job_id="jobs.job_id")}))
            FROM jobs WHERE state = 'queued' AND NOT EXISTS (
                SELECT FROM procrastinate_jobs AS sent
                WHERE sent.status IN ('todo', 'doing') AND sent.args ->> 'job_id' = jobs.job_id
                AND coalesce(sent.scheduled_at < now() + interval '1 minute', true))
            HAVING count(*) > 0)) AS made""",
    ),
}
"""Signature, properties and body. They run with the owner's rights: whoever queues a job needs none here.

A delivery put off for long was put off by a clock that is wrong: it counts as lost.
"""


def install(connection: sa.Connection) -> None:
    """Put queue, functions and trigger in place, and deliver what waits.

    The queue of an older Procrastinate is thrown away: all that it knows stands in the rows of jobs.
    """
    schema, queue = _names(connection)
    if _is_older(connection):
        connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {queue} CASCADE")
        connection.exec_driver_sql(f"CREATE SCHEMA {queue}")
        path = connection.exec_driver_sql("SELECT current_setting('search_path')").scalar_one()
        connection.exec_driver_sql("SELECT set_config('search_path', %s, true)", (queue,))
        connection.exec_driver_sql(_tables(), execution_options={"no_parameters": True})
        connection.exec_driver_sql("SELECT set_config('search_path', %s, true)", (path,))
        connection.exec_driver_sql(f"COMMENT ON SCHEMA {queue} IS 'Procrastinate {_label()}'")
    for signature, (properties, body) in FUNCTIONS.items():
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {signature} {properties} SECURITY DEFINER "
            f"SET search_path = {queue}, {schema}, pg_temp AS $body${body}$body$"
        )
        connection.exec_driver_sql(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    table, name, when = TRIGGER
    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    connection.exec_driver_sql(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION panelwise_deliver()")
    connection.exec_driver_sql("SELECT panelwise_deliver_missing()")


def is_behind(connection: sa.Connection) -> bool:
    """Whether the queue is older than the Procrastinate that is installed here, and this user may mend it."""
    owned = connection.exec_driver_sql(
        "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('jobs')"
    ).scalar()
    return bool(owned) and _is_older(connection)


def grant(connection: sa.Connection, role: str) -> None:
    """What a worker of the role needs: all of the queue's own."""
    _, queue = _names(connection)
    for statement in (
        f"GRANT USAGE ON SCHEMA {queue} TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {queue} TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {queue} TO {role}",
        f"GRANT EXECUTE ON FUNCTION panelwise_deliver_missing TO {role}",
    ):
        connection.exec_driver_sql(statement)


def _names(connection: sa.Connection) -> tuple[str, str]:
    """Schema of the store and of its queue, quoted."""
    row = connection.exec_driver_sql(
        "SELECT quote_ident(current_schema()), quote_ident(current_schema() || '_queue')"
    ).one()
    return row[0], row[1]


def _is_older(connection: sa.Connection) -> bool:
    """Whether there is no queue, or one of an older version with other tables."""
    told = connection.exec_driver_sql(
        "SELECT obj_description(to_regnamespace(quote_ident(current_schema() || '_queue')))"
    ).scalar()
    there, _, digest = str(told or "").removeprefix("Procrastinate ").partition(" ")
    here, _, own_digest = _label().partition(" ")
    return digest != own_digest and _numbers(there) < _numbers(here)


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(".") if each.isdigit()]


@cache
def _label() -> str:
    """Version of the installed Procrastinate, and a digest of its tables."""
    return f"{version('procrastinate')} {hashlib.sha256(_tables().encode()).hexdigest()[:16]}"


def _tables() -> str:
    """Procrastinate's own SQL, read without importing it, which takes a while."""
    found = find_spec("procrastinate")
    if found is None or not found.origin:
        raise ImportError("procrastinate is not installed")
    return (Path(found.origin).parent / "sql" / "schema.sql").read_text(encoding="utf-8")
