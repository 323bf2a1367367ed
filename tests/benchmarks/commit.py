"""How long it takes to commit many moves, to SQLite and to PostgreSQL."""

import json
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from tempfile import gettempdir

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from data.ledger import ROWS, Entries, entries
from data.plan import STATEMENTS, Counts, Plan, PlanHeader
from data.slot import Slot
from data.snapshot import Snapshot
from data.sql.moments import micros
from data.sql.opening import open_store
from data.sql.schema import ASSIGNMENTS
from data.sql.store import SqlStore
from data.store import HISTORY, Commit
from data.synthetic import generate
from tests.benchmarks.benchmark import AS_OF, Benchmark, Figures, Stopwatch, postgres_cases
from tests.postgres import TestServer

AT = datetime.combine(AS_OF, clock(12), UTC)
EFFECTIVE_ON = AS_OF + timedelta(days=1)
PATIENTS_PER_MOVE = 4
"""About three patients in ten have a row of their own, which a move closes."""

ACTOR = "benchmark"

READ = 50
"""Patients whose history is read during the commit."""

WARM_SECONDS = 3.0
"""The reader starts and opens the store meanwhile; it reads before, during and after the commit."""


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--moves", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)


def prepare(chosen: Namespace, directory: Path) -> None:
    """A store with four patients for each move, and a ready plan in it."""
    snapshot = generate(chosen.moves * PATIENTS_PER_MOVE, chosen.seed, AS_OF).snapshot
    store = open_store(directory / "store.db", AT)
    fill(store, snapshot, chosen)
    store.close()


def fill(store: SqlStore, snapshot: Snapshot, chosen: Namespace) -> None:
    """The population, and a ready plan."""
    tables = {name: snapshot[name] for name in snapshot.tables if name != "assignments"}
    tables["assignments"] = snapshot["assignments"].select(ROWS.names)
    store.import_tables(tables, ACTOR, AT)
    stored = store.snapshot(AS_OF)
    store.save_plan(plan_of(stored, chosen.moves, chosen.seed), "ready", AT)


def plan_of(snapshot: Snapshot, moves: int, seed: int) -> Plan:
    """Moves of randomly chosen patients with a row of their own, each to the next provider of the list."""
    rows = snapshot["assignments"]
    own = rows.filter(pc.and_(pc.equal(rows["kind"], "patient"), pc.equal(rows["role"], "physician")))
    rng = np.random.default_rng(seed)
    chosen = own.take(pa.array(np.sort(rng.choice(own.num_rows, moves, replace=False)))).combine_chunks()
    present = snapshot.positions("providers", chosen["provider_id"])
    other = (present + 1) % snapshot.providers.num_rows
    columns = {
        "action": pa.repeat(pa.scalar("open"), moves),
        **{name: chosen[name] for name in ("kind", "patient_id", "facility_id", "level", "role", "row_id")},
        "from_provider_id": chosen["provider_id"],
        "to_provider_id": snapshot.providers["provider_id"].take(pa.array(other)),
        "reason": pa.repeat(pa.scalar("measured"), moves),
        "covers_provider_id": pa.nulls(moves, pa.string()),
        "ends_on": pa.nulls(moves, pa.date32()),
    }
    statements = pa.table([columns[name] for name in STATEMENTS.names], schema=STATEMENTS)
    return Plan(header_of(snapshot, moves), {"statements": statements})


def header_of(snapshot: Snapshot, moves: int) -> PlanHeader:
    patients = snapshot.patients.num_rows
    return PlanHeader(
        plan_id="measured-1",
        kind="rebalance",
        title="Measured",
        slot=Slot(),
        as_of=AS_OF,
        effective_on=EFFECTIVE_ON,
        base_revision=snapshot.revision,
        created_at=AT,
        actor=ACTOR,
        counts=Counts(patients, patients, 0, moves, patients - moves, 0, 0, moves),
    )


def opened(directory: Path) -> tuple[SqlStore, Plan, pa.Table]:
    """A fresh copy of the prepared store, its plan, and the rows that are believed."""
    for path in directory.glob("copy.db*"):
        path.unlink()
    shutil.copy(directory / "store.db", directory / "copy.db")
    store = open_store(directory / "copy.db", AT)
    return store, store.plan("measured-1"), store.snapshot(AS_OF)["assignments"]


