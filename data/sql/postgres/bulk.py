"""Whole tables out of and into PostgreSQL, without a Python object for each cell."""

from collections.abc import Mapping
from io import BytesIO

import psycopg
import pyarrow as pa
import sqlalchemy as sa
from psycopg import sql as quoting
from pyarrow import csv

from data.list_text import encode_lists
from data.sql.confinement import Confinement
from data.sql.postgres.engine import settings_of

ONE_BATCH = str(1 << 40)
"""Bytes in a batch: all of a table in one, so that its columns need not be put together again."""

CHUNK = 100_000
"""Rows written at a time."""

NO_HEADER = csv.WriteOptions(include_header=False, quoting_style="needed")
"""Texts in quotes and nulls without them: COPY tells the empty text from null by that."""


def read_tables(url: sa.URL, queries: Mapping[str, str], confinement: Confinement) -> dict[str, pa.Table]:
    """Results of the queries, all of one moment."""
    from adbc_driver_postgresql import dbapi

    uri = url.set(drivername="postgresql").render_as_string(hide_password=False)
    found = {}
    with dbapi.connect(uri) as connection, connection.cursor() as cursor:
        cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": ONE_BATCH})
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for name, value in settings_of(confinement).items():
            cursor.execute(f"SET LOCAL {name} = {quoting.quote(value)}")
        for name, query in queries.items():
            cursor.execute(query)
            found[name] = cursor.fetch_arrow_table()
    return found


def copy_in(connection: sa.Connection, name: str, columns: list[str], rows: pa.Table) -> None:
    """A temporary table `name` with these columns, which vanishes with the transaction, and the rows in it.

    `columns` are column definitions in the order of the rows' columns. A temporary one, because COPY is not
    allowed where row-level security holds, and knows no conflicts.
    """
    connection.exec_driver_sql(f'CREATE TEMPORARY TABLE "{name}" ({", ".join(columns)}) ON COMMIT DROP')
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    statement = f'COPY "{name}" FROM STDIN (FORMAT csv)'
    with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for start in range(0, rows.num_rows, CHUNK):
            copy.write(_csv(rows.slice(start, CHUNK)))


def _csv(rows: pa.Table) -> bytes:
    texts = [encode_lists(each) if pa.types.is_list(each.type) else each for each in rows.columns]
    sink = BytesIO()
    whole = pa.table(texts, names=rows.column_names).combine_chunks()  # Arrow 26 writes garbage for an empty
    csv.write_csv(whole, sink, NO_HEADER)  # first chunk where there is no header
    return sink.getvalue()
