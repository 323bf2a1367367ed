"""Rules and findings in the database of the store, by plain SQL that every dialect has."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from data.errors import NotFoundError
from data.finding import FINDINGS, FindingsRun
from data.parquet import from_parquet, to_parquet
from data.refusals import moment
from data.rule_store import RuleBook, is_news
from data.slot import Slot
from data.sql.database import Database
from data.sql.moments import from_micros, micros
from data.sql.schema import FINDING_RUNS, RULE_BOOKS
from data.sql.transactions import reading, writing

BOOK, RUN = RULE_BOOKS.c, FINDING_RUNS.c


class SqlRules:
    """A `RuleStore` in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep_book(self, book: RuleBook) -> bool:
        """See `RuleStore.keep_book`."""
        last = sa.select(BOOK.digest).where(BOOK.in_force).order_by(BOOK.entry_id.desc()).limit(1)
        same = sa.select(BOOK.digest).where(BOOK.digest == book.digest).limit(1)
        with writing(self._database) as connection:
            known = connection.execute(same).first() is not None
            if not is_news(book, connection.execute(last).scalar(), known):
                return False
            cells = {
                "digest": book.digest,
                "name": book.name,
                "version": book.version,
                "texts": json.dumps(dict(book.texts), ensure_ascii=False),
                "at": micros(book.at),
                "actor": book.actor,
                "in_force": book.in_force,
            }
            connection.execute(sa.insert(RULE_BOOKS).values(**cells))
        return True

    def book(self, digest: str) -> RuleBook:
        """See `RuleStore.book`."""
        begins = sa.func.substr(BOOK.digest, 1, len(digest)) == digest
        found = self._books(sa.select(RULE_BOOKS).where(begins).order_by(BOOK.entry_id))
        if len({each.digest for each in found}) != 1:
            raise NotFoundError(f"{'more than one rule book' if found else 'no rule book'} {digest!r}")
        return found[-1]

    def book_at(self, at: datetime) -> RuleBook:
        """See `RuleStore.book_at`."""
        then = sa.and_(BOOK.in_force, BOOK.at <= micros(at))
        found = self._books(sa.select(RULE_BOOKS).where(then).order_by(BOOK.entry_id.desc()).limit(1))
        if not found:
            raise NotFoundError(f"no rules were in force at {at:%Y-%m-%d %H:%M}")
        return found[0]

    def books(self, limit: int = 50) -> list[RuleBook]:
        """See `RuleStore.books`."""
        return self._books(sa.select(RULE_BOOKS).order_by(BOOK.entry_id.desc()).limit(limit))

    def keep_run(self, run: FindingsRun) -> FindingsRun:
        """See `RuleStore.keep_run`."""
        cells = {
            "at": micros(run.at),
            "actor": run.actor,
            "as_of": run.as_of,
            "level": run.slot.level,
            "role": run.slot.role,
            "revision": run.revision,
            "digest": run.digest,
            "checked": run.checked,
            "content": to_parquet(run.rows),
        }
        with writing(self._database) as connection:
            made = connection.execute(sa.insert(FINDING_RUNS).values(**cells).returning(RUN.run_id))
            return replace(run, run_id=made.scalar_one(), at=moment(run.at))

    def run(self, run_id: int) -> FindingsRun:
        """See `RuleStore.run`."""
        found = self._run(sa.select(FINDING_RUNS).where(RUN.run_id == run_id))
        if found is None:
            raise NotFoundError(f"no run {run_id}")
        return found

    def last_run(self, slot: Slot, before: int | None = None) -> FindingsRun | None:
        """See `RuleStore.last_run`."""
        wanted = sa.and_(RUN.level == slot.level, RUN.role == slot.role)
        if before is not None:
            wanted = sa.and_(wanted, RUN.run_id < before)
        return self._run(sa.select(FINDING_RUNS).where(wanted).order_by(RUN.run_id.desc()).limit(1))

    def runs(self, limit: int = 50) -> list[FindingsRun]:
        """See `RuleStore.runs`."""
        heads = [column for column in FINDING_RUNS.columns if column.name != "content"]
        newest = sa.select(*heads).order_by(RUN.run_id.desc()).limit(limit)
        with reading(self._database) as connection:
            return [_findings_run(row, FINDINGS.empty_table()) for row in connection.execute(newest)]

    def _books(self, wanted: sa.Select[Any]) -> list[RuleBook]:
        with reading(self._database) as connection:
            return [_book(row) for row in connection.execute(wanted)]

    def _run(self, wanted: sa.Select[Any]) -> FindingsRun | None:
        with reading(self._database) as connection:
            row = connection.execute(wanted).first()
        return None if row is None else _findings_run(row, from_parquet(row.content, FINDINGS))


def _book(row: sa.Row[Any]) -> RuleBook:
    at = from_micros(row.at)
    return RuleBook(row.digest, row.name, row.version, json.loads(row.texts), at, row.actor, row.in_force)


def _findings_run(row: sa.Row[Any], found: pa.Table) -> FindingsRun:
    return FindingsRun(
        row.run_id,
        from_micros(row.at),
        row.actor,
        row.as_of,
        Slot(row.level, row.role),
        row.revision,
        row.digest,
        row.checked,
        found,
    )