def figures(store: SqlStore, spent: Figures, made: Entries) -> Figures:
    """What was written is counted in the store."""
    closed, added = len(made.supersede), made.insert.num_rows
    with store.database.engine.connect() as connection:
        superseded = sa.select(sa.func.count()).where(ASSIGNMENTS.c.superseded_at.is_not(None))
        if connection.execute(superseded).scalar_one() != closed:
            raise AssertionError(f"not all of {closed} rows were superseded")
    return spent | {"rows closed": closed, "rows added": added}


def store_commit(chosen: Namespace, directory: Path) -> Figures:
    """The store's commit, from the plan's statements on: audit, plan state and no-overlap rule included."""
    store, plan, believed = opened(directory)
    found = commit_of(store, plan, believed, str(directory / "copy.db"))
    store.close()
    return found


def commit_of(store: SqlStore, plan: Plan, believed: pa.Table, place: str) -> Figures:
    """Beside somebody who reads all the while, from another process."""
    patients = believed["patient_id"].drop_null().slice(0, READ).to_pylist()
    with reading(place, patients) as told:
        watch = Stopwatch()
        made = entries(plan["statements"], believed, HISTORY.empty_table(), EFFECTIVE_ON)
        store.commit(Commit(plan.plan_id, made, store.revision(), ACTOR, AT))
        spent = watch.figures()
    return figures(store, spent, made) | told


@contextmanager
def reading(place: str, patients: list[str]) -> Iterator[Figures]:
    """A reader in a process of its own; at the end its milliseconds, at the 95th percentile and at worst."""
    found: Figures = {}
    command = [sys.executable, "-m", "tests.benchmarks.reader", place, *patients]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        time.sleep(WARM_SECONDS)
        yield found
        said, _ = reader.communicate()
    for kind, taken in json.loads(said).items():
        if taken:
            found[f"{kind} p95 ms"] = float(np.percentile(taken, 95))
            found[f"{kind} greatest ms"] = max(taken)


def postgres_commit(chosen: Namespace, directory: Path) -> Figures:
    """The same on PostgreSQL, on this machine; the processor time is ours, without the server's."""
    prepared = open_store(directory / "store.db", AT, read_only=True)
    snapshot = prepared.snapshot(AS_OF)
    prepared.close()
    server = TestServer.started(Path(gettempdir()))
    try:
        server.execute("CREATE DATABASE benchmark")
        store = open_store(server.address("benchmark"), AT)
        fill(store, snapshot, chosen)
        believed = store.snapshot(AS_OF)["assignments"]
        found = commit_of(store, store.plan("measured-1"), believed, server.address("benchmark"))
        store.close()
    finally:
        server.stop()
    return found


def row_by_row(chosen: Namespace, directory: Path) -> Figures:
    """The same rows in one transaction, a SQLAlchemy statement each, as an application would write them."""
    store, plan, believed = opened(directory)
    made = entries(plan["statements"], believed, HISTORY.empty_table(), EFFECTIVE_ON)
    engine = sa.create_engine(f"sqlite:///{store.database.place}")
    watch = Stopwatch()
    with engine.begin() as connection:
        for row_id in made.supersede.to_pylist():
            connection.execute(
                sa.update(ASSIGNMENTS).where(ASSIGNMENTS.c.row_id == row_id).values(superseded_at=micros(AT))
            )
        for row in made.insert.to_pylist():
            connection.execute(
                sa.insert(ASSIGNMENTS).values(**row, recorded_at=micros(AT), recorded_by=ACTOR)
            )
    found = figures(store, watch.figures(), made)
    store.close()
    return found


BENCHMARK = Benchmark(
    about="Committing moves in one transaction, against a SQLAlchemy statement for each row (SQLite).",
    options=options,
    prepare=prepare,
    cases={"commit": store_commit, "row-by-row": row_by_row, **postgres_cases(postgres=postgres_commit)},
    compared=("seconds",),
    targets={"postgres": {"seconds": 15, "read p95 ms": 50, "traced read p95 ms": 50}},
)
