"""What SQLite and PostgreSQL do differently, in one place: `data.sql.embedded` and `data.sql.postgres`."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

import pyarrow as pa
import sqlalchemy as sa

from data.sql.confinement import Confinement


class Holder(NamedTuple):
    """An attempt at a job: it may write for as long as the job is its own."""

    job_id: str
    attempt: int


class Database(Protocol):
    """A database behind the store. Transactions with the execution option `writes` exclude each other."""

    @property
    def holder(self) -> Holder | None:
        """For whom it is written; None for everybody but attempts at jobs."""

    @property
    def place(self) -> str:
        """Where it is, as people may read it: a path, or an address without its password."""

    @property
    def engine(self) -> sa.Engine:
        """Connections to it."""

    def sentences(self) -> AbstractContextManager[None]:
        """Errors of the database inside become DataError with a remedy, integrity errors pass."""

    def read_tables(self, queries: Mapping[str, str]) -> dict[str, pa.Table]:
        """Results of the queries, all of one moment, without a Python object for each cell."""

    def one_of(self, column: str, values: Iterable[object], name: str) -> tuple[str, object]:
        """A condition that the column is one of any number of values, and the value of its parameter."""

    def supersede(
        self, connection: sa.Connection, row_ids: pa.Int64Array, at: int, plan_id: str | None
    ) -> int:
        """Mark those of the assignment rows that are believed as superseded; how many were."""

    def insert_rows(
        self, connection: sa.Connection, rows: pa.Table, at: int, actor: str, plan_id: str | None
    ) -> None:
        """Add assignment rows (columns `data.ledger.ROWS`), numbered on without a gap."""

    def upsert(self, connection: sa.Connection, table: sa.Table, rows: pa.Table) -> None:
        """Insert rows, or exchange those of their keys."""

    def delete(self, connection: sa.Connection, table: sa.Table, keys: pa.Table) -> int:
        """Remove the rows of these keys; how many were there."""

    def install_guards(self, connection: sa.Connection) -> None:
        """Put everything in place that holds whatever the code above does, in the place of older ones."""

    def missing_guards(self, connection: sa.Connection) -> list[str]:
        """Names of guards that are not there, or not as they should be."""

    def within(self, confinement: Confinement) -> "Database":
        """The same database, seen from the confinement where it can fence; connections are shared."""

    def held_by(self, holder: Holder) -> "Database":
        """The same database, in which every write of `data.sql.transactions` is refused to a holder replaced.

        Connections are shared.
        """

    def shown(self, names: Iterable[str]) -> tuple[int, dict[str, pa.Array]] | None:
        """Revision, and first keys of the rows of these tables in sight at it; None where everything is."""

    def close(self) -> None:
        """Let go of connections and files."""
