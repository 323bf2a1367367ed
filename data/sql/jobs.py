"""Jobs in the database of the store, by plain SQL that every dialect has."""

from dataclasses import asdict, fields, replace
from datetime import datetime

import sqlalchemy as sa

from data.errors import NotFoundError
from data.job import FINAL, FencedError, Job, JobProgress, JobState
from data.memory_jobs import after_loss, check_held, check_silent
from data.refusals import moment
from data.sql.confinement import Confinement
from data.sql.database import Database
from data.sql.events import keep_messages
from data.sql.moments import from_micros, micros
from data.sql.schema import JOB_RESULTS, JOBS
from data.sql.transactions import reading, writing

PROGRESS = tuple(each.name for each in fields(JobProgress))


class SqlJobs:
    """A `JobStore` in a database. Steps compare the version they start from."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def within(self, confinement: Confinement) -> "SqlJobs":
        """The same jobs, of which the database shows and lets change only those in sight, where it can."""
        return SqlJobs(self._database.within(confinement))

    def add_job(self, job: Job) -> Job:
        """See `JobStore.add_job`."""
        with writing(self._database) as connection:
            return put_job(connection, job)

    def job(self, job_id: str) -> Job:
        """See `JobStore.job`."""
        with reading(self._database) as connection:
            return _found(connection, job_id)

    def jobs(self, limit: int = 50) -> list[Job]:
        """See `JobStore.jobs`."""
        return self._all(sa.select(JOBS).order_by(JOBS.c.created_at.desc(), JOBS.c.job_id).limit(limit))

    def unfinished(self) -> list[Job]:
        """See `JobStore.unfinished`."""
        waiting = sa.select(JOBS).where(JOBS.c.state.not_in(FINAL))
        return self._all(waiting.order_by(JOBS.c.created_at, JOBS.c.job_id))

    def start_job(self, job_id: str, at: datetime) -> Job:
        """See `JobStore.start_job`."""
        with writing(self._database) as connection:
            found = _found(connection, job_id)
            if found.state != "queued":
                raise FencedError(f"job {job_id} is {found.state}, not queued")
            started = replace(found, state="running", attempt=found.attempt + 1, beat=0)
            return _put(connection, found, started, at)

    def report(self, job_id: str, attempt: int, progress: JobProgress, at: datetime) -> Job:
        """See `JobStore.report`."""
        with writing(self._database) as connection:
            found = _held(connection, job_id, attempt)
            return _put(connection, found, replace(found, progress=progress, beat=found.beat + 1), at)

    def finish(
        self,
        job_id: str,
        attempt: int,
        state: JobState,
        at: datetime,
        plan_id: str = "",
        error: str = "",
        result: str = "",
    ) -> Job:
        """See `JobStore.finish`."""
        with writing(self._database) as connection:
            found = _held(connection, job_id, attempt)
            if result:
                connection.execute(sa.insert(JOB_RESULTS).values(job_id=job_id, content=result))
            return _put(connection, found, replace(found, state=state, plan_id=plan_id, error=error), at)

    def result(self, job_id: str) -> str:
        """See `JobStore.result`."""
        kept = sa.select(JOB_RESULTS.c.content).where(JOB_RESULTS.c.job_id == job_id)
        with reading(self._database) as connection:
            return connection.execute(kept).scalar() or ""

    def ask_cancel(self, job_id: str, at: datetime) -> Job:
        """See `JobStore.ask_cancel`."""
        with writing(self._database) as connection:
            found = _found(connection, job_id)
            if found.final or found.cancel:
                return found
            state: JobState = "cancelled" if found.state == "queued" else found.state
            return _put(connection, found, replace(found, cancel=True, state=state), at)

    def give_back(
        self,
        job_id: str,
        attempt: int,
        at: datetime,
        attempts: int,
        error: str,
        beat: int | None = None,
    ) -> Job:
        """See `JobStore.give_back`."""
        with writing(self._database) as connection:
            found = _held(connection, job_id, attempt)
            check_silent(found, beat)
            state, said = after_loss(found, attempts, error)
            return _put(connection, found, replace(found, state=state, error=said), at)

    def _all(self, wanted: sa.Select[tuple[object, ...]]) -> list[Job]:
        with reading(self._database) as connection:
            return [_job(row) for row in connection.execute(wanted)]


def put_job(connection: sa.Connection, job: Job) -> Job:
    """Keep a new job within a transaction; the one kept already where there is one of that id."""
    found = _read(connection, job.job_id)
    if found is None:
        connection.execute(sa.insert(JOBS).values(**_cells(job)))
    return found or job


def _read(connection: sa.Connection, job_id: str) -> Job | None:
    row = connection.execute(sa.select(JOBS).where(JOBS.c.job_id == job_id)).first()
    return None if row is None else _job(row)


def _found(connection: sa.Connection, job_id: str) -> Job:
    found = _read(connection, job_id)
    if found is None:
        raise NotFoundError(f"no job {job_id!r}")
    return found


def _held(connection: sa.Connection, job_id: str, attempt: int) -> Job:
    found = _found(connection, job_id)
    check_held(found, attempt)
    return found


def _put(connection: sa.Connection, before: Job, after: Job, at: datetime) -> Job:
    """Write the change; FencedError where somebody else was quicker (where no write lock is held)."""
    after = replace(after, changed_at=moment(at), version=before.version + 1)
    same = sa.and_(JOBS.c.job_id == before.job_id, JOBS.c.version == before.version)
    if connection.execute(sa.update(JOBS).where(same).values(**_cells(after))).rowcount != 1:
        raise FencedError(f"job {before.job_id} was changed by somebody else at the same moment")
    if after.state == "failed":
        keep_messages(connection, [after.notice], at)
    return after


def _cells(job: Job) -> dict[str, object]:
    cells = asdict(job)
    cells |= cells.pop("progress")
    return cells | {"created_at": micros(job.created_at), "changed_at": micros(job.changed_at)}


def _job(row: sa.Row[tuple[object, ...]]) -> Job:
    cells = dict(row._mapping)
    progress = JobProgress(**{name: cells.pop(name) for name in PROGRESS})
    moments = {name: from_micros(cells[name]) for name in ("created_at", "changed_at")}
    return Job(**(cells | moments), progress=progress)
