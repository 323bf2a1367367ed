"""How long it takes to read everything from a store, for the first time."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from datetime import time as clock
from pathlib import Path
from tempfile import gettempdir

import pandas as pd

from data.columns import TABLES
from data.ledger import ROWS
from data.snapshot import Snapshot
from data.sql.opening import open_store
from data.sql.store import SqlStore
from data.synthetic import generate
from tests.benchmarks.benchmark import (
    AS_OF,
    Benchmark,
    Figures,
    Stopwatch,
    postgres_cases,
    read_snapshot,
    write_snapshot,
)
from tests.postgres import TestServer

AT = datetime.combine(AS_OF, clock(12), UTC)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)


def prepare(chosen: Namespace, directory: Path) -> None:
    """A store in a file; the population beside it, for the other kind."""
    snapshot = generate(chosen.patients, chosen.seed, AS_OF).snapshot
    write_snapshot(snapshot, directory)
    store = open_store(directory / "store.db", AT)
    fill(store, snapshot)
    store.close()


def fill(store: SqlStore, snapshot: Snapshot) -> Figures:
    tables = {name: snapshot[name] for name in TABLES}
    tables["assignments"] = tables["assignments"].select(ROWS.names)
    watch = Stopwatch()
    store.import_tables(tables, "benchmark", AT)
    return watch.figures()


def read(store: SqlStore) -> Figures:
    """A first read: the store has kept nothing yet."""
    watch = Stopwatch()
    snapshot = store.snapshot(AS_OF)
    return watch.figures() | {
        "patients": snapshot.patients.num_rows,
        "assignments": snapshot["assignments"].num_rows,
    }


def from_file(chosen: Namespace, directory: Path) -> Figures:
    store = open_store(directory / "store.db", AT)
    found = read(store)
    store.close()
    return found


def from_postgres(chosen: Namespace, directory: Path) -> Figures:
    """From a server on this machine; also how long its first import takes."""
    server = TestServer.started(Path(gettempdir()))
    try:
        server.execute("CREATE DATABASE benchmark")
        filled = open_store(server.address("benchmark"), AT)
        spent = fill(filled, read_snapshot(directory))
        filled.close()
        store = open_store(server.address("benchmark"), AT)
        found = read(store)
        store.close()
    finally:
        server.stop()
    return found | {"import seconds": spent["seconds"]}


def by_pandas(chosen: Namespace, directory: Path) -> Figures:
    """The file's tables as data frames, by the usual way."""
    store = open_store(directory / "store.db", AT)
    watch = Stopwatch()
    with store.database.engine.connect() as connection:
        frames = {name: pd.read_sql_query(f'SELECT * FROM "{name}"', connection) for name in TABLES}
    spent = watch.figures()
    store.close()
    return spent | {"patients": len(frames["patients"]), "assignments": len(frames["assignments"])}


BENCHMARK = Benchmark(
    about="The first snapshot of a store, against SQLAlchemy and pandas (without lists and dates decoded).",
    options=options,
    prepare=prepare,
    cases={"sqlite": from_file, "pandas": by_pandas, **postgres_cases(postgres=from_postgres)},
    targets={"sqlite": {"seconds": 5}, "postgres": {"seconds": 5}},
)
